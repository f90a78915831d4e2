import { randomUUID } from 'node:crypto';
import { rm, stat } from 'node:fs/promises';

import { ApplicationFailure } from '@temporalio/common';

import { isExpiredAddress, RemoteCallError } from '../../clients';
import type { MeasuredPicture } from '../../domain/preflight/picture';
import type { RenderedAsset, SpooledFile } from '../../domain/render/rendered-asset';
import { failureTypes } from '../../domain/shared/failure-type';
import {
  expiredAddressFailure,
  type AddressedRender,
  type RenderAddress,
  type RenderAddresses,
} from '../celtra/asset-address';
import { UnreadableFilm } from '../pictures/film-index';
import { measureWholeFilm, type FilmMeasurements } from '../pictures/measure-film';
import type { PictureKeeper } from '../pictures/keep/picture-keeper';
import type { PictureDecoder } from '../pictures/process/picture-decoder';
import { requirePicture } from '../pictures/require-picture';
import { getStudio, type Studios } from '../runtime/studios';
import type { Spool } from './spool';
import { withPermit, type TransferRun, downloadToSpool } from './transfer-run';

export interface FetchRequest extends AddressedRender {
  readonly asset: RenderedAsset;
  /** A film is wanted; otherwise one is refused. */
  readonly isFilm?: boolean | undefined;
}

/** What the fetch of one file needs of its batch. */
export interface FetchRun extends TransferRun {
  readonly decoder: PictureDecoder;
  readonly pictures: PictureKeeper;
  readonly addresses: Pick<RenderAddresses, 'of' | 'renewed'>;
}

/** Resumes what an earlier attempt on this worker began. The address is a secret, so it stays in here. */
export async function fetchRender(
  studios: Studios,
  spool: Spool,
  request: FetchRequest,
  run: FetchRun,
): Promise<SpooledFile> {
  const { taskId, output, asset, assetFormats, isFilm } = request;
  const studio = getStudio(studios, request.studio);
  // Without a version no earlier download may count as this one.
  const version = asset.blobHash ?? output.contentHash ?? randomUUID();
  const fileId = spool.fileId([output.outputId, asset.assetKey, version, JSON.stringify(assetFormats)]);
  return spool.exclusively(taskId, fileId, run.signal, async () => {
    const known = await spool.find(taskId, fileId);
    if (known !== undefined) return known;
    const path = spool.pathOf(taskId, fileId);
    const { outputId } = output;
    const fetchFrom = async ({ url }: RenderAddress): Promise<SpooledFile> => {
      const { md5, sha256, bytes } = await withPermit(spool.permits.downloads, run, () =>
        downloadToSpool(spool, studio, { url, path, resume: true }, run),
      );
      const measured = await measure(path, outputId, { isFilm, maxPixels: studio.maxPixels, sha256, run });
      return { queue: spool.queue, fileId, outputId, ...measured, bytes, md5, sha256 };
    };
    // Before the permit, which is not held while Celtra answers.
    const address = await run.addresses.of(request);
    const file = await fetchFrom(address)
      .catch(async (error: unknown) => {
        if (!address.isKept || !mayBeExpired(error)) throw error;
        return await fetchFrom(await run.addresses.renewed(request));
      })
      .catch((error: unknown) => {
        throw expiredAddressFailure(error, outputId) ?? error;
      });
    await spool.addFile(taskId, file);
    if (file.film === undefined) {
      const subject = { kind: 'delivered', sha256: file.sha256 } as const;
      await run.pictures.keepFile({ studio: studio.name, taskId }, [subject], path, studio.maxPixels);
    }
    return file;
  });
}

/** Whether another address may serve the right file: nobody knows what a host serves at one that has expired. */
function mayBeExpired(error: unknown): boolean {
  if (error instanceof ApplicationFailure) return error.type === failureTypes.notAPicture;
  if (!(error instanceof RemoteCallError)) return false;
  const isPassing = error.kind === 'transient' || error.kind === 'throttled';
  return !isPassing || isExpiredAddress(error);
}

interface MeasureTools {
  readonly isFilm: boolean | undefined;
  readonly maxPixels: number | undefined;
  readonly sha256: string;
  readonly run: { readonly signal: AbortSignal; readonly decoder: PictureDecoder };
}

async function measure(
  path: string,
  outputId: string,
  { isFilm, maxPixels, sha256, run }: MeasureTools,
): Promise<MeasuredPicture | FilmMeasurements> {
  const what = `What Celtra's file host served for output ${outputId}`;
  const advice = 'Look at the output in Celtra.';
  try {
    const examined = await run.decoder.examine(path, { maxPixels }, run.signal, sha256);
    if (isFilm !== true || examined.trouble?.kind !== 'film') return requirePicture(examined, what, advice);
    return await measureWholeFilm(path, (await stat(path)).size);
  } catch (error) {
    // The task may never come back to this worker, and then nobody would clear the file.
    await rm(path, { force: true });
    if (!(error instanceof UnreadableFilm)) throw error;
    throw ApplicationFailure.nonRetryable(`${what} ${error.message}. ${advice}`, failureTypes.notAPicture);
  }
}
