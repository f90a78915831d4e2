import { z } from 'zod';

import { DEFAULT_INPUT_FOLDER, DEFAULT_INPUT_NAME } from '../../domain/inputs/input-names';
import { templateSchema } from '../recipe/filter-schema';
import { storeSchema } from './store-schema';

/** What is saved for designers when a task arrives. */
export const inputsSchema = z.strictObject({
  saveTo: storeSchema().describe('Where the pictures and the brief of each new task are put, for designers.'),
  folder: templateSchema('input folder')
    .prefault(DEFAULT_INPUT_FOLDER)
    .describe('Liquid template: the folder of a task there.'),
  name: templateSchema('input name')
    .prefault(DEFAULT_INPUT_NAME)
    .describe('Liquid template: the name of each file in its folder, without extension.'),
});
