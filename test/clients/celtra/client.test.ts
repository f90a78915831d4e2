import type { ServerResponse } from 'node:http';
import { gzipSync } from 'node:zlib';

import type { ExportRequest, RemoteCallError } from '../../../clients';
import type { FilterTree } from '../../../domain/recipe/recipe';
import { errorOf, sendJson } from '../test-server';
import { celtraStandIn, secretKey } from './celtra-stand-in';

const startWith = celtraStandIn();
const start = (body: unknown, status = 200) => startWith((response) => sendJson(response, status, body));

const request: ExportRequest = {
  filters: { designFile: { id: ['d1'] }, output: { contentDimensionsByName: { Language: ['en', 'fr'] } } },
  assetFormats: { Image: { image: { format: 'jpeg', quality: 90 } } },
  caller: 'extpost acme/1',
};

const printed = {
  id: 'o1',
  name: null,
  status: 'finished',
  previewUrl: 'https://acme.celtra.io/preview/o1',
  account: { id: 'acc', name: 'Acme' },
  designFile: { id: 'd1', name: 'Spring', contentBlobHash: 'h1' },
  contentDimensionsByName: { Language: 'en', Position: 'Front' },
  mediaLineItemAttributesByName: {},
  activation: {},
  mediaLineItem: null,
  landing: { page: 'see https://files.example/x?sig=1' },
  assets: {
    image: {
      type: 'Image',
      status: 'finished',
      width: 10,
      height: 20,
      extension: 'jpg',
      blobHash: 'b1',
      url: 'https://f/x?sig=2',
    },
    headline: { type: 'Text', text: 'Hello' },
    'cards.1.video': { type: 'Video', status: 'pending', width: 1, height: 1 },
    broken: { type: 'HTML', status: 'error', errorMessage: 'Creative content is empty' },
    unheard: { type: 'Hologram' },
    absent: null,
  },
  futureKey: [1, 2, 3],
};

const text = JSON.stringify([printed]);
const file = { type: 'Image', status: 'finished', width: 10, height: 20, extension: 'jpg', url: 'https://f/x?sig=2' };

