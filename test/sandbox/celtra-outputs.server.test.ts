import sharp from 'sharp';
import type { Sandbox } from '../../sandbox';
import { CeltraCaller, unzip, type SeenAsset } from './celtra-caller';
import { startQuickSandbox } from './start';

const bytesOf = async (asset: SeenAsset | undefined): Promise<Buffer> =>
  Buffer.from(await (await fetch(asset?.url ?? '')).arrayBuffer());

describe("the outputs of Celtra's stand-in", () => {
  let sandbox: Sandbox;
  let caller: CeltraCaller;

  beforeEach(async () => {
    sandbox = await startQuickSandbox();
    caller = new CeltraCaller(sandbox);
  });
  afterEach(() => sandbox.stop());

  it.each([
    ['Square en', 'com.celtra.image', ['image', 'headline']],
    ['Clip en', 'com.celtra.video', ['video', 'headline']],
    ['Rectangle en', 'com.celtra.html', ['html', 'fallbackImage']],
    ['Rectangle fr', 'com.celtra.html', ['html']],
    [
      'Meta feed',
      'com.celtra.meta.image',
      ['image', 'primaryText', 'headline', 'description', 'callToAction', 'websiteUrl', 'displayLink', 'deeplink'],
    ],
    ['Bumper', 'com.celtra.youtube.video', ['video', 'headline']],
    ['Poster', 'com.example.window.poster', ['hero.background', 'hero.logos.0', 'legal.text']],
  ])('show %s as %s with its assets', async (name, format, keys) => {
    const output = await caller.output(name);
    expect(Object.keys(output?.assets ?? {})).toEqual(keys);
    const [same] = await caller.outputs({
      filters: {
        ...caller.sampleFilter,
        output: { id: [output?.id], mediaLineItem: { formatRegistrationId: [format] } },
      },
    });
    expect(same?.['mediaLineItem']).toMatchObject({ formatRegistrationId: format });
  });

  it('give each card of a carousel flat keys with 32 hex digits', async () => {
    const keys = Object.keys((await caller.output('Meta carousel'))?.assets ?? {});
    expect(keys.filter((key) => /^cards\.[0-9a-f]{32}\.(image|video|headline|websiteUrl)$/.test(key))).toHaveLength(6);
  });

  it('have texts complete at once, while their pictures are pending', async () => {
    await caller.configure({ rendersTakePolls: 1 });
    const output = await caller.output('Meta feed');
    expect(output).toMatchObject({ status: 'pending', assets: { image: { status: 'pending' } } });
    expect(output?.assets['deeplink']).toEqual({ type: 'Text', text: '' });
    expect(output?.assets['image']?.url).toBeUndefined();
  });

  it('are MP4 where a video was asked for', async () => {
    const output = await caller.output('Clip en');
    expect(output?.assets['video']).toMatchObject({ type: 'Video', extension: 'mp4', fps: 6, duration: 1 });
    const bytes = await bytesOf(output?.assets['video']);
    expect(bytes.subarray(4, 8).toString('latin1')).toBe('ftyp');
    expect(bytes.includes('moov')).toBe(true);
  });

  it('are an animated GIF of the asked number of turns', async () => {
    const assetFormats = { Video: { video: { preset: 'gif', loop: 3, quality: 80 } } };
    const output = await caller.output('Clip en', { assetFormats });
    const picture = await sharp(await bytesOf(output?.assets['video']), { animated: true }).metadata();
    expect(picture).toMatchObject({ format: 'gif', width: 320, pageHeight: 180, pages: 6, loop: 3 });
  });

  it('say of ProRes that it cannot be made here', async () => {
    const assetFormats = { Video: { video: { preset: 'prores_4444' } } };
    const output = await caller.output('Clip en', { assetFormats });
    expect(output).toMatchObject({ status: 'error', assets: { video: { error: expect.stringContaining('ProRes') } } });
  });

  it('are an archive with a page and its picture where HTML was asked for', async () => {
    const assetFormats = { HTML: { html: { adServer: 'dcStudio' } } };
    const html = (await caller.output('Rectangle en', { assetFormats }))?.assets['html'];
    const files = await unzip(await bytesOf(html));
    expect(html?.extension).toBe('zip');
    expect([...files.keys()]).toEqual(['index.html', 'image.png']);
    expect(files.get('index.html')?.toString()).toContain('dcStudio');
    expect(await sharp(files.get('image.png')).metadata()).toMatchObject({ format: 'png', width: 300, height: 250 });
  });

  it('are a single page where the setting says so', async () => {
    await caller.configure({ htmlFiles: 'html' });
    const html = (await caller.output('Rectangle en'))?.assets['html'];
    expect(html?.extension).toBe('html');
    expect((await bytesOf(html)).toString()).toMatch(/^<!doctype html>/);
  });

  it('are wider and higher by the asked pixel ratio', async () => {
    const image = await caller.image({ assetFormats: { Image: { image: { format: 'png', devicePixelRatio: 2 } } } });
    expect(image).toMatchObject({ width: 640, height: 640 });
    expect(await sharp(await bytesOf(image)).metadata()).toMatchObject({ width: 640, height: 640 });
  });

  it('have a palette where png colours were limited', async () => {
    const image = await caller.image({ assetFormats: { Image: { image: { format: 'png', colors: 4 } } } });
    expect((await sharp(await bytesOf(image)).metadata()).isPalette).toBe(true);
  });

  it.each(['drawn', 'flat'])(
    'differ from each other and from what they were before an edit, when %s',
    async (pictures) => {
      await caller.configure({ pictures });
      const pictureOf = async (name: string): Promise<string> =>
        (await bytesOf((await caller.output(name))?.assets['image'])).toString('base64');
      const before = [await pictureOf('Square en'), await pictureOf('Square fr'), await pictureOf('Square de')];
      await caller.control('POST', `/designs/${caller.studio.sampleDesignId}/edit`, {});
      expect(new Set([...before, await pictureOf('Square en'), await pictureOf('Square fr')]).size).toBe(5);
    },
  );

  it.each([
    ['Square en', 'image', { Image: { image: { format: 'png' } } }],
    ['Square en', 'image', { Image: { image: { format: 'jpeg', quality: 85 } } }],
    ['Square en', 'image', { Image: { image: { format: 'tiff' } } }],
    ['Square en', 'image', { Image: { image: { format: 'webp' } } }],
    ['Clip en', 'video', { Video: { video: { preset: 'gif' } } }],
    ['Clip en', 'video', { Video: { video: { preset: 'x264_hq' } } }],
  ])('can be made as long as the bench wants them: %s %s %j', async (name, key, assetFormats) => {
    const fileBytes = 1_000_002;
    await caller.configure({ fileBytes });
    const asset = (await caller.output(name, { assetFormats }))?.assets[key];
    const bytes = await bytesOf(asset);
    expect(bytes).toHaveLength(fileBytes);
    // Libraries that read a file to its end find the same picture as before.
    const isVideo = asset?.extension === 'mp4';
    const size = isVideo
      ? {}
      : await sharp(bytes, { failOn: 'warning' })
          .stats()
          .then(() => sharp(bytes).metadata());
    expect(size).toMatchObject(isVideo ? {} : { width: 320, height: asset?.height });
  });

  const formats = [
    { format: 'png' },
    { format: 'jpeg', quality: 85 },
    { format: 'jpeg', maxSizeKb: 5 },
    { format: 'tiff' },
    { format: 'webp' },
  ];
  it.each(['drawn', 'flat'].flatMap((pictures) => formats.map((image) => [pictures, image] as const)))(
    'are whole and of the asked size when %s: %j',
    async (pictures, image) => {
      await caller.configure({ pictures });
      const bytes = await bytesOf(
        (await caller.output('Square en', { assetFormats: { Image: { image } } }))?.assets['image'],
      );
      await sharp(bytes, { failOn: 'warning' }).stats();
      expect(await sharp(bytes).metadata()).toMatchObject({ format: image.format, width: 320 });
      expect(bytes.length).toBeLessThanOrEqual((image.maxSizeKb ?? 1_000) * 1_000);
    },
  );

  it('come in any number from a project made for the bench', async () => {
    const made = await caller.control('POST', '/designs', { studio: 'acme', outputs: 30, width: 64, height: 48 });
    const { designId } = made.json as { designId: string };
    const outputs = await caller.outputs({ filters: { designFile: { id: [designId] } } });
    const files = await Promise.all(outputs.map(({ assets }) => bytesOf(assets['image'])));
    expect(made.status).toBe(201);
    expect(outputs).toHaveLength(30);
    expect(new Set(files.map((file) => file.toString('base64'))).size).toBe(30);
    expect(await sharp(files[0]).metadata()).toMatchObject({ width: 64, height: 48 });
  });

  it('are listed for people by the control service', async () => {
    const { json } = await caller.control('GET', '/designs');
    expect(json).toContainEqual(
      expect.objectContaining({
        designId: caller.studio.sampleDesignId,
        outputs: expect.arrayContaining([expect.objectContaining({ kind: 'meta carousel' })]),
      }),
    );
  });

  it('take new ids with an edit that says so, and keep the old ones under their pin', async () => {
    const [before] = await caller.outputs();
    await caller.control('POST', `/designs/${caller.studio.sampleDesignId}/edit`, { newOutputIds: true });
    const [after] = await caller.outputs();
    const { id, contentBlobHash } = before?.designFile ?? { id: '', contentBlobHash: '' };
    const [pinned] = await caller.outputs({
      filters: { designFile: { version: [{ id, contentBlobHash }] }, output: { id: [before?.id] } },
    });
    expect(after?.id).not.toBe(before?.id);
    expect(await caller.outputs({ filters: { ...caller.sampleFilter, output: { id: [before?.id] } } })).toEqual([]);
    expect(pinned).toMatchObject({ id: before?.id, designFile: { contentBlobHash } });
  });

  it('are gone with an edit that removes them', async () => {
    const [first, ...others] = await caller.outputs();
    await caller.control('POST', `/designs/${caller.studio.sampleDesignId}/edit`, { removed: [first?.id] });
    expect((await caller.outputs()).map(({ id }) => id)).toEqual(others.map(({ id }) => id));
  });
});
