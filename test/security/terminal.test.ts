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
    const error = new CommandError(`Several tasks are called so:\n- ${hostile}`, exitCodes.wrongUse);
    await runCommandLine(() => Promise.reject(error));
    process.exitCode = undefined;
    expect(said.mock.calls).toEqual([['Several tasks are called so:\n- \ufffd[2J\ufffdgnp.\ufffd']]);
    said.mockRestore();
  });
});