describe('Exporting outputs', () => {
  it('sends one JSON request with Basic credentials, filters, formats and the caller', async () => {
    const { client, server } = await start([printed]);
    await client.exportOutputs(request);
    expect(server.seen).toHaveLength(1);
    const [seen] = server.seen;
    expect(seen).toMatchObject({ method: 'POST', url: '/api/export' });
    expect(seen?.headers).toMatchObject({
      authorization: `Basic ${Buffer.from(`app id:${secretKey}`).toString('base64')}`,
      accept: 'application/json',
      'content-type': 'application/json; charset=utf-8',
    });
    expect(seen?.headers).not.toHaveProperty('origin');
    expect(JSON.parse(seen?.body.toString() ?? '')).toEqual({
      filters: request.filters,
      assetFormats: request.assetFormats,
      caller: 'extpost acme/1',
    });
  });

  it('sends one request for tasks that ask the same at the same time', async () => {
    const { client, server } = await start([printed]);
    const asking = ['extpost acme/1', 'extpost acme/2'].map((caller) => client.exportOutputs({ ...request, caller }));
    const [first, second] = await Promise.all(asking);
    expect([server.seen.length, second]).toEqual([1, first]);
  });

  it.each<[string, Partial<ExportRequest>]>([
    ['filters', { filters: { designFile: { id: ['d1', 'd2'] } } }],
    ['asset formats', { assetFormats: { Image: { image: { format: 'png' } } } }],
    ['outputs', { outputIds: ['o1'] }],
  ])('sends two requests for tasks with other %s', async (_what, changes) => {
    const { client, server } = await start([]);
    await Promise.all([client.exportOutputs(request), client.exportOutputs({ ...request, ...changes })]);
    expect(server.seen).toHaveLength(2);
  });

  it('reads outputs with every kind of asset, and keys nobody has heard of', async () => {
    const { client } = await start([printed, printed]);
    const outputs = await client.exportOutputs(request);
    expect(outputs).toHaveLength(1);
    expect(outputs[0]).toMatchObject({
      outputId: 'o1',
      name: undefined,
      // Celtra says "finished", but one of its assets is not.
      status: 'pending',
      designFile: { id: 'd1', name: 'Spring', contentHash: 'h1' },
      assets: [
        {
          key: 'image',
          type: 'image',
          status: 'finished',
          width: 10,
          height: 20,
          extension: 'jpg',
          url: 'https://f/x?sig=2',
        },
        { key: 'headline', type: 'text', status: 'finished', text: 'Hello' },
        { key: 'cards.1.video', type: 'video', status: 'pending' },
        { key: 'broken', type: 'html', status: 'error', error: 'Creative content is empty' },
        { key: 'unheard', type: 'other', status: 'finished' },
      ],
    });
  });

  it('shows recipes the output as printed, without assets and without any address but the preview', async () => {
    const { client } = await start([printed]);
    const facts = (await client.exportOutputs(request))[0]?.facts;
    expect(facts).toMatchObject({
      id: 'o1',
      previewUrl: 'https://acme.celtra.io/preview/o1',
      contentDimensionsByName: { Position: 'Front' },
      landing: {},
    });
    expect(facts).not.toHaveProperty('assets');
    expect(JSON.stringify(facts)).not.toContain('sig=');
  });

  it('does not take a picture without an address as finished', async () => {
    const { client } = await start([{ ...printed, assets: { image: { type: 'Image', status: 'finished', url: '' } } }]);
    const [output] = await client.exportOutputs(request);
    expect(output?.assets).toMatchObject([{ key: 'image', status: 'pending' }]);
  });

  it('asks for pinned versions and chosen outputs instead of the filters that found them', async () => {
    const { client, server } = await start([printed]);
    await client.exportOutputs({ ...request, pinnedVersions: [{ id: 'd1', contentHash: 'h1' }], outputIds: ['o1'] });
    expect(JSON.parse(server.seen[0]?.body.toString() ?? '')).toMatchObject({
      filters: { designFile: { version: [{ id: 'd1', contentBlobHash: 'h1' }] }, output: { id: ['o1'] } },
    });
    expect(server.seen[0]?.body.toString()).not.toContain('Language');
  });

  it('narrows the filters to chosen outputs when nothing is pinned', async () => {
    const { client, server } = await start([printed]);
    await client.exportOutputs({ ...request, outputIds: ['o1'] });
    expect(JSON.parse(server.seen[0]?.body.toString() ?? '')).toMatchObject({
      filters: {
        designFile: { id: ['d1'] },
        output: { id: ['o1'], contentDimensionsByName: { Language: ['en', 'fr'] } },
      },
    });
  });

  it.each([
    [{ ...printed, status: 'nearly' }, '$[0].status'],
    [{ ...printed, designFile: {} }, '$[0].designFile.id'],
    [{ ...printed, assets: { image: { type: 'Image', status: 'cooking' } } }, '$[0].assets.image.status'],
    [{ ...printed, assets: { image: { type: 'Image' } } }, '$[0].assets.image.status'],
  ])('that cannot be understood is a contract error with its JSON path (%#)', async (output, path) => {
    const { client } = await start([output]);
    const error = (await errorOf(client.exportOutputs(request))) as RemoteCallError;
    expect(error.kind).toBe('contract');
    expect(error.message).toContain(path);
    expect(JSON.stringify([error, error.stack])).not.toContain('sig=');
  });

  it.each<[string, object, string]>([
    ['with its files and texts is finished', { image: { ...file } }, 'finished'],
    ['whose only assets are texts is finished', {}, 'finished'],
    ['with a failed asset is no longer finished', { image: { ...file, status: 'error' } }, 'error'],
    ['without an address is not finished', { image: { ...file, url: null } }, 'pending'],
    [
      'with a failed and a pending asset is pending',
      { a: { ...file, status: 'error' }, b: { ...file, status: 'pending' } },
      'pending',
    ],
  ])('%s, whatever its own status says', async (_, assets, status) => {
    const { client } = await start([{ ...printed, assets: { headline: { type: 'Text', text: '' }, ...assets } }]);
    await expect(client.exportOutputs(request)).resolves.toMatchObject([{ status }]);
  });

  it('shows a failed asset behind an output that is still pending', async () => {
    const assets = {
      a: { ...file, status: 'error', error: 'Creative content is empty' },
      b: { ...file, status: 'pending' },
    };
    const { client } = await start([{ ...printed, status: 'pending', assets }]);
    const [output] = await client.exportOutputs(request);
    expect(output?.assets).toMatchObject([
      { key: 'a', status: 'error', error: 'Creative content is empty' },
      { key: 'b' },
    ]);
  });

  it.each<[object, string]>([
    [{ error: 'one' }, 'one'],
    [{ errorMessage: 'other' }, 'other'],
    [{ error: null, errorMessage: 'other' }, 'other'],
    [{ error: ' ', errorMessage: 'other' }, 'other'],
    [{ error: 'one', errorMessage: 'other' }, 'one'],
    [{ error: { code: 7, message: 'inner' } }, 'inner'],
    [{ error: true }, 'Celtra gave no reason'],
    [{}, 'Celtra gave no reason'],
  ])('says why an asset failed, whichever name the reason has: %j', async (reason, words) => {
    const { client } = await start([{ ...printed, assets: { image: { type: 'Image', status: 'error', ...reason } } }]);
    await expect(client.exportOutputs(request)).resolves.toMatchObject([
      { assets: [{ status: 'error', error: words }] },
    ]);
  });

  it.each<[string, object]>([
    ['only with what must be there', { id: 'o1', status: 'finished', designFile: { id: 'd1' }, assets: {} }],
    ['before it has assets', { id: 'o1', status: 'pending', designFile: { id: 'd1' } }],
    ['with no assets', { id: 'o1', status: 'pending', designFile: { id: 'd1' }, assets: null }],
    [
      'with nested names and attributes on either map',
      {
        ...printed,
        contentDimensionsByName: { Language: { Primary: 'en', Second: 'de' } },
        contentDimensions: { a: { id: 'a', name: 'Language', value: null, attributes: {} } },
        customLayoutDimensions: { b: { id: 'b', name: 'Size', value: { id: 'c', name: '1:1' }, attributes: {} } },
      },
    ],
    [
      'with places that are null',
      { ...printed, name: null, folder: null, activation: null, mediaLineItem: null, adServer: null },
    ],
    [
      'of a format of its own',
      { ...printed, mediaLineItem: { id: 'm', formatRegistrationId: 'com.acme.own', orders: {} } },
    ],
    [
      'of a carousel, with texts of any status',
      {
        ...printed,
        assets: {
          'cards.0123456789abcdef0123456789abcdef.video': { ...file, type: 'Video', extension: '.mp4' },
          'cards.0123456789abcdef0123456789abcdef.headline': { type: 'Text', text: '', status: 'ready' },
        },
      },
    ],
  ])('is understood %s', async (_, output) => {
    const { client } = await start([output]);
    await expect(client.exportOutputs({ ...request, filters: { designFile: { id: ['d1'] } } })).resolves.toMatchObject([
      { outputId: 'o1' },
    ]);
  });

  it('keeps ids as they are, because they are opaque', async () => {
    const id = 'ABCDEF01-2345-5789-ABCD-EF0123456789';
    const { client } = await start([{ ...printed, id }]);
    await expect(client.exportOutputs(request)).resolves.toMatchObject([{ outputId: id }]);
  });

  it.each([
    [401, 'unauthorized'],
    [403, 'forbidden'],
    [400, 'refused'],
    [500, 'transient'],
  ])('answered with %i is %s and keeps the key secret', async (status, kind) => {
    const basic = Buffer.from(`app id:${secretKey}`).toString('base64');
    const { client } = await start({ message: `no: ${secretKey} ${basic}` }, status);
    const error = (await errorOf(client.exportOutputs(request))) as RemoteCallError;
    expect(error).toMatchObject({ kind, status, system: 'Celtra', mayHaveActed: false });
    for (const hidden of [secretKey, basic]) expect(JSON.stringify([error, error.stack])).not.toContain(hidden);
  });
});

