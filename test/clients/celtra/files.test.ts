import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { buffer } from 'node:stream/consumers';
import { gzipSync } from 'node:zlib';

import { ZipFile } from 'yazl';

import type { ExportedFile, FileRequest, RemoteCallError } from '../../../clients';
import { closingAfterEach, errorOf, temporaryFolder } from '../test-server';
import { celtraStandIn } from './celtra-stand-in';

const onClose = closingAfterEach();

const startCeltra = celtraStandIn(onClose);

async function start(...celtra: Parameters<typeof startCeltra>) {
  const folder = await temporaryFolder(onClose);
  return { ...(await startCeltra(...celtra)), folder, path: join(folder, 'result') };
}

const request: FileRequest = {
  filters: { designFile: { id: ['d1'] } },
  filename: 'Exported outputs',
  caller: 'extpost acme/by hand',
};
const table = 'Name\tImage\nFront\thttps://files.example/secret-path/front.png\n';

async function anArchive(content: Readonly<Record<string, string>>): Promise<Buffer> {
  const zip = new ZipFile();
  for (const [name, text] of Object.entries(content)) zip.addBuffer(Buffer.from(text), name);
  zip.end();
  return await buffer(zip.outputStream);
}

const bodyOf = (body: Buffer | undefined) => JSON.parse(body?.toString() ?? 'null') as unknown;

