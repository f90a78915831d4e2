import { readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';

import { measureFilm } from '../../../activities/pictures/measure-film';
import { propertyRuns } from '../../support/property-runs';
import { aFilm, box, filmLayouts, uint32 } from '../../support/films';
import { folderForEach } from '../activity-harness';

const folder = folderForEach();
const filmsFolder = path.join(__dirname, 'films');

function measure(bytes: Uint8Array, limits = {}) {
  const file = path.join(folder(), 'film');
  writeFileSync(file, bytes);
  return measureFilm(file, limits);
}

/** The film with another value behind the type of a box. */
function patched(film: Buffer, type: string, offset: number, ...values: readonly number[]): Buffer {
  const copy = Buffer.from(film);
  uint32(...values).copy(copy, copy.indexOf(type, 0, 'latin1') + 4 + offset);
  return copy;
}

describe('a film', () => {
  // Made by FFmpeg 7 (PyAV 18.1); the columns behind the file are what it reads: pixels, frames per second, seconds.
  it.each([
    ['h264-aac.mp4', 'mp4', 96, 54, 25, 0.48, ['avc1.64000a', 'mp4a.40.2']],
    ['index-first.mp4', 'mp4', 64, 64, 29.97, 0.5, ['avc1.64000a']],
    ['fragments.mp4', 'mp4', 64, 36, 24, 1, ['avc1.64000a']],
    ['hevc.mp4', 'mp4', 64, 64, 50, 0.1, ['hev1.1.6.L30.90']],
    ['prores-hq.mov', 'mov', 64, 32, 25, 0.08, ['apch']],
    ['prores-4444.mov', 'mov', 64, 32, 25, 0.08, ['ap4h']],
  ])('%s is measured as FFmpeg reads it', async (name, format, width, height, framesPerSecond, seconds, codecs) => {
    const bytes = readFileSync(path.join(filmsFolder, name));
    await expect(measure(bytes)).resolves.toEqual({
      ...{ format, width, height, framesPerSecond, seconds, codecs },
      ...{ bytes: bytes.length, isWhole: true },
    });
  });

  it.each([
    [
      'turned by 90°, as a phone films',
      aFilm({ width: 640, height: 360, isTurned: true }),
      { width: 360, height: 640 },
    ],
    ['with the brand of QuickTime', aFilm({ brand: 'qt  ' }), { format: 'mov' }],
    ['older than brands', aFilm().subarray(20), { format: 'mov' }],
    ['with a codec that the library does not know', aFilm({ codec: 'XYZ1' }), { width: 320, codecs: ['XYZ1'] }],
    ['without a time scale', patched(aFilm(), 'mdhd', 12, 0), { width: 320, isWhole: true }],
    ['with padding behind its end', Buffer.concat([aFilm(), Buffer.alloc(5000)]), { isWhole: true }],
    [
      'with other boxes around',
      Buffer.concat([aFilm(), box('free', Buffer.alloc(100)), box('uuid')]),
      { isWhole: true },
    ],
  ])('%s is measured', async (_, bytes, expected) => {
    expect(await measure(bytes)).toMatchObject(expected);
  });

  it.each([
    ['no index', aFilm().subarray(0, 500), 'it has no index (the box moov)'],
    ['frames in another file', aFilm({ dataFlags: 0 }), 'its frames lie in another file'],
    ['no frames', aFilm({ frames: [] }), 'it has no frames'],
    ['samples without a place', patched(aFilm(), 'stsc', 12, 1), 'its index has no place for some samples'],
    [
      'a last sample behind the end',
      aFilm({ layout: 'index first' }).subarray(0, -1),
      'its last sample would end at byte',
    ],
    [
      'a fragment that is missing in part',
      readFileSync(path.join(filmsFolder, 'fragments.mp4')).subarray(0, -200),
      'its last sample',
    ],
  ])('with %s is not whole, and the reason is named', async (_, bytes, why) => {
    expect(await measure(bytes)).toMatchObject({ isWhole: false, why: expect.stringContaining(why) as string });
  });
});

describe('a hostile or unreadable film', () => {
  it.each([
    ['a webm', Buffer.from('1a45dfa3a3428681', 'hex'), 'is webm, of which only the name is known'],
    ['a picture', Buffer.from('\0\0\0\x18ftypheic\0\0\0\0', 'latin1'), 'is not a film'],
    [
      'an index of 17 MB',
      Buffer.concat([aFilm().subarray(0, 20), box('moov', Buffer.alloc(17e6))]),
      'has an index of more than 16,777,216 bytes',
    ],
    [
      '11,000 boxes',
      Buffer.concat([aFilm(), ...Array<Buffer>(11_000).fill(box('free'))]),
      'has more than 10,000 boxes',
    ],
    ['a table of four billion times', patched(aFilm(), 'stts', 4, 0xffff_ffff), 'has a damaged index'],
    ['an empty index', Buffer.concat([aFilm().subarray(0, 20), box('moov')]), 'has a damaged index'],
  ])('%s is refused in words', async (_, bytes, message) => {
    await expect(measure(bytes)).rejects.toThrow(message);
  });

  it('with four billion samples ends its thread and nothing else, and the next film is measured', async () => {
    const hostile = patched(aFilm(), 'stsz', 4, 1, 0xffff_ffff);
    const [refused, next] = await Promise.allSettled([
      measure(hostile, { timeLimitMs: 1000 }),
      measureFilm(path.join(filmsFolder, 'hevc.mp4')),
    ]);
    expect(refused).toMatchObject({
      reason: { message: expect.stringMatching(/within 1 s|more than 256 MB/) as string },
    });
    expect(next).toMatchObject({ status: 'fulfilled', value: { isWhole: true } });
  });
});

describe('a film that is cut off', () => {
  const cuts = [...Array.from({ length: 16 }, (_, index) => index + 1), '1 %', '10 %', '50 %'] as const;
  const cutBytes = (cut: (typeof cuts)[number], size: number): number =>
    typeof cut === 'number' ? cut : Math.ceil((size * parseInt(cut, 10)) / 100);

  /** All 25 on request; else some, the smallest and the largest among them. */
  const runs = propertyRuns(25);
  const sizes = Array.from({ length: runs }, (_, index) => 1 + Math.round((index * 24) / (runs - 1)));

  it.each(filmLayouts)('(%s) is noticed at each of 19 cuts, in every size', async (layout) => {
    const passed: string[] = [];
    for (const size of sizes) {
      const frames = Array.from({ length: size }, (_, index) => 37 * size + 11 * index);
      const film = aFilm({ layout, frames, width: 16 * size, height: 9 * size });
      expect(await measure(film)).toMatchObject({ isWhole: true });
      for (const cut of cuts) {
        const { isWhole } = await measure(film.subarray(0, film.length - cutBytes(cut, film.length)));
        if (isWhole) passed.push(`${size} frames, ${cut}`);
      }
    }
    expect(passed).toEqual([]);
  });
});
