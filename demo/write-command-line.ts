import { writeFile } from 'node:fs/promises';
import path from 'node:path';

import { commandHelp } from '../cli/command-help';
import { createProgram } from '../cli/program';
import { commandReference } from '../cli/reference/command-reference';
import { demo } from './index';

/** The content of docs/reference/command-line.md: all commands, those that only a clone has, too. */
export async function commandLinePage(): Promise<string> {
  return commandReference(await createProgram([], demo), { ...commandHelp, ...demo.help });
}

if (require.main === module) {
  commandLinePage()
    .then((page) => writeFile(path.join('docs', 'reference', 'command-line.md'), page))
    .catch((error: unknown) => {
      process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
      process.exitCode = 1;
    });
}
