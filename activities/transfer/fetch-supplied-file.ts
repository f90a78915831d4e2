import { randomUUID } from 'node:crypto';
import { rm } from 'node:fs/promises';

import { activityInfo } from '@temporalio/activity';
import { ApplicationFailure } from '@temporalio/common';

import type { Store } from '../../clients';
import type { SuppliedFile } from '../../domain/operator/decisions';
import type { SpooledFile } from '../../domain/render/rendered-asset';
import { failureTypes } from '../../domain/shared/failure-type';
import type { AddressSeal } from '../creative-force/address-seal';
import { UnreadableFilm } from '../pictures/film-index';
import { measureWholeFilm, type FilmMeasurements } from '../pictures/measure-film';
import type { PictureKeeper } from '../pictures/keep/picture-keeper';
import type { PictureDecoder } from '../pictures/process/picture-decoder';
import { requirePicture } from '../pictures/require-picture';
import { getStudio, type Studios } from '../runtime/studios';
import { fetchUploadedFile } from './fetch-uploaded-file';
import type { Spool } from './spool';
import { diskFullAsFailure } from './spool-capacity';
import { withPermit, type TransferRun, downloadToSpool } from './transfer-run';

export interface SuppliedFileRequest extends SuppliedFile {
  readonly studio: string;
  readonly taskId: string;
  readonly expectedKey: string;
}

interface SuppliedFileRun extends TransferRun {
  readonly decoder: PictureDecoder;
  readonly pictures: PictureKeeper;
  /** What people have uploaded. */
  readonly uploads: Pick<Store, 'getStream' | 'place'>;
}

/** Brings a supplied file into the spool and measures it. Each attempt starts again, under another file id. */
export async function fetchSuppliedFile(
  studios: Studios,
  spool: Spool,
  request: SuppliedFileRequest,
  run: SuppliedFileRun,
): Promise<SpooledFile> {
  const { taskId } = request;
  const studio = getStudio(studios, request.studio);
  const fileId = spool.fileId([request.expectedKey, randomUUID()]);
  const path = spool.pathOf(taskId, fileId);
  try {
    const { stored } = request;
    const { bytes, md5, sha256 } = await withPermit(spool.permits.downloads, run, () =>
      stored === undefined
        ? downloadToSpool(spool, studio, { url: addressOf(request, studio.seal), path, system: 'supplied file' }, run)
        : fetchUploadedFile(run.uploads, spool, { studio: studio.name, taskId, stored }, path, run),
    );
    const examined = await run.decoder.examine(path, { maxPixels: studio.maxPixels }, run.signal, sha256);
    const measured =
      examined.trouble?.kind === 'film'
        ? await measureSupplied(path, bytes, examined.format)
        : requirePicture(
            examined,
            stored === undefined ? 'What the supplied address served' : `The uploaded file ${stored.name}`,
            'Supply another file.',
          );
    const fetched = { fetchedAt: new Date().toISOString(), downloads: activityInfo().attempt };
    const { queue } = spool;
    const file: SpooledFile = { queue, fileId, outputId: 'supplied', ...measured, bytes, md5, sha256, ...fetched };
    await spool.addFile(taskId, file);
    await run.pictures.keepFile(
      { studio: studio.name, taskId },
      [{ kind: 'delivered', sha256 }],
      path,
      studio.maxPixels,
    );
    return file;
  } catch (error) {
    await rm(path, { force: true });
    throw diskFullAsFailure(error);
  }
}

/** A film whose container cannot be read is delivered as it was supplied. */
function measureSupplied(path: string, bytes: number, format: string): Promise<FilmMeasurements> {
  return measureWholeFilm(path, bytes).catch((error: unknown) => {
    if (error instanceof UnreadableFilm) return { format, width: 0, height: 0 };
    throw error;
  });
}

function addressOf({ url, sealedUrl, taskId }: SuppliedFileRequest, seal: AddressSeal): string {
  if (sealedUrl === undefined) return url ?? '';
  const opened = seal.open(sealedUrl, { taskId, purpose: 'supplied file' });
  if (opened !== undefined) return opened;
  throw ApplicationFailure.nonRetryable(
    'The sealed address cannot be opened: it was sealed with another client secret, or for another task. Supply the file once more.',
    failureTypes.refused,
  );
}
