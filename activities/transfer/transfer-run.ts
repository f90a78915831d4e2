import { setImmediate } from 'node:timers/promises';

import {
  type Semaphore,
  discardPart,
  downloadToFile,
  partPathOf,
  type Downloaded,
  type DownloadRequest,
} from '../../clients';
import { type ActivityRun, isWorkerShutdown } from '../runtime/run-activity';
import type { ActivityStudio } from '../runtime/studios';
import type { Spool } from './spool';
import { diskFullAsFailure } from './spool-capacity';

/** A transfer that sends nothing for this long fails and is tried again. */
export const STALL_TIMEOUT_MS = 30_000;

/** The progress of a file while other transfers use all permits. */
export const WAITING_FOR_PERMIT = 'waiting for its turn';

const PROGRESS_INTERVAL_MS = 500;

/** What the transfer of one file needs of its activity, whether the activity transfers one file or several. */
export interface TransferRun extends Pick<ActivityRun, 'signal' | 'lastHeartbeat' | 'heartbeat'> {
  /** When its activity began, as `performance.now()`: files of the one that began first go first, so that tasks end one after the other. */
  readonly beganAt: number;
  /** To be called when the transfer has its permit. Throws when the file is no longer wanted. */
  readonly onStart: () => void;
}

/** Transfers one file once there is a permit, and reports that it waits until then. */
export function withPermit<T>(
  permits: Semaphore,
  { signal, lastHeartbeat, heartbeat, beganAt, onStart }: TransferRun,
  transfer: () => Promise<T>,
): Promise<T> {
  // The progress of the last attempt still counts while this one waits.
  if (lastHeartbeat === undefined) heartbeat({ phase: WAITING_FOR_PERMIT });
  const begin = async (): Promise<T> => {
    // If the transfer that held the permit before has failed, its batch knows by then.
    await setImmediate();
    onStart();
    return transfer();
  };
  return permits.withPermits(1, signal, begin, beganAt);
}

/** Passes progress on twice a second at most, and always when all bytes (`total`, if known) have come. */
export function throttled(report: (bytes: number) => void, total?: number): (bytes: number) => void {
  let reportedAt = -Infinity;
  return (bytes) => {
    const now = performance.now();
    if (now - reportedAt < PROGRESS_INTERVAL_MS && bytes !== total) return;
    reportedAt = now;
    report(bytes);
  };
}

export async function downloadToSpool(
  spool: Spool,
  { maxRenderBytes, allowLoopback }: ActivityStudio,
  request: Pick<DownloadRequest, 'url' | 'path' | 'resume' | 'system'>,
  { signal, heartbeat }: Pick<TransferRun, 'signal' | 'heartbeat'>,
): Promise<Downloaded> {
  const part = partPathOf(request.path);
  try {
    return await downloadToFile({
      ...request,
      maxBytes: maxRenderBytes,
      allowLoopback,
      onLength: (bytes = 0) => spool.capacity.reserve(part, bytes),
      signal,
      stallTimeoutMs: STALL_TIMEOUT_MS,
      onProgress: throttled((bytes) => {
        heartbeat({ phase: 'download', bytes });
      }),
    });
  } catch (error) {
    // After a shutdown the next attempt resumes the download; after a cancel nobody does.
    if (signal.aborted && !isWorkerShutdown(signal)) await discardPart(request.path);
    throw diskFullAsFailure(error);
  } finally {
    spool.capacity.release(part);
  }
}
