import { createHash } from 'node:crypto';
import { request as httpRequest } from 'node:http';
import type { Sandbox, SandboxOptions } from '../../sandbox';
import { startQuickSandbox } from './start';
import { send, Vendor, type UploadPromise } from './vendor';

const bytes = Buffer.from('a picture, as far as the store is concerned');

describe("the object store's stand-in", () => {
  let sandbox: Sandbox;
  let vendor: Vendor;
  let promise: UploadPromise;
  let url: string;
  let headers: Record<string, string>;

  const begin = async (options: SandboxOptions = {}): Promise<void> => {
    sandbox = await startQuickSandbox(options);
    vendor = new Vendor(sandbox);
    promise = await vendor.promise([{ fileName: 'a b.jpg', bytes }]);
    url = promise.files[0]?.presignedUrl ?? '';
    headers = { ...promise.headers, 'content-type': promise.files[0]?.contentType ?? '' };
  };
  const put = (body: Buffer, change: Record<string, string> = {}): ReturnType<typeof send> =>
    send(url, { method: 'PUT', headers: { ...headers, ...change }, body: new Uint8Array(body) });

  afterEach(() => sandbox.stop());

  const stored = async (): Promise<string> => {
    const assetIds = [promise.files[0]?.tempAssetId];
    const [asset] = (await vendor.gateway('POST', '/assets/bulk-get-assets', { assetIds })).json as {
      fileUrl: string;
    }[];
    return (await send(asset?.fileUrl ?? '')).text;
  };
  const md5 = `"${createHash('md5').update(bytes).digest('hex')}"`;

  it('takes the announced bytes, and without encryption answers with their quoted MD5', async () => {
    await begin({ store: { encryption: 'none' } });
    const answer = await put(bytes);
    expect([answer.status, answer.headers.get('etag')]).toEqual([200, md5]);
    expect(Object.keys(promise.headers)).toEqual([]);
  });

  it('answers with something else that looks like an MD5 where the promise speaks of a KMS key', async () => {
    await begin();
    const etag = (await put(bytes)).headers.get('etag');
    expect(etag).toMatch(/^"[0-9a-f]{32}"$/);
    expect(etag).not.toBe(md5);
    expect(promise.headers).toMatchObject({ 'x-amz-server-side-encryption': 'aws:kms' });
  });

  it('can keep damaged bytes, of which its ETag then is the MD5', async () => {
    await begin({ store: { encryption: 'none' }, faults: [{ endpoint: 'putFile', answer: 'damaged' }] });
    const answer = await put(bytes);
    const kept = await stored();
    expect([answer.status, kept.length, kept === bytes.toString()]).toEqual([200, bytes.length, false]);
    expect(answer.headers.get('etag')).not.toBe(md5);
    await put(bytes);
    expect(await stored()).toBe(bytes.toString());
  });

  it('can reset the connection after a share of the body, for files of a name', async () => {
    const reset = { endpoint: 'putFile', answer: 'reset', share: 0.5 } as const;
    await begin({
      faults: [
        { ...reset, files: ['other*'] },
        { ...reset, files: ['a b.*'] },
      ],
    });
    await expect(put(bytes)).rejects.toThrow();
    const events = (await vendor.control('GET', '/events')).json;
    expect(events).toContainEqual(
      expect.objectContaining({ kind: 'put', status: 0, bytes: bytes.length, problem: 'forced: reset' }),
    );
    expect((await put(bytes)).status).toBe(200);
    expect((await vendor.control('GET', '/faults')).json).toHaveLength(1);
  });

  it('gives the stored bytes back at the address that the asset carries', async () => {
    await begin();
    await put(bytes);
    const assets = await vendor.gateway('POST', '/assets/bulk-get-assets', {
      assetIds: [promise.files[0]?.tempAssetId],
    });
    const [asset] = assets.json as { fileUrl: string }[];
    expect((await send(asset?.fileUrl ?? '')).text).toBe(bytes.toString());
    expect((await send((asset?.fileUrl ?? '').replace('/t/', '/T/'))).status).toBe(404);
    expect((await send(`${asset?.fileUrl ?? ''}0`)).status).toBe(403);
  });

  it('insists on every promised header', async () => {
    await begin();
    for (const name of Object.keys(promise.headers)) {
      headers = { ...promise.headers, 'content-type': 'image/jpeg' };
      headers = Object.fromEntries(Object.entries(headers).filter(([other]) => other !== name));
      expect(await put(bytes)).toMatchObject({
        status: 403,
        text: expect.stringContaining('SignatureDoesNotMatch') as string,
      });
    }
  });

  it('insists on the exact content type', async () => {
    await begin();
    expect((await put(bytes, { 'content-type': 'image/jpeg; charset=utf-8' })).status).toBe(403);
  });

  it('refuses another length than the announced one', async () => {
    await begin();
    expect((await put(Buffer.concat([bytes, bytes]))).status).toBe(403);
  });

  it('refuses other bytes of the same length', async () => {
    await begin();
    const other = Buffer.from(bytes.toString().toUpperCase());
    expect(await put(other)).toMatchObject({ status: 400, text: expect.stringContaining('BadDigest') as string });
  });

  it('refuses a changed signature', async () => {
    await begin();
    url = url.replace(/X-Amz-Signature=./, 'X-Amz-Signature=z');
    expect((await put(bytes)).status).toBe(403);
  });

  it('refuses an expired address', async () => {
    await begin({ creativeForce: { presignedLifetimeMs: -1 } });
    expect(await put(bytes)).toMatchObject({ status: 403, text: expect.stringContaining('expired') as string });
  });

  it('refuses a bearer token and counts it', async () => {
    await begin();
    expect((await put(bytes, { authorization: 'Bearer x' })).status).toBe(400);
    expect(sandbox.ledger().summary.violations).toBe(1);
  });

  it('answers a chunked upload with 501 NotImplemented, as S3 does', async () => {
    await begin();
    const answer = await new Promise<{ status: number | undefined; text: string }>((resolve, reject) => {
      const request = httpRequest(url, { method: 'PUT', headers, agent: false }, (response) => {
        let text = '';
        response.setEncoding('utf8').on('data', (part: string) => (text += part));
        response.on('end', () => {
          resolve({ status: response.statusCode, text });
        });
      });
      request.on('error', reject);
      request.write(bytes);
      request.end();
    });
    expect(answer).toMatchObject({ status: 501, text: expect.stringContaining('NotImplemented') as string });
  });
});
