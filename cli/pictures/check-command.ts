import { stat } from 'node:fs/promises';

import { Command, Option } from 'commander';

import type { OutputSpec } from '../../domain/task/task';
import { CommandError, exitCodes, failure, usageError } from '../exit-codes';
import { configOption } from '../shared/options';
import { pictureText, reportPicture } from './picture-report';
import { readSpec } from './read-spec';
import { readTaskSpec } from './task-spec';

export function checkCommand(): Command {
  return new Command('check')
    .description('measure pictures or films and compare them with an output spec')
    .argument('[files...]', 'pictures and films')
    .addOption(new Option('--spec <file>', 'compare with this output spec, JSON or YAML').conflicts('task'))
    .option('--task <words...>', 'compare with an expected output: studio, task, output; what follows are files')
    .addOption(configOption())
    .option('--json', 'print one JSON object a line for each file')
    .action((files: string[], options: CheckOptions) => check(files, options));
}

interface CheckOptions {
  readonly spec?: string;
  readonly task?: readonly string[];
  readonly config: string;
  readonly json?: true;
}

/** A studio, a task and an expected output. */
const TASK_WORDS = 3;

/** Throws CommandError when a file would not be delivered. */
async function check(named: readonly string[], options: CheckOptions): Promise<void> {
  // An option that takes several words also takes the files behind them.
  const files = [...named, ...(options.task?.slice(TASK_WORDS) ?? [])];
  if (files.length === 0) throw usageError('Name the files to check.');
  const spec = await specOf(options);
  // A wrong name is told before the work begins.
  const sizes = await Promise.all(files.map(sizeOf));
  let blocked = 0;
  for (const [index, file] of files.entries()) {
    const report = await reportPicture(file, sizes[index] ?? 0, spec);
    console.log(options.json === true ? JSON.stringify(report) : pictureText(report));
    if (report.findings.some(({ action }) => action === 'block')) blocked += 1;
  }
  if (blocked === 0) return;
  throw new CommandError(`${blocked} of ${files.length} would not be delivered.`, exitCodes.wouldNotGoOut);
}

function specOf({ spec, task, config }: CheckOptions): Promise<OutputSpec | undefined> {
  if (task !== undefined) return readTaskSpec(task.slice(0, TASK_WORDS), config);
  return spec === undefined ? Promise.resolve(undefined) : readSpec(spec);
}

/** The size of a file in bytes. Throws CommandError for what is not a file. */
export async function sizeOf(file: string): Promise<number> {
  const found = await stat(file).catch((error: unknown) => {
    const why = (error as NodeJS.ErrnoException).message;
    throw failure(`${file} cannot be read: ${why}.`);
  });
  if (!found.isFile()) throw usageError(`${file} is not a file.`);
  return found.size;
}
