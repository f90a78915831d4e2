import Table from 'cli-table3';

import { counted } from '../../domain/words';
import { CommandError, exitCodes } from '../exit-codes';
import { printable } from './printable';
import type { Loss } from './settled-outputs';

const MOST_ROWS = 100;

/** The error that ends a command which got some things and not others: a table of what is missing, and why. */
export function lossesError(losses: readonly Loss[]): CommandError {
  const table = new Table({
    head: ['not exported', 'why'],
    style: { head: [], border: [] },
    wordWrap: true,
    colWidths: [40, 80],
  });
  for (const { what, why } of losses.slice(0, MOST_ROWS)) table.push([printable(what), printable(why)]);
  const more = losses.length > MOST_ROWS ? `\nand ${losses.length - MOST_ROWS} more.` : '';
  const advice = 'Run the same command again to fetch only what is missing.';
  return new CommandError(
    `${table.toString()}${more}\n${counted(losses.length, 'file')} could not be had. ${advice}`,
    exitCodes.someMissing,
  );
}