describe('A filter that Celtra ignored', () => {
  it.each([
    ['designFile.id', { designFile: { id: ['d2'] } }],
    ['output.id', { designFile: { id: ['d1'] }, output: { id: ['o2'] } }],
    [
      'output.contentDimensionsByName.Language',
      { designFile: { id: ['d1'] }, output: { contentDimensionsByName: { Language: ['de'] } } },
    ],
    [
      'output.mediaLineItemAttributesByName.Size',
      { designFile: { id: ['d1'] }, output: { mediaLineItemAttributesByName: { Size: ['1:1'] } } },
    ],
    ['designFile.version', { designFile: { version: [{ id: 'd1', contentBlobHash: 'other' }] } }],
  ] satisfies [string, FilterTree][])('is noticed: %s', async (path, filters) => {
    const { client } = await start([printed]);
    const error = (await errorOf(client.exportOutputs({ ...request, filters }))) as RemoteCallError;
    expect(error).toMatchObject({ kind: 'contract', code: 'filter ignored' });
    expect(error.message).toContain(`output o1, which the filter ${path} excludes`);
  });

  it('is not suspected where alternatives, operators and unknown meanings allow the output', async () => {
    const filters: FilterTree = {
      account: { id: ['acc'] },
      folder: { id: ['any'] },
      designFile: { lastModificationTimestamp: [{ gt: '2023-02-01', lte: '2023-02-28 12:00:00' }] },
      output: { contentDimensionsByName: { Language: ['de', { eq: 'en' }], Colour: [null] }, name: [null] },
    };
    const { client } = await start([printed]);
    await expect(client.exportOutputs({ ...request, filters })).resolves.toHaveLength(1);
  });
});

