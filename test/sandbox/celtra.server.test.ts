import sharp from 'sharp';
import type { Sandbox, SandboxOptions } from '../../sandbox';
import { eventually, startQuickSandbox } from './start';
import { send, Vendor, type Wanted, type WireTask } from './vendor';

describe("Celtra's stand-in", () => {
  let sandbox: Sandbox;
  let vendor: Vendor;
  let task: WireTask;
  let wanted: Wanted;
  let design: string;

  const begin = async (options: SandboxOptions = {}): Promise<void> => {
    sandbox = await startQuickSandbox(options);
    vendor = new Vendor(sandbox);
    await vendor.control('POST', '/day/begin');
    await eventually(() => sandbox.ledger().tasks.every((entry) => entry.readyAt !== undefined));
    task = await vendor.task(sandbox.ledger().tasks[0]?.taskId ?? '');
    [wanted] = vendor.wanted(task) as [Wanted];
    design = await vendor.designOf(task);
  };
  const filters = (): Record<string, unknown> => ({
    designFile: { id: [design] },
    output: {
      contentDimensionsByName: { Product: [task.productCode], Position: [wanted.position] },
      mediaLineItemAttributesByName: { Size: [wanted.size] },
    },
  });
  const download = async (image: Record<string, unknown>): Promise<Buffer> => {
    const answer = await vendor.celtra({ filters: filters(), assetFormats: { Image: { image } } });
    const [output] = answer.json as { assets: { image: { url: string } } }[];
    return Buffer.from(await (await fetch(output?.assets.image.url ?? '')).arrayBuffer());
  };

  afterEach(() => sandbox.stop());

  it('answers pending as often as configured, then finished', async () => {
    await begin({ celtra: { rendersTakePolls: 2 } });
    const statuses: (string | undefined)[] = [];
    for (let poll = 0; poll < 4; poll += 1) statuses.push((await vendor.outputs(filters()))[0]?.status);
    expect(statuses).toEqual(['pending', 'pending', 'finished', 'finished']);
  });

  it('starts another render for another format', async () => {
    await begin({ celtra: { rendersTakePolls: 1 } });
    await vendor.outputs(filters(), 'jpeg');
    expect((await vendor.outputs(filters(), 'png'))[0]?.status).toBe('pending');
    expect((await vendor.outputs(filters(), 'jpeg'))[0]?.status).toBe('finished');
  });

  it('gives a new address with every answer, and the same bytes behind each', async () => {
    await begin();
    const [first] = await vendor.outputs(filters());
    const [second] = await vendor.outputs(filters());
    const urls = [first?.assets.image.url ?? '', second?.assets.image.url ?? ''];
    const hashes = await Promise.all(urls.map(async (url) => Buffer.from(await (await fetch(url)).arrayBuffer())));
    expect(urls[0]).not.toBe(urls[1]);
    expect(hashes[0]?.equals(hashes[1] ?? Buffer.alloc(0))).toBe(true);
  });

  it.each([
    [{ format: 'png' }, 'png'],
    [{ format: 'jpeg', quality: 90 }, 'jpeg'],
    [{ format: 'tiff' }, 'tiff'],
    [{ format: 'webp' }, 'webp'],
  ])('makes a real picture of the asked size as %j', async (image, format) => {
    await begin();
    const [output] = await vendor.outputs(filters());
    const picture = await sharp(await download(image)).metadata();
    const { width, height } = output?.assets.image as unknown as { width: number; height: number };
    expect(picture).toMatchObject({ format, width, height, space: 'srgb' });
  });

  it('tags a jpeg with 72 dpi and an sRGB profile', async () => {
    await begin();
    const picture = await sharp(await download({ format: 'jpeg', quality: 80 })).metadata();
    expect(picture.density).toBe(72);
    expect(picture.hasProfile).toBe(true);
  });

  it('keeps a jpeg under its size', async () => {
    await begin();
    expect((await download({ format: 'jpeg', maxSizeKb: 40 })).length).toBeLessThanOrEqual(40_000);
  });

  it('reports an output that cannot be rendered as error, and its asset says why', async () => {
    await begin();
    const outputs = await vendor.outputs({ designFile: { id: [design] } });
    const failed = outputs.filter((output) => output.status === 'error');
    expect(failed).toHaveLength(1);
    expect(Object.values(failed[0]?.assets.image ?? {})).toContain('Creative content is empty');
  });

  it('answers an unknown id with an empty list', async () => {
    await begin();
    expect(await vendor.outputs({ designFile: { id: ['nothing'] } })).toEqual([]);
  });

  it('refuses a request that touches a foreign output as a whole', async () => {
    await begin({ day: { tasks: 4 } });
    const other = new Vendor(sandbox, 'nordlicht');
    const foreign = await other.designOf(await other.task((await other.listing())[0] ?? ''));
    const answer = await vendor.celtra({ filters: { designFile: { id: [design, foreign] } } });
    expect(answer).toMatchObject({ status: 403, json: { error: expect.any(String) as string } });
  });

  it('keeps old versions reachable by a pin, and shows the newest otherwise', async () => {
    await begin();
    const [before] = await vendor.outputs(filters());
    await vendor.control('POST', `/designs/${design}/edit`, {});
    const [after] = await vendor.outputs(filters());
    const version = [{ id: design, contentBlobHash: before?.designFile.contentBlobHash }];
    const [pinned] = await vendor.outputs({ designFile: { version }, output: { id: [before?.id] } });
    expect(after?.assets.image.blobHash).not.toBe(before?.assets.image.blobHash);
    expect(pinned?.assets.image.blobHash).toBe(before?.assets.image.blobHash);
  });

  it('changes only the edited outputs of a design', async () => {
    await begin();
    const all = await vendor.outputs({ designFile: { id: [design] } });
    const [edited, untouched] = all.filter((output) => output.status === 'finished');
    await vendor.control('POST', `/designs/${design}/edit`, { outputs: [edited?.id] });
    const now = new Map((await vendor.outputs({ designFile: { id: [design] } })).map((output) => [output.id, output]));
    expect(now.get(untouched?.id ?? '')?.assets.image.blobHash).toBe(untouched?.assets.image.blobHash);
    expect(now.get(edited?.id ?? '')?.assets.image.blobHash).not.toBe(edited?.assets.image.blobHash);
  });

  it('answers JSON Lines when asked', async () => {
    await begin();
    const answer = await vendor.celtra({ filters: filters() }, { accept: 'application/jsonlines' });
    expect(answer.text.trim().split('\n')).toHaveLength(1);
    expect(answer.text).toMatch(/^\{.*\}\n$/);
  });

  it.each<[string, unknown, Record<string, string>, number]>([
    ['an Origin header', undefined, { origin: 'https://example.com' }, 403],
    ['a content type without charset', undefined, { 'content-type': 'application/json' }, 400],
    ['an Accept that is not on the list', undefined, { accept: 'text/html' }, 400],
    ['a wrong secret', undefined, { authorization: `Basic ${Buffer.from('a:b').toString('base64')}` }, 401],
    ['the printed form of the credential', undefined, { authorization: 'Basic id secret' }, 401],
    ['a trailing comma', '{"filters":{"designFile":{"id":["x"]},},}', {}, 400],
    ['no filters', {}, {}, 400],
    [
      'an empty png palette',
      { filters: { designFile: { id: ['x'] } }, assetFormats: { Image: { image: { format: 'png', colors: 1 } } } },
      {},
      400,
    ],
    [
      'an unknown format',
      { filters: { designFile: { id: ['x'] } }, assetFormats: { Image: { image: { format: 'bmp' } } } },
      {},
      400,
    ],
  ])('refuses %s', async (_name, body, headers, status) => {
    await begin();
    expect((await vendor.celtra(body ?? { filters: filters() }, headers)).status).toBe(status);
  });

  it('takes POST only', async () => {
    await begin();
    expect((await send(`${sandbox.celtraUrl}/export`)).status).toBe(405);
  });

  describe('asset host', () => {
    it('refuses a credential and counts it', async () => {
      await begin();
      const [output] = await vendor.outputs(filters());
      const headers = { authorization: 'Basic x' };
      expect((await send(output?.assets.image.url ?? '', { headers })).status).toBe(400);
      expect(sandbox.ledger().summary.violations).toBe(1);
    });

    it('answers 403 after the address has expired and 404 for one it never gave', async () => {
      await begin({ celtra: { urlLifetimeMs: -1 } });
      const [output] = await vendor.outputs(filters());
      expect((await send(output?.assets.image.url ?? '')).status).toBe(403);
      expect((await send(`${sandbox.celtraFilesUrl}/assets/none`)).status).toBe(404);
    });
  });
});
