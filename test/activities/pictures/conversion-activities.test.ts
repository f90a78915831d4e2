import { createHash } from 'node:crypto';
import { existsSync } from 'node:fs';
import { readFile, rm, symlink, writeFile } from 'node:fs/promises';
import { monitorEventLoopDelay } from 'node:perf_hooks';

import { ApplicationFailure } from '@temporalio/common';
import sharp, { type Sharp } from 'sharp';

import { createConversionActivities } from '../../../activities/pictures/conversion-activities';
import { createSpool } from '../../../activities/transfer/spool';
import { examinePicture } from '../../../activities/pictures/examine-picture';
import { requirePicture } from '../../../activities/pictures/require-picture';
import type { Conversion } from '../../../domain/preflight/conversion';
import type { SpooledFile } from '../../../domain/render/rendered-asset';
import type { OutputSpec } from '../../../domain/task/task';
import { feedSpec, TASK_ID } from '../../support/facts';
import { failureOf, folderForEach, placeIn, run, studiosWith } from '../activity-harness';

const folder = folderForEach();
const spec: OutputSpec = { ...feedSpec, dpi: 300, colorProfile: 'sRGB IEC61966-2.1', backgroundColor: '#ff0000' };

const drawn = (channels: 3 | 4 = 3): Sharp =>
  sharp({ create: { width: 64, height: 48, channels, background: { r: 20, g: 120, b: 220, alpha: 0 } } });

/** Noise, because it cannot be compressed. */
const noise = (edge: number): Sharp =>
  sharp({
    create: {
      width: edge,
      height: edge,
      channels: 3,
      background: '#808080',
      noise: { type: 'gaussian', mean: 128, sigma: 60 },
    },
  });

async function spooled(picture: Sharp): Promise<SpooledFile> {
  const spool = createSpool(folder(), 'queue');
  const fileId = 'a'.repeat(32);
  const file = await placeIn(spool, TASK_ID, fileId);
  const bytes = await picture.toBuffer();
  await writeFile(file, bytes);
  const hash = (algorithm: string) => createHash(algorithm).update(bytes).digest('hex');
  const hashes = { md5: hash('md5'), sha256: hash('sha256') };
  const described: SpooledFile = {
    queue: 'queue',
    fileId,
    outputId: 'o1',
    ...requirePicture(await examinePicture(file), 'It', ''),
    ...hashes,
  };
  await spool.addFile(TASK_ID, described);
  return described;
}

async function convert(file: SpooledFile, wanted: Conversion, asked: OutputSpec = spec) {
  const { convertRenders } = createConversionActivities(studiosWith(), createSpool(folder(), 'queue'));
  const files = [{ label: 'Front', file, spec: asked, convert: wanted }];
  const [converted] = await run(convertRenders, { studio: 'acme', taskId: TASK_ID, files });
  if (converted === undefined) throw new Error('Nothing came back.');
  return converted;
}

async function bytesOf({ fileId }: SpooledFile): Promise<Buffer> {
  return readFile(createSpool(folder(), 'queue').pathOf(TASK_ID, fileId));
}

