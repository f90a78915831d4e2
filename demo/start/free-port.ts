import { createServer } from 'node:net';

import { CommandError, exitCodes } from '../../cli/exit-codes';

/** A port that a process needs, and the option that changes it. */
export interface WantedPort {
  readonly port: number;
  readonly what: string;
  readonly option: string;
}

/** Throws an error that lists all ports that are taken. */
export async function requireFreePorts(wanted: readonly WantedPort[]): Promise<void> {
  const taken: string[] = [];
  for (const { port, what, option } of wanted) {
    if (!(await isFree(port))) taken.push(`Port ${port} for the ${what} is taken; choose another with ${option}.`);
  }
  if (taken.length > 0) throw new CommandError(taken.join('\n'), exitCodes.failed);
}

function isFree(port: number): Promise<boolean> {
  if (port === 0) return Promise.resolve(true);
  return new Promise((resolve) => {
    const probe = createServer();
    probe.once('error', () => {
      resolve(false);
    });
    probe.listen({ port, host: '127.0.0.1' }, () => {
      probe.close(() => {
        resolve(true);
      });
    });
  });
}
