import { open, stat } from 'node:fs/promises';

import { filmFormat, type MeasuredFilm } from '../../domain/render/film';
import type { SpooledFile } from '../../domain/render/rendered-asset';
import { readFilmIndex, TruncatedFilm, UnreadableFilm, type FilmIndex } from './film-index';
import { parseFilmIndex } from './film-reader';
import type { FilmFacts, FilmTrack } from './film-thread';

/** Durations are stored in whole ticks, so sums differ a little. */
const DURATION_TOLERANCE_S = 0.1;

export interface FilmLimits {
  readonly bytes?: number | undefined;
  readonly timeLimitMs?: number | undefined;
}

/**
 * Measures a film (mp4 or mov) by its container; nothing is decoded. Sizes are pixels as shown. A truncated film is
 * measured as far as possible, with the reason in `why`. Throws {@link UnreadableFilm} for other formats, damaged
 * containers and too large ones, or the file system's error.
 */
export async function measureFilm(path: string, limits: FilmLimits = {}): Promise<MeasuredFilm> {
  const bytes = limits.bytes ?? (await stat(path)).size;
  const format = filmFormat(await headOf(path));
  if (format === undefined) throw new UnreadableFilm('is not a film');
  if (format !== 'mp4' && format !== 'mov') throw new UnreadableFilm(`is ${format}, of which only the name is known`);
  const index = await readFilmIndex(path, bytes);
  if (!index.boxes.some(({ type }) => type === 'moov')) {
    const why =
      index.truncated?.type === 'moov'
        ? 'its index (the box moov) ends in the middle'
        : 'it has no index (the box moov), because its end is missing or it was never finished';
    return { format, width: 0, height: 0, bytes, codecs: [], isWhole: false, why };
  }
  return toMeasuredFilm(format, bytes, index, await parseFilmIndex(index, limits.timeLimitMs));
}

/** What the spool keeps of a file's measurements. */
export type FilmMeasurements = Pick<SpooledFile, 'format' | 'width' | 'height' | 'film'>;

/** Throws {@link TruncatedFilm} for a film that is not whole, and what {@link measureFilm} throws. */
export async function measureWholeFilm(path: string, bytes: number): Promise<FilmMeasurements> {
  const { format, width, height, isWhole, why, framesPerSecond, seconds, codecs } = await measureFilm(path, { bytes });
  if (!isWhole) throw new TruncatedFilm(why);
  return { format, width, height, film: { framesPerSecond, seconds, codecs } };
}

function toMeasuredFilm(format: string, bytes: number, index: FilmIndex, facts: FilmFacts): MeasuredFilm {
  const picture = facts.tracks.find(({ kind }) => kind === 'vide');
  if (picture === undefined) throw new UnreadableFilm('has no track with pictures');
  const { width, height, isTurned, frames, seconds } = picture;
  const why = faultOf(bytes, index, facts, picture);
  return {
    format,
    width: isTurned ? height : width,
    height: isTurned ? width : height,
    bytes,
    // A track without a time scale has no duration.
    ...(frames > 0 && seconds > 0 && Number.isFinite(seconds) && durationOf(frames, seconds)),
    codecs: facts.tracks.map(({ codec }) => codec),
    isWhole: why === undefined,
    ...(why !== undefined && { why }),
  };
}

/** Why a film is not whole, in words; `undefined` when every sample that the index names is there. */
function faultOf(bytes: number, index: FilmIndex, facts: FilmFacts, picture: FilmTrack): string | undefined {
  if (index.truncated !== undefined) return `a part of its index (the box ${index.truncated.type}) ends in the middle`;
  if (facts.tracks.some(({ isElsewhere }) => isElsewhere)) return 'its frames lie in another file';
  if (facts.tracks.some(({ isIncomplete }) => isIncomplete)) return 'its index has no place for some samples';
  const end = Math.max(facts.segmentsEnd, ...facts.tracks.map((track) => track.end));
  if (end > bytes) {
    return `its last sample would end at byte ${end.toLocaleString('en')}, and it has ${bytes.toLocaleString('en')}`;
  }
  if (picture.frames === 0) return 'it has no frames';
  if (facts.promisedSeconds > picture.seconds + Math.max(DURATION_TOLERANCE_S, facts.promisedSeconds * 0.01)) {
    return `its index announces ${rounded(facts.promisedSeconds)} s, but it has ${rounded(picture.seconds)} s`;
  }
  return undefined;
}

async function headOf(path: string): Promise<Buffer> {
  const file = await open(path);
  try {
    const { buffer, bytesRead } = await file.read(Buffer.alloc(16), 0, 16, 0);
    return buffer.subarray(0, bytesRead);
  } finally {
    await file.close();
  }
}

function durationOf(frames: number, seconds: number): Pick<MeasuredFilm, 'framesPerSecond' | 'seconds'> {
  return { framesPerSecond: rounded(frames / seconds), seconds: rounded(seconds) };
}

function rounded(number: number): number {
  return Math.round(number * 1000) / 1000;
}
