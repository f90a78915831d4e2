import { activityInfo } from '@temporalio/activity';

import type { Store } from '../../clients';
import { parseBatchReport, type UploadReceipt } from '../../domain/delivery/batch-report';
import type { SpooledFile } from '../../domain/render/rendered-asset';
import { isCancelRequested, runActivity } from '../runtime/run-activity';
import type { Studios } from '../runtime/studios';
import { runBatch } from './batch';
import { fetchRender, type FetchRequest } from './fetch-render';
import { RenderAddresses } from '../celtra/asset-address';
import { fetchSuppliedFile, type SuppliedFileRequest } from './fetch-supplied-file';
import { noPictures, type PictureKeeper } from '../pictures/keep/picture-keeper';
import { decoderInThisProcess, type PictureDecoder } from '../pictures/process/picture-decoder';
import type { Spool } from './spool';
import type { TransferRun } from './transfer-run';
import { uploadSpooledFile, type SpooledUpload } from './upload-file';

/** Files of one task. */
export interface FetchBatch {
  readonly files: readonly FetchRequest[];
  /** What Celtra has told of their addresses; it is asked for the others. */
  readonly sealedAddresses?: readonly string[] | undefined;
}

export interface FetchTools {
  readonly decoder?: PictureDecoder | undefined;
  readonly pictures?: PictureKeeper | undefined;
  /** The part `uploads` of the storage. */
  readonly uploads?: Pick<Store, 'getStream' | 'place'> | undefined;
}

const noUploads: Pick<Store, 'getStream' | 'place'> = {
  place: 'none is set',
  getStream: () => Promise.resolve(undefined),
};

/** The activities of the transfer queue. They take several files, because each activity costs six events of history. */
export function createFetchActivities(
  studios: Studios,
  spool: Spool,
  { decoder = decoderInThisProcess, pictures = noPictures, uploads = noUploads }: FetchTools = {},
) {
  return {
    /** Fetches renders into the spool, and returns them in the order given. After a cancel nothing of the task stays. */
    fetchRenders: ({ files, sealedAddresses }: FetchBatch): Promise<SpooledFile[]> =>
      runActivity((run) => {
        const { done } = parseBatchReport(run.lastHeartbeat);
        const missing = files.filter((_, position) => !(String(position) in done));
        // One that served the wrong thing is not used again.
        const kept = activityInfo().attempt === 1 ? sealedAddresses : [];
        const addresses = new RenderAddresses(studios, missing, run.signal, kept);
        return clearIfCancelled(spool, files[0]?.taskId, run.signal, () =>
          runBatch(files, run, async (file, fileRun, attempts) => ({
            ...(await fetchRender(studios, spool, file, { ...fileRun, decoder, pictures, addresses })),
            fetchedAt: new Date().toISOString(),
            downloads: attempts(),
          })),
        );
      }),

    /** Fetches a file that an operator supplies into the spool: from an address, which may be sealed, or from the storage. */
    fetchSuppliedFile: (request: SuppliedFileRequest): Promise<SpooledFile> =>
      runActivity((run) =>
        clearIfCancelled(spool, request.taskId, run.signal, () =>
          fetchSuppliedFile(studios, spool, request, {
            ...run,
            decoder,
            pictures,
            uploads,
            beganAt: performance.now(),
            onStart: () => undefined,
          }),
        ),
      ),
  };
}

/** The activities of one worker's own queue: they need the bytes that lie in its spool. */
export function createSpoolActivities(studios: Studios, spool: Spool) {
  return {
    /** A failure and a cancellation carry what is stored. `thenDrop`: the spool holds nothing else of the task. */
    uploadFiles: (request: {
      files: readonly SpooledUpload[];
      thenDrop?: { taskId: string };
    }): Promise<UploadReceipt[]> =>
      runActivity(async (run) => {
        const upload = async (file: SpooledUpload, fileRun: TransferRun, attempts: () => number) => ({
          uploadedAt: await uploadSpooledFile(studios, spool, file, fileRun),
          uploads: attempts(),
        });
        const receipts = await runBatch(request.files, run, upload, (done) => {
          run.setFailureDetails({ done });
        });
        if (request.thenDrop !== undefined) await spool.drop(request.thenDrop.taskId);
        return receipts;
      }),

    dropFiles: (request: { taskId: string }): Promise<void> => runActivity(() => spool.drop(request.taskId)),
  };
}

/** Nobody else would clear the spool for a task that is cancelled while its files are fetched. */
async function clearIfCancelled<T>(
  spool: Spool,
  taskId: string | undefined,
  signal: AbortSignal,
  work: () => Promise<T>,
): Promise<T> {
  try {
    return await work();
  } catch (error) {
    if (taskId !== undefined && isCancelRequested(signal)) await spool.drop(taskId);
    throw error;
  }
}
