import { RemoteCallError } from '../../clients';
import { CommandError, exitCodes, failure } from '../exit-codes';

const signals = ['SIGINT', 'SIGTERM'] as const;

/** Ctrl-C aborts the signal, a second one ends the process. Throws CommandError, also in place of a RemoteCallError. */
export async function runInterruptible(
  work: (signal: AbortSignal) => Promise<void>,
  interrupted = 'Interrupted. Fetched files stay; run the same command again to continue.',
): Promise<void> {
  const controller = new AbortController();
  const stop = () => {
    controller.abort(failure(interrupted));
  };
  for (const signal of signals) process.once(signal, stop);
  try {
    await work(controller.signal);
  } catch (error) {
    if (!(error instanceof RemoteCallError)) throw error;
    throw new CommandError(error.message, error.code === 'not sent' ? exitCodes.wrongUse : exitCodes.failed);
  } finally {
    for (const signal of signals) process.off(signal, stop);
  }
}

/** Resolves when the process is told to stop. */
export function waitForStopSignal(): Promise<NodeJS.Signals> {
  return new Promise((resolve) => {
    for (const signal of signals) process.once(signal, resolve);
  });
}