describe('An answer in another form', () => {
  it.each([
    ['an envelope', { data: [printed] }],
    ['an envelope that nobody has heard of', { outputs: [printed], count: 1 }],
    ['an object by id', { o1: printed }],
    ['a status in another word', [{ ...printed, status: 'completed', assets: { image: { ...file, status: 'Done' } } }]],
    ['assets in a list', [{ ...printed, assets: [{ name: 'image', ...file }] }]],
    ['assets in a list without names', [{ ...printed, assets: [file] }]],
    [
      'an address under another name',
      [{ ...printed, assets: { image: { ...file, url: undefined, downloadUrl: file.url, previewUrl: 'https://p' } } }],
    ],
    ['a status in capitals', [{ ...printed, status: 'FINISHED' }]],
    ['sizes as text', [{ ...printed, assets: { ...printed.assets, image: { ...file, width: '10', height: '20' } } }]],
  ])('means the same: %s', async (_, body) => {
    const { client } = await start(body);
    const [output] = await client.exportOutputs(request);
    expect(output).toMatchObject({ outputId: 'o1', designFile: { id: 'd1' } });
    expect(output?.assets.find(({ key }) => key === 'image')).toMatchObject({
      width: 10,
      height: 20,
      status: 'finished',
    });
  });

  it('takes no address of something else for that of the file, which is still to come', async () => {
    const image = { ...file, url: null, clickThroughUrl: 'https://shop.example/', editorUrl: undefined };
    const { client } = await start([{ ...printed, assets: { image } }]);
    const [output] = await client.exportOutputs(request);
    expect(output?.assets).toMatchObject([{ key: 'image', status: 'pending' }]);
  });

  it('keeps every asset of a list in which several have the same name', async () => {
    const { client } = await start([
      { ...printed, assets: [file, { ...file, width: 30 }, { ...file, name: 'image 1' }] },
    ]);
    const [output] = await client.exportOutputs(request);
    expect(output?.assets.map(({ key, width }) => [key, width])).toEqual([
      ['image 1 1', 10],
      ['image 2', 30],
      ['image 1', 10],
    ]);
  });
});

