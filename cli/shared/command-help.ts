import type { Command } from 'commander';

import { terminalWidth } from './terminal-text';

/** What `--help` and docs/reference/command-line.md say of a command beside its options. */
export interface CommandHelp {
  /** Sentences that its description has no room for. */
  readonly notes?: string;
  /** Command lines that can be pasted. */
  readonly examples: readonly string[];
}

/** Where nothing says how wide the terminal is. */
const USUAL_WIDTH = 80;

/** By the full name of a command, such as `extpost task show`. */
export type HelpTable = Readonly<Record<string, CommandHelp>>;

/** Adds notes and examples to the `--help` of each command that does something. Returns the command. */
export function withHelp(command: Command, table: HelpTable, parent = 'extpost'): Command {
  const name = `${parent} ${command.name()}`;
  const help = table[name];
  if (help !== undefined) {
    const examples = `\nExamples:\n${help.examples.map((example) => `  ${example}`).join('\n')}`;
    command.addHelpText('after', () => {
      if (help.notes === undefined) return examples;
      return `\n${command.createHelp().boxWrap(help.notes, terminalWidth() ?? USUAL_WIDTH)}\n${examples}`;
    });
  }
  for (const child of command.commands) withHelp(child, table, name);
  return command;
}
