import { createHash } from 'node:crypto';
import sharp from 'sharp';
import type { Sandbox } from '../../sandbox';
import { CeltraCaller } from './celtra-caller';
import { startQuickSandbox } from './start';

describe("the asset host of Celtra's stand-in", () => {
  let sandbox: Sandbox;
  let caller: CeltraCaller;
  const fail = (...faults: Record<string, unknown>[]): Promise<void> => caller.configure({ faults });
  const address = async (): Promise<string> => (await caller.image()).url ?? '';
  const load = async (headers: Record<string, string> = {}): Promise<{ response: Response; bytes: Buffer }> => {
    const response = await fetch(await address(), { headers, redirect: 'manual' });
    return { response, bytes: Buffer.from(await response.arrayBuffer()) };
  };

  beforeEach(async () => {
    sandbox = await startQuickSandbox();
    caller = new CeltraCaller(sandbox);
  });
  afterEach(() => sandbox.stop());

  it.each([['authorization'], ['cookie'], ['proxy-authorization']])(
    'refuses a request with %s, and counts it',
    async (name) => {
      expect((await load({ [name]: 'x' })).response.status).toBe(400);
      expect(sandbox.ledger().summary.violations).toBe(1);
    },
  );

  it.each([403, 404, 410])('answers %s when an address has expired on its clock', async (expiredStatus) => {
    const url = await address();
    await caller.configure({ expiredStatus, clockAheadMs: 31 * 86_400_000 });
    expect((await fetch(url)).status).toBe(expiredStatus);
    expect((await fetch(await address())).status).toBe(200);
  });

  it('can let an address expire between the answer and the download', async () => {
    await fail({ kind: 'expired', times: 1 });
    expect((await load()).response.status).toBe(403);
    expect((await load()).response.status).toBe(200);
  });

  it('gives out the same address again where the setting says so', async () => {
    const different = [await address(), await address()];
    await caller.configure({ addresses: 'stable' });
    const same = [await address(), await address()];
    expect(different[0]).not.toBe(different[1]);
    expect(same[0]).toBe(same[1]);
  });

  it('resumes a download where it stopped', async () => {
    const { response, bytes } = await load();
    const etag = response.headers.get('etag') ?? '';
    const rest = await load({ range: 'bytes=100-', 'if-range': etag });
    expect(rest.response.status).toBe(206);
    expect(rest.response.headers.get('content-range')).toBe(`bytes 100-${bytes.length - 1}/${bytes.length}`);
    expect(Buffer.concat([bytes.subarray(0, 100), rest.bytes]).equals(bytes)).toBe(true);
  });

  it.each([
    ['bytes=0-9', 206, 10],
    ['bytes=-5', 206, 5],
    ['bytes=9999999-', 416, undefined],
  ])('answers the range %s with %s', async (range, status, length) => {
    const { response, bytes } = await load({ range });
    expect(response.status).toBe(status);
    expect(length === undefined || bytes.length === length).toBe(true);
  });

  it.each([
    [{ ranges: false }, 'bytes=10-', undefined],
    [{ etags: 'change' }, 'bytes=10-', 'first'],
    [{ etags: 'none' }, 'bytes=10-', '"x"'],
  ])('begins anew with %j', async (settings, range, condition) => {
    await caller.configure(settings);
    const whole = await load();
    const etag = condition === 'first' ? (whole.response.headers.get('etag') ?? '') : condition;
    const again = await load({ range, ...(etag === undefined ? {} : { 'if-range': etag }) });
    expect(again.response.status).toBe(200);
    expect(again.bytes.equals(whole.bytes)).toBe(true);
  });

  it('leaves the length out', async () => {
    await caller.configure({ contentLength: false });
    expect((await load()).response.headers.get('content-length')).toBeNull();
  });

  it('answers any status', async () => {
    await fail({ kind: 'file status', status: 503, retryAfter: 2, times: 1 });
    const { response } = await load();
    expect([response.status, response.headers.get('retry-after')]).toEqual([503, '2']);
    expect((await load()).response.status).toBe(200);
  });

  it('is slow to begin', async () => {
    await fail({ kind: 'slow file', milliseconds: 60 });
    const began = performance.now();
    await load();
    expect(performance.now() - began).toBeGreaterThan(50);
  });

  it('drips', async () => {
    const whole = (await load()).bytes;
    await fail({ kind: 'drip', bytesPerSecond: whole.length * 10 });
    const began = performance.now();
    expect((await load()).bytes.equals(whole)).toBe(true);
    expect(performance.now() - began).toBeGreaterThan(60);
  });

  it('resets the connection at 99 %, or earlier', async () => {
    await fail({ kind: 'reset', times: 1 }, { kind: 'reset', share: 0.2, after: 1, times: 1 });
    await expect(load()).rejects.toThrow('terminated');
    await expect(load()).rejects.toThrow('terminated');
    expect((await load()).response.status).toBe(200);
  });

  it('announces more bytes than come', async () => {
    await fail({ kind: 'wrong length', by: 10 });
    await expect(load()).rejects.toThrow('terminated');
  });

  it('announces fewer bytes than come', async () => {
    const whole = (await load()).bytes;
    await fail({ kind: 'wrong length', by: -10 });
    // What a client makes of the rest differs: it may see a picture that is cut, or an error.
    const seen = await load().then(
      ({ bytes }) => bytes.length,
      () => 'an error',
    );
    expect([whole.length - 10, 'an error']).toContain(seen);
  });

  it('sends the beginning of a file as if it were all of it', async () => {
    const whole = (await load()).bytes;
    await fail({ kind: 'cut file', share: 0.9 });
    const { response, bytes } = await load();
    expect(bytes.equals(whole.subarray(0, Math.floor(whole.length * 0.9)))).toBe(true);
    expect(response.headers.get('content-length')).toBe(String(bytes.length));
  });

  it('packs what nobody asked to be packed', async () => {
    const whole = (await load()).bytes;
    await fail({ kind: 'gzip' });
    const { response, bytes } = await load({ 'accept-encoding': 'identity' });
    expect(response.headers.get('content-encoding')).toBe('gzip');
    expect(bytes.equals(whole)).toBe(true);
  });

  it('sends no bytes', async () => {
    await fail({ kind: 'no bytes' });
    const { response, bytes } = await load();
    expect([response.status, response.headers.get('content-length'), bytes.length]).toEqual([200, '0', 0]);
  });

  it('sends a page where a file is promised', async () => {
    await fail({ kind: 'page' });
    const { response, bytes } = await load();
    expect([response.status, response.headers.get('content-type')]).toEqual([200, 'text/html; charset=utf-8']);
    expect(bytes.toString()).toContain('<html>');
  });

  it.each([
    ['private', 'http://10.0.0.1/assets/file'],
    ['metadata', 'http://169.254.169.254/latest/meta-data/'],
    ['file:///etc/passwd', 'file:///etc/passwd'],
  ])('redirects: %s', async (to, location) => {
    await fail({ kind: 'redirect', to, status: 307 });
    const { response } = await load();
    expect([response.status, response.headers.get('location')]).toEqual([307, location]);
  });

  it('redirects to the same file, or for ever', async () => {
    await fail({ kind: 'redirect', to: 'here' });
    expect((await (await fetch(await address())).arrayBuffer()).byteLength).toBeGreaterThan(100);
    await fail({ kind: 'redirect', to: 'loop' });
    await expect(fetch(await address())).rejects.toThrow('fetch failed');
  });

  it.each([
    [{ format: 'webp' }, { format: 'webp', width: 320, height: 320 }],
    [
      { width: 100, height: 50 },
      { format: 'png', width: 100, height: 50 },
    ],
  ])('sends another picture than the promised one: %j', async (wrong, seen) => {
    await fail({ kind: 'wrong file', ...wrong });
    expect(await sharp((await load()).bytes).metadata()).toMatchObject(seen);
  });

  it('never lets the judge take a spoilt file for the promised one', async () => {
    await fail(
      { kind: 'wrong file', width: 10, height: 10, times: 1 },
      { kind: 'no bytes', after: 1, times: 1 },
      { kind: 'cut file', times: 1 },
    );
    const spoilt = [await load(), await load(), await load()];
    const good = await load();
    const { json } = await caller.control('GET', '/events');
    const files = (json as { kind: string; sha256?: string; problem?: string }[]).filter(({ kind }) => kind === 'file');
    const digests = files.map(({ sha256 }) => sha256);
    expect(files.map(({ problem }) => problem)).toEqual([
      'on purpose: wrong file',
      'on purpose: no bytes',
      'on purpose: cut file',
      undefined,
    ]);
    expect(spoilt).toHaveLength(3);
    expect(digests.filter((digest) => digest !== undefined)).toEqual([
      createHash('sha256').update(good.bytes).digest('hex'),
    ]);
  });
});
