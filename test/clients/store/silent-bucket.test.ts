import type { ServerResponse } from 'node:http';
import { buffer } from 'node:stream/consumers';

import { createS3Store } from '../../../clients/store/s3-store';
import { startServer } from '../test-server';

const bucket = { bucket: 'works', forcePathStyle: true, accessKeyId: 'our-key', secretAccessKey: 'hush-hush' };

describe('a bucket that falls silent', () => {
  it.each<[string, (response: ServerResponse) => void]>([
    ['before it answers', () => undefined],
    ['in the middle of an object', (response) => response.writeHead(200, { 'content-length': '100' }).write('begun')],
  ])('%s fails, and is not waited for without end', async (_, answer) => {
    const server = await startServer((_seen, response) => {
      answer(response);
    });
    const store = createS3Store({ ...bucket, endpoint: server.origin }, 50);
    try {
      const reading = store.getStream('a').then((stream) => stream && buffer(stream));
      await expect(reading).rejects.toThrow(/cannot be reached|timed out/);
    } finally {
      store.close();
      await server.close();
    }
  });
});
