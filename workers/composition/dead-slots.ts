import type { Logger } from 'pino';

import { pluralise } from '../../domain/shared/text';
import { clearDeadSlots } from './spool-slot';

const EVERY_MS = 60_000;
/** Long after its tasks have gone on elsewhere; a worker that is only started again takes its slot before. */
const DEAD_FOR_MS = 10 * 60_000;

/** Frees what workers of this machine have left in the spool that died and never came back, so that it does not count as used. */
export function clearDeadSlotsNowAndThen(folder: string, logger: Pick<Logger, 'info' | 'warn'>): { stop(): void } {
  const clear = async (): Promise<void> => {
    const count = await clearDeadSlots(folder, DEAD_FOR_MS);
    if (count > 0) logger.info(`Removed ${pluralise(count, 'part')} of the spool that dead workers had left behind.`);
  };
  const timer = setInterval(() => {
    clear().catch((error: unknown) => {
      logger.warn({ err: error }, `The spool folder ${folder} could not be searched for files of dead workers.`);
    });
  }, EVERY_MS);
  timer.unref();
  return {
    stop: () => {
      clearInterval(timer);
    },
  };
}
