import { randomUUID } from 'node:crypto';
import { rm } from 'node:fs/promises';

import { ApplicationFailure } from '@temporalio/common';

import type { Candidate } from '../../domain/plan/candidate';
import type { MeasuredPicture } from '../../domain/preflight/preflight';
import type { AssetFormats } from '../../domain/recipe/recipe';
import { filmFormat } from '../../domain/render/film';
import type { RenderedAsset, SpooledFile } from '../../domain/render/rendered-asset';
import { failureTypes } from '../../domain/shared/failure-type';
import { requestAssetAddress, expiredAddressFailure } from '../celtra/asset-address';
import { UnreadableFilm } from '../pictures/film-index';
import { measureWholeFilm, type FilmMeasurements } from '../pictures/measure-film';
import { measurePicture, UnreadablePicture } from '../pictures/measure-picture';
import { getStudio, type Studios } from '../runtime/studios';
import { downloadToSpool } from './download-to-spool';
import type { Spool } from './spool';
import { withPermit, type TransferRun } from './transfer-run';

export interface FetchRequest {
  readonly studio: string;
  readonly taskId: string;
  readonly output: Pick<Candidate, 'outputId' | 'designFileId' | 'contentHash'>;
  readonly asset: RenderedAsset;
  readonly assetFormats: AssetFormats;
  /** A film is wanted; otherwise one is refused. */
  readonly isFilm?: boolean | undefined;
}

/** Resumes what an earlier attempt on this worker began. The address is a secret, so it stays in here. */
export async function fetchRender(
  studios: Studios,
  spool: Spool,
  { studio: studioName, taskId, output, asset, assetFormats, isFilm }: FetchRequest,
  run: TransferRun,
): Promise<SpooledFile> {
  const studio = getStudio(studios, studioName);
  // Without a version no earlier download may count as this one.
  const version = asset.blobHash ?? output.contentHash ?? randomUUID();
  const fileId = spool.fileId([output.outputId, asset.assetKey, version, JSON.stringify(assetFormats)]);
  return spool.exclusively(taskId, fileId, run.signal, async () => {
    const known = await spool.find(taskId, fileId);
    if (known !== undefined) return known;
    const path = spool.pathOf(taskId, fileId);
    const { md5, sha256, bytes, ends } = await withPermit(spool.permits.downloads, run, async () => {
      // Asked for only now, because an address expires.
      const url = await requestAssetAddress(
        studios,
        { studio: studioName, taskId, assetFormats, outputs: [output], assetKey: asset.assetKey },
        run.signal,
      );
      return downloadToSpool(spool, studio, { url, path, resume: true }, run).catch((error: unknown) => {
        throw expiredAddressFailure(error, output.outputId) ?? error;
      });
    });
    const isWanted = isFilm === true && filmFormat(ends.head) !== undefined;
    const measured = await orClear<FilmMeasurements | MeasuredPicture>(path, output.outputId, () =>
      isWanted ? measureWholeFilm(path, bytes) : measurePicture(path, { bytes, ends, maxPixels: studio.maxPixels }),
    );
    const { queue } = spool;
    const file: SpooledFile = { queue, fileId, outputId: output.outputId, ...measured, bytes, md5, sha256 };
    await spool.addFile(taskId, file);
    return file;
  });
}

/** The task may never come back to this worker, and then nobody would clear a file that cannot be measured. */
async function orClear<T>(path: string, outputId: string, measure: () => Promise<T>): Promise<T> {
  try {
    return await measure();
  } catch (error) {
    await rm(path, { force: true });
    if (!(error instanceof UnreadablePicture || error instanceof UnreadableFilm)) throw error;
    const isUnwantedFilm = error instanceof UnreadablePicture && error.film !== undefined;
    throw ApplicationFailure.nonRetryable(
      `What Celtra's file host served for output ${outputId} ${error.message}. Look at the output in Celtra.`,
      isUnwantedFilm ? failureTypes.film : failureTypes.notAPicture,
    );
  }
}
