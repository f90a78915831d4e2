import { CommanderError } from 'commander';
import type { Command } from 'commander';

import { commandHelp } from '../../cli/command-help';
import { exitCodeHelp, exitCodes } from '../../cli/exit-codes';
import { createProgram } from '../../cli/program';
import { leafCommands } from '../../cli/reference/command-reference';
import { demo } from '../../demo';
import { commandLinePage } from '../../demo/write-command-line';
import { projectFile } from '../containers/compose-file';

const documentation = projectFile('docs/reference/command-line.md');

/** What the command line answers to these words, which must be wrong or a question. */
async function answerTo(words: readonly string[]): Promise<{ said: string; exitCode: number }> {
  let said = '';
  const program = await createProgram(words, demo);
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

/** Every command that does something, by its full name. */
const names = Object.keys({ ...commandHelp, ...demo.help });
let leaves: ReturnType<typeof leafCommands>;
beforeAll(async () => {
  leaves = leafCommands(await createProgram([], demo));
});

describe('docs/reference/command-line.md', () => {
  it('is what npm run schema writes from the commands', async () => {
    expect(documentation).toBe(await commandLinePage());
  });

  it('is a reference of at most 3,000 words', () => {
    expect(documentation.split(/\s+/).length).toBeLessThanOrEqual(3_000);
  });

  it('explains every exit code', () => {
    const codes = [...documentation.matchAll(/^- (\d): .+$/gm)].map(([, code]) => Number(code));
    expect(codes).toEqual(Object.values(exitCodes));
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

  it.each([[], ['task'], ['audit'], ['config'], ['celtra'], ['sandbox']])(
    'lists commands in 80 columns: extpost %s',
    async (...words) => {
      const { said } = await answerTo([...words, '--help']);
      expect(said.split('\n').filter(({ length }) => length > 80)).toEqual([]);
    },
  );

  it('teaches with --help what the exit codes mean', async () => {
    const { said, exitCode } = await answerTo(['--help']);
    expect(said).toContain(exitCodeHelp);
    expect(exitCode).toBe(0);
  });

  describe.each(names)('%s', (name) => {
    it('is described, and so is each of its switches', () => {
      const { command } = leaves.find((leaf) => leaf.name === name) ?? {};
      expect(command?.description()).toMatch(/./);
      expect(command?.options.filter(({ description }) => description === '')).toEqual([]);
    });

    it('fits 80 columns with --help, but for examples', async () => {
      const { said } = await answerTo([...name.split(' ').slice(1), '--help']);
      const lines = said.split('Examples:\n')[0]?.split('\n') ?? [];
      expect(lines.filter(({ length }) => length > 80)).toEqual([]);
    });

    it('shows examples with --help, each of which begins with its name', async () => {
      const { said } = await answerTo([...name.split(' ').slice(1), '--help']);
      const examples = said.split('Examples:\n')[1]?.trimEnd().split('\n') ?? [];
      expect(examples.length).toBeGreaterThan(0);
      const short = name.replace('sandbox run', 'sandbox');
      expect(examples.filter((line) => !line.startsWith(`  ${short}`))).toEqual([]);
    });
  });

  it('has examples of each command, and of no other', () => {
    expect(leaves.map(({ name }) => name).sort()).toEqual([...names].sort());
  });
});
