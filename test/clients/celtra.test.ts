import { createCeltraClient, type ExportRequest, type RemoteCallError } from '../../clients';
import type { FilterTree } from '../../domain/recipe';
import { closingAfterEach, dispatcherFor, errorOf, sendJson, startServer } from './test-server';

const onClose = closingAfterEach();
const secretKey = 'celtra-key-that-must-stay-home';

async function start(body: unknown, status = 200) {
  const server = await startServer((_, response) => sendJson(response, status, body));
  onClose(() => server.close());
  const client = createCeltraClient(
    { baseUrl: `${server.origin}/api/`, applicationId: 'app-id', secretKey },
    { dispatcher: dispatcherFor(onClose) },
  );
  return { client, server };
}

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

describe('Exporting outputs', () => {
  it('sends one JSON request with Basic credentials, filters, formats and the caller', async () => {
    const { client, server } = await start([printed]);
    await client.exportOutputs(request);
    expect(server.seen).toHaveLength(1);
    const [seen] = server.seen;
    expect(seen).toMatchObject({ method: 'POST', url: '/api/export' });
    expect(seen?.headers).toMatchObject({
      authorization: `Basic ${Buffer.from(`app-id:${secretKey}`).toString('base64')}`,
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

  it('reads outputs with every kind of asset, and keys nobody has heard of', async () => {
    const { client } = await start([printed, printed]);
    const outputs = await client.exportOutputs(request);
    expect(outputs).toHaveLength(1);
    expect(outputs[0]).toMatchObject({
      outputId: 'o1',
      name: undefined,
      status: 'finished',
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
        { key: 'headline', type: 'text', status: 'finished' },
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

  it.each([
    [401, 'unauthorized'],
    [403, 'forbidden'],
    [400, 'refused'],
    [500, 'transient'],
  ])('answered with %i is %s and keeps the key secret', async (status, kind) => {
    const basic = Buffer.from(`app-id:${secretKey}`).toString('base64');
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
      { filters: { designFile: { id: ['d'], lastModificationTimestamp: [{ gt: '2023-01-01T00:00:00Z' }] } } },
      'YYYY-MM-DD HH:mm:ss',
    ],
    [{ outputIds: [] }, 'filters.output.id is an empty list'],
    [image({ format: 'png', quality: 8 }), 'does not take quality'],
    [image({ format: 'png', colors: 1 }), 'colors'],
    [image({ format: 'jpeg', quality: 90, maxSizeKb: 200 }), 'Celtra ignores quality when maxSizeKb is given'],
    [image({ format: 'webp' }), 'must be png, jpeg or tiff'],
  ] satisfies [Partial<ExportRequest>, string][])('is refused in words before it leaves (%#)', async (part, words) => {
    const { client, server } = await start([]);
    const error = (await errorOf(client.exportOutputs({ ...request, ...part }))) as RemoteCallError;
    expect(error).toMatchObject({ kind: 'refused', code: 'not sent' });
    expect(error.message).toContain(words);
    expect(server.seen).toHaveLength(0);
  });
});
