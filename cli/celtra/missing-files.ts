import Table from 'cli-table3';

import { pluralise } from '../../domain/shared/text';
import { CommandError, exitCodes } from '../exit-codes';
import { printable } from '../shared/printable';
import type { MissingFile } from './settled-outputs';

const MAX_ROWS = 100;

/** The error that ends a command which got some things and not others: a table of what is missing, and why. */
export function missingFilesError(losses: readonly MissingFile[]): CommandError {
  const table = new Table({
    head: ['not exported', 'why'],
    style: { head: [], border: [] },
    wordWrap: true,
    colWidths: [40, 80],
  });
  for (const { what, why } of losses.slice(0, MAX_ROWS)) table.push([printable(what), printable(why)]);
  const more = losses.length > MAX_ROWS ? `\nand ${losses.length - MAX_ROWS} more.` : '';
  const advice = 'Run the same command again to fetch only what is missing.';
  return new CommandError(
    `${table.toString()}${more}\n${pluralise(losses.length, 'file')} could not be had. ${advice}`,
    exitCodes.someMissing,
  );
}