describe('An answer that is not what it should be', () => {
  it.each<[string, RemoteCallError['kind'], string, (response: ServerResponse) => unknown]>([
    [
      'truncated JSON',
      'unreadable',
      'a body that is not JSON, or not all of it',
      (response) => response.end(text.slice(0, -9)),
    ],
    ['an HTML page', 'unreadable', 'an HTML page', (response) => response.end('<!doctype html><title>Sign in</title>')],
    ['gzip without a word', 'unreadable', 'not JSON', (response) => response.end(gzipSync(text))],
    [
      'JSON Lines that are cut',
      'unreadable',
      'not JSON',
      (response) => response.end(`${JSON.stringify(printed)}\n${JSON.stringify(printed).slice(0, -9)}`),
    ],
    ['an object', 'contract', '$: ', (response) => response.end('{"outputs":1}')],
    ['an error with 200', 'unreadable', 'the message "no"', (response) => response.end('{"error":"no"}')],
    ['nothing', 'unreadable', 'an empty body', (response) => response.end()],
    [
      'a connection that breaks',
      'transient',
      'the connection was lost',
      (response) => {
        response.writeHead(200, { 'content-length': '9999' }).write(text, () => response.destroy());
      },
    ],
    ['a connection that breaks at once', 'transient', 'the connection was lost', (response) => response.destroy()],
    ['an answer that never comes', 'transient', 'no answer came in time', () => undefined],
  ])('is an error that says so: %s', async (_, kind, words, answer) => {
    const { client } = await startWith(answer, { timeouts: { headersMs: 300 } });
    const error = (await errorOf(client.exportOutputs(request))) as RemoteCallError;
    expect(error).toMatchObject({ kind, system: 'Celtra', endpoint: 'POST /export', mayHaveActed: false });
    expect(error.message).toContain('POST /export');
    expect(error.message).toContain(words);
    expect(JSON.stringify([error, error.stack])).not.toMatch(/sig=|files\.example/);
  });

  it.each<[string, (response: ServerResponse) => unknown]>([
    ['an object by id', (response) => response.end('{}')],
    ['an object by id in an envelope', (response) => response.end('{"data":{},"meta":{"total":0}}')],
    [
      'JSON Lines',
      (response) => response.writeHead(200, { 'content-type': 'application/x-ndjson; charset=utf-8' }).end('\r\n'),
    ],
    ['the status 204', (response) => response.writeHead(204).end()],
  ])('has no outputs where it is empty: %s', async (_, answer) => {
    const { client } = await startWith(answer);
    await expect(client.exportOutputs(request)).resolves.toEqual([]);
  });

  it('is read when it is JSON Lines', async () => {
    const lines = [printed, { ...printed, id: 'o2' }].map((one) => `${JSON.stringify(one)}\r\n`).join('');
    const { client } = await startWith((response) => response.end(lines));
    await expect(client.exportOutputs(request)).resolves.toHaveLength(2);
  });

  it.each([
    ['iso-8859-1', Buffer.from([0xfc])],
    ['windows-1252', Buffer.from([0xfc])],
    ['utf-8', Buffer.from('ü')],
    ['a charset that nobody knows', Buffer.from('ü')],
  ])('is decoded as its charset says: %s', async (charset, letter) => {
    const [before = '', after = ''] = JSON.stringify([{ ...printed, name: '*' }]).split('*');
    const { client } = await startWith((response) =>
      response
        .writeHead(200, { 'content-type': `application/json; charset=${charset}` })
        .end(Buffer.concat([Buffer.from(before), letter, Buffer.from(after)])),
    );
    await expect(client.exportOutputs(request)).resolves.toMatchObject([{ name: 'ü' }]);
  });

  it('is taken for what it is when only Content-Type lies', async () => {
    const { client } = await startWith((response) =>
      response.writeHead(201, { 'content-type': 'text/html' }).end(text),
    );
    await expect(client.exportOutputs(request)).resolves.toHaveLength(1);
  });
});

describe('What nobody can know about Celtra', () => {
  it('is a matter of settings: where filters on outputs stand, and in which zone its times are', async () => {
    const { client, server } = await startWith((response) => response.end('[]'), {
      outputFilters: 'under designFile',
      timeZone: 'Europe/Ljubljana',
      undocumentedOperators: true,
      extraAssetFormats: ['moloco'],
    });
    await client.exportOutputs({
      filters: {
        designFile: { id: ['d1'], lastModificationTimestamp: [{ gte: '2023-07-01T00:00:00Z' }] },
        output: { name: [{ in: ['a'] }] },
      },
      assetFormats: { HTML: { html: { adServer: 'moloco' } } },
      caller: 'extpost',
    });
    expect(JSON.parse(server.seen[0]?.body.toString() ?? '')).toMatchObject({
      filters: {
        designFile: {
          id: ['d1'],
          lastModificationTimestamp: [{ gte: '2023-07-01 02:00:00' }],
          output: { name: [{ in: ['a'] }] },
        },
      },
      assetFormats: { HTML: { html: { adServer: 'moloco' } } },
    });
  });
});