describe('An archive of all outputs', () => {
  it('is streamed to disk under its name only when it is whole', async () => {
    const archive = await anArchive({ 'front.png': 'picture', 'back.png': 'other picture'.repeat(10_000) });
    const { client, server, path } = await start((response) => response.end(archive));
    const file = await client.exportToZip(request);
    expect(file.kind).toBe('zip');
    expect(await file.saveTo(path)).toEqual({ bytes: archive.length });
    await expect(readFile(path)).resolves.toEqual(archive);
    expect(server.seen[0]).toMatchObject({ method: 'POST', url: '/api/exportToZip' });
    expect(server.seen[0]?.headers).toMatchObject({ 'content-type': 'application/json; charset=utf-8' });
    expect(server.seen[0]?.headers['user-agent']).toMatch(/^extpost\//);
    expect(bodyOf(server.seen[0]?.body)).toEqual(request);
  });

  it('may be empty', async () => {
    const { client, path } = await start((response) =>
      response.end(Buffer.concat([Buffer.from('PK\x05\x06'), Buffer.alloc(18)])),
    );
    await expect((await client.exportToZip(request)).saveTo(path)).resolves.toMatchObject({ bytes: 22 });
  });

  it.each([
    ['a table', table, 'text instead of an archive'],
    ['an HTML page', '<html><title>Sign in</title></html>', 'an HTML page'],
    [
      'JSON',
      '[{"id":"o1","assets":{"image":{"url":"https://files.example/secret-path/x"}}}]',
      'JSON instead of a file',
    ],
    ['text', 'try again later', 'text that is not a table'],
    ['a gzip file', gzipSync('x'), 'compressed with gzip'],
    ['a picture', Buffer.from('\x89PNG\r\n\x1a\n\0\0\0\rIHDR', 'latin1'), 'neither an archive nor a table'],
    ['nothing', '', 'an empty body'],
  ])('is never %s, whatever Content-Type says', async (_, body, words) => {
    const { client, folder } = await start((response) =>
      response.writeHead(200, { 'content-type': 'application/zip' }).end(body),
    );
    const error = (await errorOf(client.exportToZip(request))) as RemoteCallError;
    const kind = /HTML page|empty body/.test(words) ? 'unreadable' : 'contract';
    expect(error).toMatchObject({ kind, endpoint: 'POST /exportToZip', status: 200 });
    expect(error.message).toContain(words);
    expect(JSON.stringify([error, error.stack])).not.toContain('secret-path');
    await expect(readdir(folder)).resolves.toEqual([]);
  });

  it('leaves nothing on disk when its end is missing although the answer ended', async () => {
    const archive = await anArchive({ 'a.png': 'picture'.repeat(1_000), 'b.png': 'picture' });
    const { client, folder, path } = await start((response) => response.end(archive.subarray(0, archive.length - 60)));
    const file = await client.exportToZip(request);
    const error = (await errorOf(file.saveTo(path))) as RemoteCallError;
    expect(error).toMatchObject({ kind: 'transient', code: 'CUT_OFF' });
    expect(error.message).toContain(`an archive that is cut off after ${archive.length - 60} bytes`);
    await expect(readdir(folder)).resolves.toEqual([]);
  });

  it('leaves nothing on disk when the connection breaks, and says how far it came', async () => {
    const { client, folder, path } = await start((response) => {
      response.writeHead(200, { 'content-length': '1000000' });
      response.write(Buffer.concat([Buffer.from('PK\x03\x04'), Buffer.alloc(1_020)]));
      response.socket?.end();
    });
    const error = (await errorOf((await client.exportToZip(request)).saveTo(path))) as RemoteCallError;
    expect(error).toMatchObject({ kind: 'transient', endpoint: 'POST /exportToZip' });
    expect(error.message).toContain('broke off its answer to POST /exportToZip after 1024 bytes');
    await expect(readdir(folder)).resolves.toEqual([]);
  });

  it('leaves nothing on disk when it is larger than allowed, or nobody waits any longer', async () => {
    const archive = await anArchive({ a: 'x'.repeat(50_000) });
    const { client, folder, path } = await start((response) => response.end(archive));
    const tooLarge = await errorOf((await client.exportToZip(request)).saveTo(path, { maxBytes: 10 }));
    expect(tooLarge).toMatchObject({ kind: 'refused', code: 'TOO_LARGE' });
    const stop = new AbortController();
    const file = await client.exportToZip(request, stop.signal);
    stop.abort(new Error('enough'));
    await expect(errorOf(file.saveTo(path))).resolves.toThrow('enough');
    await expect(readdir(folder)).resolves.toEqual([]);
  });

  it('says when the folder is not there, and gives its connection back', async () => {
    const archive = await anArchive({ a: 'x' });
    const { client, folder } = await start((response) => response.end(archive));
    const file = await client.exportToZip(request);
    await expect(errorOf(file.saveTo(join(folder, 'no', 'where')))).resolves.toMatchObject({ code: 'ENOENT' });
  });

  it('is not sent for with a name that has a folder in it', async () => {
    const { client, server } = await start((response) => response.end());
    const error = await errorOf(client.exportToZip({ ...request, filename: '../x' }));
    expect(error).toMatchObject({ kind: 'refused', endpoint: 'POST /exportToZip', code: 'not sent' });
    expect(server.seen).toHaveLength(0);
  });
});

describe('A table of all outputs', () => {
  it('is text with links', async () => {
    const { client, server, path } = await start((response) =>
      response.writeHead(200, { 'content-type': 'text/tab-separated-values' }).end(table),
    );
    const file = await client.exportToTsv({ ...request, responseFormat: 'urls' });
    expect(file.kind).toBe('tsv');
    await file.saveTo(path);
    await expect(readFile(path, 'utf8')).resolves.toBe(table);
    expect(bodyOf(server.seen[0]?.body)).toEqual({ ...request, responseFormat: 'urls' });
    expect(server.seen[0]?.url).toBe('/api/exportToTsv');
  });

  it('is an archive when its files are asked for beside it', async () => {
    const archive = await anArchive({ 'export.tsv': table, 'front.png': 'picture' });
    const { client, server, path } = await start((response) => response.end(archive));
    const file = await client.exportToTsv({ ...request, responseFormat: 'paths' });
    expect(file.kind).toBe('zip');
    await file.saveTo(path);
    await expect(readFile(path)).resolves.toEqual(archive);
    expect(bodyOf(server.seen[0]?.body)).toMatchObject({ responseFormat: 'paths' });
  });

  it('can be asked for by the other word that Celtra prints', async () => {
    const archive = await anArchive({ 'export.tsv': table });
    const { client, server, path } = await start((response) => response.end(archive), { tableWithAssets: 'assets' });
    await (await client.exportToTsv({ ...request, responseFormat: 'paths' })).saveTo(path);
    expect(bodyOf(server.seen[0]?.body)).toMatchObject({ responseFormat: 'assets' });
  });

  it.each<['urls' | 'paths', 'zip' | 'tsv']>([
    ['urls', 'zip'],
    ['paths', 'tsv'],
  ])('asked for with %s is what comes: a %s', async (responseFormat, kind) => {
    const body = kind === 'zip' ? await anArchive({ 'export.tsv': table }) : Buffer.from(table);
    const contentType = kind === 'zip' ? 'text/plain' : 'application/zip';
    const { client, path } = await start((response) =>
      response.writeHead(200, { 'content-type': contentType }).end(body),
    );
    const file = await client.exportToTsv({ ...request, responseFormat });
    expect(file.kind).toBe(kind);
    await file.saveTo(path);
  });

  it.each([
    ['in UTF-16, as spreadsheet programs like it', Buffer.from(`\ufeff${table}`, 'utf16le')],
    ['with a byte order mark', Buffer.from(`\ufeff${table}`)],
    ['in letters of old', Buffer.from('Näme\tBild\n', 'latin1')],
    ['with only its heading', Buffer.from('Name\tImage')],
    ['with a very long heading', Buffer.from(`${'Name '.repeat(200)}\tImage\n`)],
  ])('is known %s', async (_, body) => {
    const { client, path } = await start((response) => response.end(body));
    const file: ExportedFile = await client.exportToTsv({ ...request, responseFormat: 'urls' });
    expect(file.kind).toBe('tsv');
    await file.saveTo(path);
    await expect(readFile(path)).resolves.toEqual(body);
  });

  it('is known although it comes byte by byte', async () => {
    const { client, path } = await start((response) => {
      response.socket?.setNoDelay(true);
      const bytes = [...Buffer.from(table)];
      const next = () => {
        const byte = bytes.shift();
        if (byte === undefined) response.end();
        else response.write(Buffer.of(byte), () => setImmediate(next));
      };
      next();
    });
    const file = await client.exportToTsv({ ...request, responseFormat: 'urls' });
    expect(file.kind).toBe('tsv');
    await expect(file.saveTo(path)).resolves.toMatchObject({ bytes: table.length });
  });
});
