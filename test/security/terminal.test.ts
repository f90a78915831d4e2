import { Command } from 'commander';

import { exitCodes, CommandError } from '../../cli/exit-codes';
import { runCommandLine } from '../../cli/run-program';
import { plainTable, printable } from '../../cli/shared/terminal-text';

/** Clears the screen, turns the direction of writing, and ends a line in the middle. */
const hostile = '\u001b[2J\u202egnp.\r';

describe('words of a product in a terminal', () => {
  it.each([
    ['in a line', () => printable(hostile)],
    ['in a table', () => plainTable(['name'], [[hostile]])],
  ])('control nothing %s', (_where, print) => {
    expect(print()).toContain('\ufffd[2J\ufffdgnp.\ufffd');
  });

  it('control nothing in the message of an error, which keeps its lines', async () => {
    const said = jest.spyOn(console, 'error').mockImplementation(() => undefined);
    const program = new Command('extpost').action(() => {
      throw new CommandError(`Several tasks are called so:\n- ${hostile}`, exitCodes.wrongUse);
    });
    const argv = process.argv;
    process.argv = ['node', 'extpost'];
    await runCommandLine(program);
    process.argv = argv;
    process.exitCode = undefined;
    expect(said.mock.calls).toEqual([['Several tasks are called so:\n- \ufffd[2J\ufffdgnp.\ufffd']]);
    said.mockRestore();
  });
});
