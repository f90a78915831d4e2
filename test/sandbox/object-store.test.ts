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

  it('takes the announced bytes and answers with their quoted MD5', async () => {
    await begin();
    const answer = await put(bytes);
    expect(answer.status).toBe(200);
    expect(answer.headers.get('etag')).toMatch(/^"[0-9a-f]{32}"$/);
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
