import { randomUUID } from 'node:crypto';

import { ApplicationFailure } from '@temporalio/common';
import sharp from 'sharp';

import { downloadToFile, RemoteCallError, uploadFile } from '../clients';
import { failureTypes } from '../domain/failure-type';
import type { Candidate } from '../domain/matching';
import type { AssetFormats } from '../domain/recipe';
import type { RenderedAsset, SpooledFile } from '../domain/rendered-asset';
import { deliverableAsset } from '../domain/rendered-asset';
import { readPinned } from './celtra';
import { perform } from './perform';
import type { Spool } from './spool';
import { studioNamed, type Studios } from './studios';

/** A transfer that sends nothing for this long is given up and tried again. */
const STALL_TIMEOUT_MS = 30_000;

/** One finished render to be brought into the spool. */
export interface FetchRequest {
  readonly studio: string;
  readonly taskId: string;
  readonly output: Pick<Candidate, 'outputId' | 'designFileId' | 'contentHash'>;
  readonly asset: RenderedAsset;
  readonly assetFormats: AssetFormats;
}

/** The activity of the transfer queue: whichever worker takes it keeps the bytes in its spool. */
export function createFetchActivities(studios: Studios, spool: Spool) {
  return {
    /**
     * Asks Celtra for a fresh address, downloads the render and measures it. The address lives only in here: it needs no
     * credentials, so whoever has it has the picture (celtra.md §6.5).
     */
    fetchRender: (request: FetchRequest): Promise<SpooledFile> =>
      perform(async ({ signal, report }) => {
        const { studio: studioName, taskId, output, asset, assetFormats } = request;
        const studio = studioNamed(studios, studioName);
        // Nothing that names the version: then no earlier download may count as this one.
        const version = asset.blobHash ?? output.contentHash ?? randomUUID();
        const fileId = spool.fileId([output.outputId, version, JSON.stringify(assetFormats)]);
        const known = await spool.find(taskId, fileId);
        if (known !== undefined) return known;

        const answers = await readPinned(
          studios,
          { studio: studioName, taskId, assetFormats, outputs: [output] },
          signal,
        );
        const url = answers.flatMap((answer) => deliverableAsset(answer)?.url ?? [])[0];
        if (url === undefined) {
          throw ApplicationFailure.retryable(
            `Celtra gives no address for output ${output.outputId} any more, although it was rendered. Asking again.`,
            failureTypes.transient,
          );
        }
        const path = await spool.pathOf(taskId, fileId);
        const { bytes, md5, sha256 } = await downloadToFile({
          url,
          path,
          maxBytes: studio.maxRenderBytes,
          signal,
          stallTimeoutMs: STALL_TIMEOUT_MS,
          onProgress: (received) => {
            report({ phase: 'download', bytes: received });
          },
        }).catch((error: unknown) => {
          throw staleAddress(error) ?? error;
        });
        const file: SpooledFile = {
          queue: spool.queue,
          fileId,
          outputId: output.outputId,
          bytes,
          md5,
          sha256,
          ...(await measure(path, output.outputId)),
        };
        await spool.keep(taskId, file);
        return file;
      }),
  };
}

/** The activities of one worker's own queue: they need the bytes that lie in its spool. */
export function createSpoolActivities(studios: Studios, spool: Spool) {
  return {
    /** PUTs a file with every header that was returned with its address (creative-force.md §11.1). Safe to repeat. */
    uploadFile: (request: { studio: string; taskId: string; fileId: string; sealedAddress: string }): Promise<void> =>
      perform(async ({ signal, report }) => {
        const address = studioNamed(studios, request.studio).seal.open(request.sealedAddress);
        const file = await spool.find(request.taskId, request.fileId);
        if (file === undefined) throw notInSpool();
        try {
          await uploadFile({
            url: address.url,
            headers: address.headers,
            path: await spool.pathOf(request.taskId, request.fileId),
            bytes: file.bytes,
            md5: file.md5,
            signal,
            stallTimeoutMs: STALL_TIMEOUT_MS,
            onProgress: (sent) => {
              report({ phase: 'upload', bytes: sent, of: file.bytes });
            },
          });
        } catch (error) {
          const healed = healedElsewhere(error);
          // What lies here is not what was measured, so the next download must not find it.
          if (healed?.type === failureTypes.notInSpool) await spool.drop(request.taskId);
          throw healed ?? error;
        }
      }),

    /** Removes what this worker keeps of a task. */
    dropFiles: (request: { taskId: string }): Promise<void> => perform(() => spool.drop(request.taskId)),
  };
}

/** An address of Celtra's file host that is refused or gone has expired: the next attempt asks for a fresh one. */
function staleAddress(error: unknown): ApplicationFailure | undefined {
  if (!(error instanceof RemoteCallError)) return undefined;
  const isStale = error.kind === 'forbidden' || error.kind === 'unauthorized' || error.kind === 'not found';
  return isStale ? ApplicationFailure.retryable(error.message, failureTypes.transient) : undefined;
}

/** What a repeat does not heal, but another address or another download does. */
function healedElsewhere(error: unknown): ApplicationFailure | undefined {
  // The bytes vanished or changed under us, for example because somebody cleaned the folder.
  if ((error as NodeJS.ErrnoException).code === 'ENOENT') return notInSpool();
  if (!(error instanceof RemoteCallError)) return undefined;
  if (error.code === 'FILE_CHANGED') return notInSpool();
  // 403 from the object store means that the address expired or does not fit.
  return error.kind === 'forbidden'
    ? ApplicationFailure.nonRetryable(error.message, failureTypes.addressRefused)
    : undefined;
}

function notInSpool(): ApplicationFailure {
  return ApplicationFailure.nonRetryable(
    'The file is no longer as it was in this worker’s spool, so it is fetched again.',
    failureTypes.notInSpool,
  );
}

async function measure(path: string, outputId: string): Promise<{ format: string; width: number; height: number }> {
  try {
    const { format, width, height } = await sharp(path).metadata();
    return { format, width, height };
  } catch {
    throw ApplicationFailure.nonRetryable(
      `What Celtra's file host served for output ${outputId} is not a picture that can be read. Look at the output in Celtra.`,
      failureTypes.notAPicture,
    );
  }
}
