import { CommanderError } from 'commander';
import type { Command } from 'commander';

import { createProgram } from '../../cli/program';
import { demo } from '../../demo';

/** Arguments that our command line does not understand; runs nothing. An empty list means that all are valid. */
export async function misunderstood(words: readonly string[]): Promise<string[]> {
  let command: Command = await createProgram(words, demo);
  let rest = [...words];
  for (;;) {
    const next = command.commands.find((candidate) => candidate.name() === rest[0]);
    if (next === undefined) break;
    command = next;
    rest = rest.slice(1);
  }
  if (command.commands.length > 0) return [`${command.name()} has no command "${rest[0] ?? ''}"`];
  command.configureOutput({ writeErr: () => undefined });
  try {
    const { operands, unknown } = command.parseOptions(rest);
    return [...operands, ...unknown].map((word) => `${command.name()} does not know "${word}"`);
  } catch (error) {
    if (error instanceof CommanderError) return [error.message];
    throw error;
  }
}
