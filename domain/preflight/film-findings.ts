import type { AnnouncedFilm, WantedFilm } from '../render/film';
import { pixelsText } from '../shared/text';
import type { MeasuredPicture } from './picture';

/** What a film is compared with, besides its output spec. */
export interface FilmDemands extends WantedFilm {
  readonly announced?: AnnouncedFilm | undefined;
}

export interface FilmSubject {
  readonly label: string;
  readonly picture: Pick<MeasuredPicture, 'width' | 'height' | 'bytes' | 'film'>;
  readonly film?: FilmDemands | undefined;
}

export interface FilmFinding {
  readonly rule: 'fileSize' | 'pixelSize' | 'duration' | 'frameRate' | 'codec';
  readonly message: string;
}

/** 24 and 23.976 frames per second are the same to people and to Celtra; 24 and 25 are not. */
const RATE_TOLERANCE = 0.005;
const DURATION_TOLERANCE = 0.02;
/** Less than this is a frame more or less. */
const DURATION_TOLERANCE_S = 0.1;

/** The sample descriptions that Celtra's presets stand for (docs/reference/celtra.md#asset-formats). */
const codecsOfPreset: Readonly<Record<string, readonly string[]>> = {
  x264_hq: ['avc1', 'avc3'],
  x264_optimized: ['avc1', 'avc3'],
  prores_422_hq: ['apch'],
  prores_4444: ['ap4h', 'ap4x'],
};

/** Compares a film with the limits of its recipe and with what Celtra announced; nothing for a picture. */
export function filmFindings({ label, picture, film: demands }: FilmSubject): FilmFinding[] {
  const { film, width, height, bytes } = picture;
  if (film === undefined || demands === undefined) return [];
  const findings: FilmFinding[] = [];
  const add = (rule: FilmFinding['rule'], who: string, expected: string, found: string): void => {
    findings.push({ rule, message: `${label}: ${who} ${expected}, the film has ${found}.` });
  };
  const { maxBytes, maxPixels, maxSeconds, maxFramesPerSecond, preset, announced } = demands;
  const { framesPerSecond, seconds, codecs } = film;
  const size = `${width} × ${height} pixels`;
  const recipe = 'the recipe allows';
  const most = (number: number, unit: string): string => `at most ${number.toLocaleString('en')} ${unit}`;

  if (maxBytes !== undefined && bytes > maxBytes) {
    add('fileSize', recipe, most(maxBytes, 'bytes'), `${bytes.toLocaleString('en')} bytes`);
  }
  if (maxPixels !== undefined && width * height > maxPixels) add('pixelSize', recipe, most(maxPixels, 'pixels'), size);
  if (maxSeconds !== undefined && seconds !== undefined && seconds > maxSeconds + DURATION_TOLERANCE_S) {
    add('duration', recipe, most(maxSeconds, 's'), `${seconds} s`);
  }
  if (maxFramesPerSecond !== undefined && isHigherRate(framesPerSecond, maxFramesPerSecond)) {
    add('frameRate', recipe, most(maxFramesPerSecond, 'frames per second'), `${framesPerSecond ?? 0}`);
  }
  const allowed = preset === undefined ? undefined : codecsOfPreset[preset];
  if (preset !== undefined && allowed !== undefined && !codecs.some((codec) => allowed.includes(codec.slice(0, 4)))) {
    add(
      'codec',
      'the recipe asks for',
      `the preset ${preset} (${allowed.join(' or ')})`,
      `the codecs ${codecs.join(', ')}`,
    );
  }

  if (isOther(announced?.width, width) || isOther(announced?.height, height)) {
    add('pixelSize', 'Celtra announced', `${pixelsText(announced)} pixels`, size);
  }
  const rate = announced?.fps;
  if (
    rate !== undefined &&
    rate > 0 &&
    framesPerSecond !== undefined &&
    !isNear(framesPerSecond, rate, RATE_TOLERANCE)
  ) {
    add('frameRate', 'Celtra announced', `${rate} frames per second`, `${framesPerSecond}`);
  }
  const duration = announced?.duration;
  if (duration !== undefined && duration > 0 && seconds !== undefined && !isDuration(seconds, duration)) {
    add('duration', 'Celtra announced', `a duration of ${duration}`, `${seconds} s`);
  }
  return findings;
}

function isHigherRate(found: number | undefined, most: number): boolean {
  return found !== undefined && found > most * (1 + RATE_TOLERANCE);
}

function isOther(announced: number | undefined, found: number): boolean {
  return announced !== undefined && announced > 0 && found > 0 && announced !== found;
}

function isNear(one: number, other: number, tolerance: number): boolean {
  return Math.abs(one - other) <= tolerance * other;
}

/** Celtra does not say whether its durations are seconds or milliseconds, so either counts. */
function isDuration(seconds: number, announced: number): boolean {
  return [announced, announced / 1000].some(
    (wanted) => Math.abs(seconds - wanted) <= Math.max(DURATION_TOLERANCE_S, wanted * DURATION_TOLERANCE),
  );
}