describe('convertRenders', () => {
  it('leaves a picture that is right as it is', async () => {
    const file = await spooled(drawn().withIccProfile('srgb').withDensity(300).jpeg());
    expect(await convert(file, { density: 'as asked', profile: 'as asked' })).toEqual({ file, warnings: [] });
  });

  it('makes another file, with what was done and the hashes of the original', async () => {
    const file = await spooled(drawn().jpeg());
    const { file: converted } = await convert(file, { density: 'as asked', profile: 'as asked' });
    expect(converted.fileId).not.toBe(file.fileId);
    expect(converted.details).toMatchObject({ density: { x: 300, y: 300 }, colorProfile: 'sRGB' });
    expect(converted.conversion).toEqual({
      steps: ['marked as sRGB', 'marked with 300 dpi', 'every pixel is unchanged'],
      before: { bytes: file.bytes, md5: file.md5, sha256: file.sha256 },
    });
  });

  it('hashes and measures the bytes that will be sent', async () => {
    const { file } = await convert(await spooled(drawn().jpeg()), { density: 300 });
    const bytes = await bytesOf(file);
    expect(file.bytes).toBe(bytes.length);
    expect(file.sha256).toBe(createHash('sha256').update(bytes).digest('hex'));
    expect(file.md5).toBe(createHash('md5').update(bytes).digest('hex'));
  });

  it('does not do again what is done', async () => {
    const file = await spooled(drawn().jpeg());
    const first = await convert(file, { density: 300 });
    const original = createSpool(folder(), 'queue').pathOf(TASK_ID, file.fileId);
    await rm(original);
    expect(await convert(file, { density: 300 })).toEqual(first);
  });

  it('asks for the render again when it is no longer in the spool', async () => {
    const file = await spooled(drawn().jpeg());
    await createSpool(folder(), 'queue').drop(TASK_ID);
    const failure = await failureOf(() => convert(file, { density: 300 }));
    expect(failure.type).toBe('NotInSpool');
  });

  it('fails with a reason on a picture that is cut', async () => {
    const file = await spooled(noise(100).jpeg());
    const original = createSpool(folder(), 'queue').pathOf(TASK_ID, file.fileId);
    const bytes = await readFile(original);
    await writeFile(original, Buffer.concat([bytes.subarray(0, 700), Buffer.alloc(bytes.length - 700)]));
    const failure = await failureOf(() => convert(file, { density: 300 }));
    expect(failure).toMatchObject({ type: 'NotAPicture', nonRetryable: true });
    expect(failure.message).toMatch(/^Front cannot be converted as the recipe asks: .*Look at the output in Celtra/);
  });

  it('waits for space in the spool', async () => {
    const file = await spooled(drawn().jpeg());
    const limits = {
      maxTotalBytes: 10,
      keepFree: 0,
      bytesInFlight: Infinity,
      filesInFlight: 4,
      clearAfterMs: Infinity,
    };
    const { convertRenders } = createConversionActivities(studiosWith(), createSpool(folder(), 'queue', limits));
    const files = [{ label: 'Front', file, spec, convert: { density: 300 } }];
    const failure = await failureOf(() => convertRenders({ studio: 'acme', taskId: TASK_ID, files }));
    expect(failure.message).toContain('spool');
  });

  it('lays a transparent picture on the background that the spec asks for', async () => {
    const { file } = await convert(await spooled(drawn(4).png()), { background: 'as asked' });
    expect(file.details?.isTransparent).toBe(false);
    const pixels = await sharp(await bytesOf(file))
      .raw()
      .toBuffer();
    expect([...pixels.subarray(0, 3)]).toEqual([255, 0, 0]);
  });

  it('keeps sixteen bits', async () => {
    const deep = drawn().toColourspace('rgb16').png();
    const { file } = await convert(await spooled(deep), { density: 'as asked' });
    expect(file.details).toMatchObject({ density: { x: 300, y: 300 }, bitsPerChannel: 16 });
  });

  it('keeps CMYK and its profile where only the density is to change', async () => {
    const { file } = await convert(await spooled(drawn().withIccProfile('cmyk').toColourspace('cmyk').jpeg()), {
      density: 300,
    });
    const { space } = await sharp(await bytesOf(file)).metadata();
    expect({ space, profile: file.details?.colorProfile }).toEqual({ space: 'cmyk', profile: 'Chemical proof' });
  });

  it('converts from another profile without changing what is seen', async () => {
    const wide = await spooled(drawn().withIccProfile('p3').png());
    const { file } = await convert(wide, { profile: 'as asked' });
    expect(file.details?.colorProfile).toBe('sRGB');
    const [r, g, b] = await sharp(await bytesOf(file))
      .raw()
      .toBuffer();
    for (const [found, meant] of [
      [r, 20],
      [g, 120],
      [b, 220],
    ] as const)
      expect(Math.abs((found ?? 0) - meant)).toBeLessThan(4);
  });

  it('finds the best quality that is small enough', async () => {
    const file = await spooled(noise(200).jpeg({ quality: 100 }));
    const most = Math.floor(file.bytes / 3);
    const { file: converted } = await convert(file, { lowestQuality: 10 }, { ...spec, maxBytes: most });
    expect(converted.bytes).toBeLessThanOrEqual(most);
    expect(converted.conversion?.steps.at(-1)).toMatch(/^encoded again with JPEG quality \d\d$/);
    const quality = Number(converted.conversion?.steps.at(-1)?.split(' ').at(-1));
    const better = await sharp(await bytesOf(file))
      .jpeg({ quality: quality + 1, chromaSubsampling: '4:4:4' })
      .toBuffer();
    // Ours carries some hundred bytes of tags that this one lacks.
    expect(better.length).toBeGreaterThan(most * 0.95);
  });

  it('goes no lower than the recipe allows, and leaves the rest to the check', async () => {
    const file = await spooled(noise(100).jpeg({ quality: 100 }));
    const { file: converted } = await convert(file, { lowestQuality: 90 }, { ...spec, maxBytes: 100 });
    expect(converted.conversion?.steps.at(-1)).toBe('encoded again with JPEG quality 90');
    expect(converted.bytes).toBeGreaterThan(100);
  });

  it('says what cannot be had', async () => {
    const file = await spooled(drawn().png());
    const { warnings } = await convert(file, { lowestQuality: 50 }, { ...spec, maxBytes: 1 });
    expect(warnings).toEqual([
      'Front: the recipe asks for a conversion that is not possible: a png cannot be made smaller by a lower quality.',
    ]);
  });

  it('does not block the event loop', async () => {
    const file = await spooled(noise(1_000).jpeg({ quality: 100 }));
    const delay = monitorEventLoopDelay({ resolution: 5 });
    const begun = performance.now();
    delay.enable();
    await convert(file, { density: 300, lowestQuality: 20 }, { ...spec, maxBytes: Math.floor(file.bytes / 4) });
    delay.disable();
    const took = performance.now() - begun;
    // Had an encoding run in the loop, there would be few samples, each as long as an encoding.
    expect(delay.percentile(50) / 1e6).toBeLessThan(took / 10);
  });
});

// A device of Linux takes nothing, as a disk that is full; what does not have it leaves this out.
const onFullDisk = existsSync('/dev/full') ? describe : describe.skip;
onFullDisk('a disk that is full (needs /dev/full)', () => {
  it('is not taken for a bad picture', async () => {
    const file = await spooled(drawn().jpeg());
    const { file: converted } = await convert(file, { density: 'as asked' });
    const spool = createSpool(folder(), 'queue');
    await spool.drop(TASK_ID);
    await spooled(drawn().jpeg());
    await symlink('/dev/full', `${await placeIn(spool, TASK_ID, converted.fileId)}.trial`);
    const trouble: unknown = await convert(file, { density: 'as asked' }).catch((error: unknown) => error);
    // Not a permanent failure, so Temporal retries.
    expect(trouble).not.toBeInstanceOf(ApplicationFailure);
    expect(trouble).toMatchObject({ message: expect.stringMatching(/no space left/i) as unknown });
  });
});
