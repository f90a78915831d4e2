import { readFile } from 'node:fs/promises';
import path from 'node:path';

import { storeInputs } from '../../../activities/inputs/store-inputs';
import { createStore } from '../../../clients/store/create-store';
import { closingAfterEach, startServer, type Seen } from '../../clients/test-server';
import { folderForEach } from '../activity-harness';

const closing = closingAfterEach();
const folder = folderForEach();

/** Saves one input from a host that refuses its first address so, and answers the second. */
async function saveAfter(status: number, body: string) {
  const server = await startServer((seen: Seen, response) => {
    if (seen.url.startsWith('/first')) response.writeHead(status).end(body);
    else response.writeHead(200, { 'content-type': 'image/jpeg' }).end('a picture');
  });
  closing(() => server.close());
  const stored = await storeInputs({
    place: createStore({ folder: path.join(folder(), 'desk') }),
    folder: 'acme',
    files: [
      {
        input: { id: 'asset-1', from: 'assets', role: 'input', folder: 'inputs', fileName: 'front.jpg' },
        name: 'front.jpg',
      },
    ],
    addressOf: (_input, again) => Promise.resolve(`${server.origin}/${again ? 'second' : 'first'}?signature=secret`),
    freshAddresses: 1,
    workFolder: folder(),
    maxBytes: 1_000,
    allowLoopback: true,
    parallel: 1,
    signal: new AbortController().signal,
    isPermanent: () => true,
  });
  return { stored, requested: server.seen.map(({ url }) => url.split('?')[0]) };
}

describe('an input whose address is refused', () => {
  it.each([
    [400, '<Error><Code>ExpiredToken</Code></Error>'],
    [401, '<Error><Code>InvalidToken</Code></Error>'],
    [400, '<Error><Code>TokenRefreshRequired</Code></Error>'],
    [400, '<Error><Code>AuthorizationQueryParametersError</Code></Error>'],
    [403, ''],
    [200, '<!DOCTYPE html><title>Sign in</title>'],
  ])('is fetched from a fresh one: %i %s', async (status, body) => {
    const { stored, requested } = await saveAfter(status, body);
    expect(stored).toEqual({ fetched: 1, kept: 0, missing: [] });
    expect(requested).toEqual(['/first', '/second']);
    expect(await readFile(path.join(folder(), 'desk', 'acme', 'front.jpg'), 'utf8')).toBe('a picture');
  });

  it('is missing when no address can help', async () => {
    const { stored, requested } = await saveAfter(400, '<Error><Code>InvalidRequest</Code></Error>');
    expect([stored.missing.length, requested]).toEqual([1, ['/first']]);
  });
});