describe('A request that may not be sent', () => {
  const ofDesign = { designFile: { id: ['d1'] } };
  const image = (settings: unknown) => ({ assetFormats: { Image: { image: settings } } }) as Partial<ExportRequest>;

  it.each([
    [{ filters: {} }, 'filters must name designFile.id'],
    [{ filters: { account: { id: ['a'] } } }, 'filters must name designFile.id'],
    [{ filters: { designFile: { id: [] } } }, 'filters.designFile.id is an empty list'],
    [{ filters: { designFile: { id: [''] } } }, 'filters.designFile.id[0] is an empty id'],
    [{ filters: { designFile: { id: 'd1' } } as unknown as FilterTree }, 'must be a list of accepted values'],
    [{ filters: { ...ofDesign, mediaLineItem: {} } }, 'output.mediaLineItem'],
    [{ filters: { ...ofDesign, output: { status: ['finished'] } } }, 'filters.output.status cannot be filtered on'],
    [{ filters: { ...ofDesign, output: { name: [{ like: 'x' }] } } }, 'like, which is not an operator'],
    [{ filters: { ...ofDesign, output: { name: [{ in: ['x'] }] } } }, 'which Celtra does not document'],
    [
      { filters: { designFile: { id: ['d'], lastModificationTimestamp: [{ gt: '1 March 2023' }] } } },
      'YYYY-MM-DD HH:mm:ss',
    ],
    [{ outputIds: [] }, 'filters.output.id is an empty list'],
    [image({ format: 'png', quality: 8 }), 'does not take quality'],
    [image({ format: 'png', colors: 1 }), 'colors'],
    [image({ format: 'jpeg', quality: 90, maxSizeKb: 200 }), 'Celtra ignores quality when maxSizeKb is given'],
    [image({ format: 'gif' }), 'must be png, jpeg, tiff or webp'],
    [{ caller: ' ' }, 'caller is empty'],
  ] satisfies [Partial<ExportRequest>, string][])('is refused in words before it leaves (%#)', async (part, words) => {
    const { client, server } = await start([]);
    const error = (await errorOf(client.exportOutputs({ ...request, ...part }))) as RemoteCallError;
    expect(error).toMatchObject({ kind: 'refused', code: 'not sent' });
    expect(error.message).toContain(words);
    expect(server.seen).toHaveLength(0);
  });
});

describe('A redirect within Celtra’s host', () => {
  it.each([307, 308])('is followed with %i, with the body and the credential', async (status) => {
    const { client, server } = await startWith((response, { url }) =>
      url.startsWith('/api/eu')
        ? sendJson(response, 200, [printed])
        : response.writeHead(status, { location: '/api/eu/export' }).end(),
    );
    await expect(client.exportOutputs(request)).resolves.toHaveLength(1);
    const lines: unknown[] = [];
    for await (const output of client.exportOutputsAsLines(request)) lines.push(output);
    expect(lines).toHaveLength(1);
    const [first] = server.seen;
    expect(server.seen.map(({ url }) => url)).toEqual([
      '/api/export',
      '/api/eu/export',
      '/api/export',
      '/api/eu/export',
    ]);
    for (const { method, body, headers } of server.seen) {
      expect([method, headers.authorization]).toEqual(['POST', first?.headers.authorization]);
      expect(body).toEqual(first?.body);
    }
  });

  it('leads no credential to another host', async () => {
    const { client, server } = await startWith((response) =>
      response.writeHead(307, { location: 'http://127.0.0.1:1/elsewhere' }).end(),
    );
    await expect(client.exportOutputs(request)).rejects.toMatchObject({ kind: 'unreadable', status: 307 });
    expect(server.seen).toHaveLength(1);
  });
});
