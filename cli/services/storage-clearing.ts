import type { Logger } from 'pino';

import { storagePart, type ExtpostConfig } from '../../config';
import { removeOldFiles } from '../../temporal';

const EVERY_MS = 24 * 60 * 60 * 1000;

/** Removes what is older than `storage.keep` from folders, now and once a day. A bucket does that by a rule of its own. */
export async function keepStorageClear(
  { storage, temporal }: Pick<ExtpostConfig, 'storage' | 'temporal'>,
  logger: Pick<Logger, 'warn'>,
): Promise<{ stop(): void }> {
  const parts = [
    temporal.largePayloads.store,
    ...(['pictures', 'plans', 'uploads'] as const).map((part) => storagePart(storage, part)),
  ];
  const folders = parts.flatMap(({ folder }) => folder ?? []);
  const clear = async (): Promise<void> => {
    for (const folder of folders) {
      await removeOldFiles(folder, storage.keep).catch((error: unknown) => {
        logger.warn({ err: error }, `Old files in ${folder} could not be removed; the next attempt is tomorrow.`);
      });
    }
  };
  await clear();
  const timer = setInterval(() => void clear(), EVERY_MS);
  timer.unref();
  return {
    stop: () => {
      clearInterval(timer);
    },
  };
}
