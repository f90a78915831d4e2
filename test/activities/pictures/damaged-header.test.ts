import { memoryReader } from '../../../activities/pictures/bytes/byte-reader';
import { readHeader } from '../../../activities/pictures/bytes/read-header';
import { readExif } from '../../../activities/pictures/bytes/tiff-header';
import { readIccProfile } from '../../../activities/pictures/profile/icc-profile';
import { handmadeProfile } from '../../../bench/conversions/handmade-profile';
import { makeSample, sampleKinds, seeded } from '../../../bench/cuts/samples';

const random = seeded(65);

/** A copy with some bytes changed, most of them near the beginning, and often cut. */
function damaged(bytes: Buffer): Buffer {
  const copy = Buffer.from(bytes);
  for (let count = 0; count < 8; count++) copy[Math.floor(random() ** 3 * copy.length)] = Math.floor(random() * 256);
  return random() < 0.5 ? copy : copy.subarray(0, Math.floor(random() * copy.length));
}

describe('A damaged header', () => {
  it.each(sampleKinds)('of %s gives an answer, and throws nothing', async (kind) => {
    const { bytes } = await makeSample(kind, { width: 20, height: 12 }, random);
    const answers = await Promise.all(Array.from({ length: 200 }, () => readHeader(memoryReader(damaged(bytes)))));
    for (const { kind, header } of answers) expect(kind.kind === 'picture' ? header : kind).toBeDefined();
  });

  it('of a profile gives an answer, and throws nothing', () => {
    const profile = handmadeProfile({ colorants: [0.4, 0.2, 0, 0.4, 0.7, 0.1, 0.1, 0, 0.7], gamma: 2.2 });
    for (let count = 0; count < 1_000; count++) expect(() => readIccProfile(damaged(profile))).not.toThrow();
  });

  it('of EXIF says nothing, and throws nothing', async () => {
    const { bytes } = await makeSample('TIFF, strips, LZW', { width: 20, height: 12 }, random);
    for (let count = 0; count < 300; count++) expect(await readExif(damaged(bytes))).toBeDefined();
  });
});
