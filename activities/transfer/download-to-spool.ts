import { discardPart, downloadToFile, partPathOf, type Downloaded, type DownloadRequest } from '../../clients';
import { isWorkerShutdown } from '../runtime/run-activity';
import type { ActivityStudio } from '../runtime/studios';
import type { Spool } from './spool';
import { diskFullAsFailure } from './spool-capacity';
import { STALL_TIMEOUT_MS, throttled, type TransferRun } from './transfer-run';

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
