import { CommanderError } from 'commander';
import type { Command } from 'commander';

import { exitCodeHelp, exitCodes } from '../../cli/exit-codes';
import { createProgram } from '../../cli/program';
import { demoCommands } from '../../demo';
import { projectFile } from '../containers/compose-file';

const documentation = projectFile('docs/command-line.md');

/** Every command that does something, with its whole name. */
function leaves(command: Command, name = command.name()): [string, Command][] {
  if (command.commands.length === 0) return [[name, command]];
  return command.commands.flatMap((child) => leaves(child, `${name} ${child.name()}`));
}

/** What the command line answers to these words, which must be wrong or a question. */
async function answerTo(words: readonly string[]): Promise<{ said: string; exitCode: number }> {
  let said = '';
  const program = createProgram(demoCommands());
  const listen = (command: Command): void => {
    command.configureOutput({ writeErr: (text) => (said += text), writeOut: (text) => (said += text) });
    command.commands.forEach(listen);
  };
  listen(program);
  try {
    await program.parseAsync(['node', 'extpost', ...words]);
  } catch (error) {
    if (error instanceof CommanderError) return { said, exitCode: error.exitCode };
    throw error;
  }
  throw new Error(`"${words.join(' ')}" was accepted.`);
}

describe('docs/command-line.md', () => {
  const commands = leaves(createProgram(demoCommands()));

  it.each(commands.map(([name]) => name))('has a section on %s', (name) => {
    expect(documentation).toContain(`\n## \`${name}\`\n`);
  });

  it('has no section on a command that does not exist', () => {
    const sections = [...documentation.matchAll(/^## `(extpost .*)`$/gm)].map(([, name]) => name);
    expect(sections).toEqual(commands.map(([name]) => name));
  });

  it.each(commands)('explains every switch of %s, with its default', (name, command) => {
    const begin = documentation.indexOf(`\n## \`${name}\`\n`);
    const end = documentation.indexOf('\n## ', begin + 1);
    const rows = documentation.slice(begin, end === -1 ? undefined : end).split('\n');
    const missing = command.options.filter(({ flags, defaultValue, defaultValueDescription: shown }) => {
      const row = rows.find((line) => line.startsWith(`| \`${flags}\` | `));
      const isPlain = typeof defaultValue === 'string' || typeof defaultValue === 'number';
      return row === undefined || (isPlain && !row.endsWith(`| \`${shown ?? defaultValue}\` |`));
    });
    expect(missing.map(({ flags }) => flags)).toEqual([]);
  });

  it('explains every exit code', () => {
    const rows = [...documentation.matchAll(/^\| (\d) \| .+ \|$/gm)].map(([, code]) => Number(code));
    expect(rows).toEqual(Object.values(exitCodes));
  });

  it('lists the exit codes as --help does', () => {
    const lines = exitCodeHelp.split('\n').flatMap((line) => /^ {2}(\d) {2}(.+)$/.exec(line)?.slice(1, 3) ?? []);
    expect(lines).toHaveLength(2 * Object.keys(exitCodes).length);
    for (const words of lines.filter((_, index) => index % 2 === 1)) expect(documentation).toContain(words);
  });
});

describe('the command line', () => {
  it('suggests the nearest command for a mistyped one', async () => {
    const { said, exitCode } = await answerTo(['wroker']);
    expect(said).toContain('(Did you mean worker?)');
    expect(exitCode).not.toBe(0);
  });

  it('suggests the nearest subcommand for a mistyped one', async () => {
    expect((await answerTo(['config', 'chekc'])).said).toContain('(Did you mean check?)');
  });

  it('suggests the nearest switch for a mistyped one', async () => {
    expect((await answerTo(['receiver', '--prot', '8080'])).said).toContain('(Did you mean --port?)');
  });

  it('refuses a port that is none, and says what one is', async () => {
    expect((await answerTo(['receiver', '--port', 'http'])).said).toContain('whole number from 0 to 65535');
  });

  it('refuses a queue that is none, and names those that there are', async () => {
    expect((await answerTo(['worker', '--queues', 'gatway'])).said).toContain('main, gateway, celtra, transfer');
  });

  it('teaches with --help what the exit codes mean', async () => {
    const { said, exitCode } = await answerTo(['--help']);
    expect(said).toContain(exitCodeHelp);
    expect(exitCode).toBe(0);
  });

  it.each(leaves(createProgram(demoCommands())))('describes %s and each of its switches', (_name, command) => {
    expect(command.description()).not.toBe('');
    expect(command.options.filter(({ description }) => description === '')).toEqual([]);
  });
});
