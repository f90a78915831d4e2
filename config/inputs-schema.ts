import { z } from 'zod';

import { DEFAULT_INPUT_FOLDER, DEFAULT_INPUT_NAME } from '../domain/input-names';
import { template } from './filter-schema';
import { store } from './store-schema';

/** What is kept for designers when a task arrives. */
export const inputs = z.strictObject({
  saveTo: store().describe('Where the pictures and the brief of each new task are put, for designers.'),
  folder: template('input folder')
    .prefault(DEFAULT_INPUT_FOLDER)
    .describe('Liquid template: the folder of a task there.'),
  name: template('input name')
    .prefault(DEFAULT_INPUT_NAME)
    .describe('Liquid template: the name of each file in its folder, without extension.'),
});
