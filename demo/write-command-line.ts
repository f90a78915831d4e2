import { writeFile } from 'node:fs/promises';
import path from 'node:path';

import { commandHelp } from '../cli/command-help';
import { createProgram } from '../cli/program';
import { commandReference } from '../cli/reference/command-reference';
import { demoHelp } from './command-help';
import { demoCommands } from './index';

/** The content of docs/reference/command-line.md: all commands, those that only a clone has, too. */
export function commandLinePage(): string {
  return commandReference(createProgram(demoCommands()), { ...commandHelp, ...demoHelp });
}

if (require.main === module) {
  writeFile(path.join('docs', 'reference', 'command-line.md'), commandLinePage()).catch((error: unknown) => {
    process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
    process.exitCode = 1;
  });
}
