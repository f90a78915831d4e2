import { createInterface } from 'node:readline/promises';

import { CommandError, exitCodes } from '../exit-codes';

/** Lets a person say yes to a preview; where nobody can be asked, `--yes` must have been given. Throws CommandError for no. */
export async function confirm(question: string, isYes: boolean): Promise<void> {
  if (isYes) return;
  if (!process.stdin.isTTY || !process.stdout.isTTY) {
    throw new CommandError('Nothing was done: add --yes to do it.', exitCodes.wrongUse);
  }
  const asking = createInterface({ input: process.stdin, output: process.stdout });
  try {
    const answer = await asking.question(`${question} [y/N] `);
    if (!/^y(es)?$/i.test(answer.trim())) throw new CommandError('Nothing was done.', exitCodes.wrongUse);
  } finally {
    asking.close();
  }
}
