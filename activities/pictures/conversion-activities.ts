import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { rm } from 'node:fs/promises';

import { ApplicationFailure } from '@temporalio/common';

import { planConversion, type Conversion } from '../../domain/preflight/conversion';
import type { SpooledFile } from '../../domain/render/rendered-asset';
import { failureTypes } from '../../domain/shared/failure-type';
import { messageOf } from '../../domain/shared/text';
import type { OutputSpec } from '../../domain/task/task';
import { runActivity, type ActivityRun } from '../runtime/run-activity';
import { getStudio, type Studios } from '../runtime/studios';
import { notInSpoolFailure, type Spool } from '../transfer/spool';
import { WAITING_FOR_PERMIT } from '../transfer/transfer-run';
import { noPictures } from './keep/picture-keeper';
import { decoderInThisProcess, type PictureDecoder } from './process/picture-decoder';
import { requirePicture } from './require-picture';

export interface RenderToConvert {
  readonly label: string;
  readonly file: SpooledFile;
  readonly spec?: OutputSpec | undefined;
  readonly convert: Conversion;
}

export interface ConvertedRender {
  /** The file to deliver; another one with a `conversion` if something was changed. */
  readonly file: SpooledFile;
  /** Conversions that the recipe wants and that are impossible, one sentence each; the preflight decides. */
  readonly warnings: readonly string[];
}

export function createConversionActivities(
  studios: Studios,
  spool: Spool,
  decoder = decoderInThisProcess,
  pictures = noPictures,
) {
  return {
    /** Converts files in the spool as their recipes want, one after the other, and returns them in the order given. */
    convertRenders: (request: {
      studio: string;
      taskId: string;
      files: readonly RenderToConvert[];
    }): Promise<ConvertedRender[]> =>
      runActivity(async (run) => {
        const { maxPixels } = getStudio(studios, request.studio);
        const converted: ConvertedRender[] = [];
        for (const wanted of request.files) {
          run.signal.throwIfAborted();
          run.heartbeat({ phase: WAITING_FOR_PERMIT, file: wanted.label });
          const tools = { maxPixels, decoder, run };
          const turn = () => convertOne(spool, request.taskId, wanted, tools);
          const result = await spool.permits.conversions.withPermits(1, run.signal, turn);
          converted.push(result);
          const { conversion, fileId, sha256 } = result.file;
          if (conversion === undefined) continue;
          const file = spool.pathOf(request.taskId, fileId);
          await pictures.keepFile(request, [{ kind: 'delivered', sha256 }], file, maxPixels);
        }
        return converted;
      }),
  };
}

async function convertOne(
  spool: Spool,
  taskId: string,
  { label, file, spec, convert }: RenderToConvert,
  { maxPixels, decoder, run }: ConvertTools,
): Promise<ConvertedRender> {
  const { steps, impossible } = planConversion(convert, file, spec);
  const warnings = impossible.map((why) => `${label}: the recipe asks for a conversion that is not possible: ${why}.`);
  if (steps === undefined) return { file, warnings };
  const fileId = spool.fileId([file.fileId, 'converted', JSON.stringify(steps)]);
  return spool.exclusively(taskId, fileId, run.signal, async () => {
    const known = await spool.find(taskId, fileId);
    if (known !== undefined) return { file: known, warnings };
    if ((await spool.find(taskId, file.fileId)) === undefined) throw notInSpoolFailure();
    const from = spool.pathOf(taskId, file.fileId);
    const to = spool.pathOf(taskId, fileId);
    await rm(to, { force: true });
    try {
      // The size is not known yet, but hardly larger than that of the source.
      await spool.capacity.reserve(to, file.bytes);
      const onEncoding = (what: string): void => {
        run.heartbeat({ phase: 'convert', file: label, what });
      };
      const conversion = { from, to, picture: file, steps, onEncoding };
      const words = await decoder.convert(conversion, run.signal).catch((error: unknown) => {
        throw run.signal.aborted || isDiskError(error) ? error : cannotConvert(label, error);
      });
      const { bytes, md5, sha256 } = file;
      const result: SpooledFile = {
        ...file,
        ...requirePicture(
          await decoder.examine(to, { maxPixels }, run.signal),
          `What ${label} was converted to`,
          CONVERSION_ADVICE,
        ),
        ...(await hashesOf(to)),
        fileId,
        conversion: { steps: words, before: { bytes, md5, sha256 } },
      };
      await spool.addFile(taskId, result);
      return { file: result, warnings };
    } finally {
      spool.capacity.release(to);
    }
  });
}

const CONVERSION_ADVICE = 'Look at the output in Celtra, or take convert out of the recipe.';

interface ConvertTools {
  readonly maxPixels: number | undefined;
  readonly decoder: PictureDecoder;
  readonly run: ActivityRun;
}

/** libvips reports errors of the disk without a code. */
function isDiskError(error: unknown): boolean {
  const { code, message } = error as NodeJS.ErrnoException;
  if (['ENOSPC', 'EDQUOT', 'EIO', 'EMFILE', 'ENOENT'].includes(String(code))) return true;
  return /no space left|write error|unable to write|disk quota/i.test(message);
}

function cannotConvert(label: string, error: unknown): ApplicationFailure {
  const [why = 'no reason given'] = messageOf(error).split('\n');
  return ApplicationFailure.nonRetryable(
    `${label} cannot be converted as the recipe asks: ${why}. ${CONVERSION_ADVICE}`,
    failureTypes.notAPicture,
  );
}

async function hashesOf(path: string): Promise<{ md5: string; sha256: string }> {
  const md5 = createHash('md5');
  const sha256 = createHash('sha256');
  for await (const chunk of createReadStream(path, { highWaterMark: 1024 * 1024 }) as AsyncIterable<Buffer>) {
    md5.update(chunk);
    sha256.update(chunk);
  }
  return { md5: md5.digest('hex'), sha256: sha256.digest('hex') };
}
