import { rm } from 'node:fs/promises';
import { constants } from 'node:os';
import path from 'node:path';

import type { Logger } from 'pino';

import {
  createCoverReader,
  createDecoderProcesses,
  createPictureKeeper,
  noPictures,
  type PictureKeeper,
} from '../../activities';
import { createStore, filesBelow } from '../../clients';
import { type ExtpostConfig, storagePart } from '../../config';
import type { WorkerMetrics } from '../metrics/worker-metrics';

/** A picture that needs more is not kept. */
const DECODED_BYTES = 256 * 1024 * 1024;

/** What a killed worker has left; no picture takes so long. */
const LEFT_AFTER_MS = 60 * 60 * 1000;

interface PictureTools {
  /** Whether there are built programs to decode in; otherwise pictures are decoded in this process. */
  readonly isBuilt: boolean;
  readonly metrics: Pick<WorkerMetrics, 'pictureEnded'>;
  readonly logger: Pick<Logger, 'warn'>;
}

/** What keeps small pictures for people, in the storage; where `storage.pictures` is off, nothing is kept. */
export async function openPictures(
  { storage, worker }: Pick<ExtpostConfig, 'storage' | 'worker'>,
  { isBuilt, metrics, logger }: PictureTools,
): Promise<PictureKeeper> {
  if (!storage.pictures) return noPictures;
  // On the disk of the spool, whose files get a second name there.
  const folder = path.join(worker.spool.folder, 'pictures');
  const left = (await filesBelow(folder)).filter(({ changedAt }) => Date.now() - changedAt > LEFT_AFTER_MS);
  await Promise.all(left.map((file) => rm(file.path, { force: true })));
  // Deliveries need the processor more; these take what is left.
  const priority = constants.priority.PRIORITY_LOW;
  const decoder = isBuilt ? createDecoderProcesses({ decodedBytes: DECODED_BYTES, processes: 1, priority }) : undefined;
  return createPictureKeeper({
    store: createStore(storagePart(storage, 'pictures')),
    folder,
    ...(decoder && { decoder }),
    onOutcome: (outcome, error) => {
      metrics.pictureEnded(outcome);
      if (outcome === 'failed') logger.warn({ err: error }, 'A small picture for the board could not be saved.');
    },
  });
}

/** Reads small pictures for e-mails; absent where none are kept. */
export function openCovers({
  storage,
}: Pick<ExtpostConfig, 'storage'>): ReturnType<typeof createCoverReader> | undefined {
  return storage.pictures ? createCoverReader(createStore(storagePart(storage, 'pictures'))) : undefined;
}
