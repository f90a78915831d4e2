import type { LookupAddress } from 'node:dns';
import type { ServerResponse } from 'node:http';
import { join } from 'node:path';

import type { AddressLookup } from '../../../clients';
import { createTransferDispatcher } from '../../../clients/transfer/transfer-network';
import { downloadToFile } from '../../../clients/transfer/download';
import { uploadFile } from '../../../clients/transfer/upload';
import { closingAfterEach, errorOf, startServer, temporaryFolder } from '../test-server';

const onClose = closingAfterEach();

/** A pool whose names lead where the test says; each look takes the next answer. */
function poolWith(answers: string[], allowLoopback = false) {
  const asked: string[] = [];
  const lookup: AddressLookup = (host, _options, done) => {
    asked.push(host);
    const addresses = (answers.shift() ?? '').split(' ');
    done(
      null,
      addresses.map((address): LookupAddress => ({ address, family: address.includes(':') ? 6 : 4 })),
    );
  };
  const dispatcher = createTransferDispatcher(allowLoopback, lookup);
  onClose(() => dispatcher.destroy());
  return { asked, dispatcher };
}

async function download(url: string, more: object = {}) {
  const folder = await temporaryFolder(onClose);
  return downloadToFile({ url, path: join(folder, 'file'), maxBytes: 1_000, stallTimeoutMs: 5_000, ...more });
}

const forbidden = { kind: 'refused', code: 'FORBIDDEN_ADDRESS' };

describe('The address of a file', () => {
  it.each([
    'https://127.0.0.1/a',
    'https://10.1.2.3/a',
    'https://172.16.0.1/a',
    'https://192.168.1.1/a',
    'https://169.254.169.254/latest/meta-data/',
    'https://100.64.0.1/a',
    'https://0.0.0.0/a',
    'https://2130706433/a',
    'https://0x7f.1/a',
    'https://[::1]/a',
    'https://[fd00::1]/a',
    'https://[fe80::1]/a',
    'https://[::ffff:10.0.0.1]/a',
    'https://[64:ff9b::10.0.0.1]/a',
    'http://93.184.216.34/a',
    'http://files.example/a',
  ])('%s is refused before anybody is asked', async (url) => {
    expect(await errorOf(download(url))).toMatchObject(forbidden);
  });

  it.each(['10.0.0.1', '127.0.0.1', '::1', '93.184.216.34 192.168.0.1'])(
    'is refused when its host’s name leads to %s',
    async (addresses) => {
      const { asked, dispatcher } = poolWith([addresses]);
      const error = await errorOf(download('https://files.example/secret-path', { dispatcher }));
      expect(error).toMatchObject(forbidden);
      expect([asked, String(error)]).toEqual([['files.example'], expect.not.stringContaining('secret-path')]);
    },
  );

  it('is checked for each connection, so that a name cannot change what it resolves to', async () => {
    const server = await startServer((_seen, response) =>
      response.writeHead(200, { connection: 'close' }).end('bytes'),
    );
    onClose(() => server.close());
    const { dispatcher } = poolWith(['127.0.0.1', '10.0.0.1'], true);
    const url = server.origin.replace('127.0.0.1', 'localhost');
    await expect(download(url, { dispatcher, allowLoopback: true })).resolves.toMatchObject({ bytes: 5 });
    expect(await errorOf(download(url, { dispatcher, allowLoopback: true }))).toMatchObject(forbidden);
  });

  it('may be this computer where that is allowed, and no other private one', async () => {
    expect(await errorOf(download('http://10.0.0.1/a', { allowLoopback: true }))).toMatchObject(forbidden);
  });

  it('is refused for an upload alike', async () => {
    const upload = uploadFile({ url: 'https://10.0.0.1/a?X-Amz-Signature=x', headers: {}, path: __filename, bytes: 1 });
    expect(await errorOf(upload)).toMatchObject({ ...forbidden, mayHaveActed: false });
  });
});

describe('A redirect', () => {
  async function redirecting(answer: (url: string, response: ServerResponse) => void) {
    const server = await startServer(({ url }, response) => {
      answer(url, response);
    });
    onClose(() => server.close());
    const { dispatcher } = poolWith([], true);
    return { server, work: download(`${server.origin}/first?key=must-stay-home`, { dispatcher, allowLoopback: true }) };
  }

  it('to another open address is followed', async () => {
    const { server, work } = await redirecting((url, response) =>
      url === '/second' ? response.end('bytes') : response.writeHead(302, { location: '/second' }).end(),
    );
    await expect(work).resolves.toMatchObject({ bytes: 5 });
    expect(server.seen.map(({ url }) => url)).toEqual(['/first?key=must-stay-home', '/second']);
  });

  it.each([
    'http://10.0.0.1/',
    'https://169.254.169.254/latest/meta-data/',
    'http://files.example/',
    'file:///etc/passwd',
  ])('to %s is refused', async (location) => {
    const { work } = await redirecting((_url, response) => response.writeHead(307, { location }).end());
    expect(await errorOf(work)).toMatchObject(forbidden);
  });

  it('that never ends is given up after five', async () => {
    const { server, work } = await redirecting((url, response) =>
      response.writeHead(301, { location: `${url}again` }).end(),
    );
    const error = await errorOf(work);
    expect(error).toMatchObject({ kind: 'contract', code: 'REDIRECTS' });
    expect([server.seen.length, JSON.stringify([error, (error as Error).stack])]).toEqual([
      6,
      expect.not.stringContaining('must-stay-home'),
    ]);
  });
});
