import type { ServerResponse } from 'node:http';
import { brotliCompressSync, deflateSync, gzipSync } from 'node:zlib';

import { errorOf, sendJson } from '../test-server';
import { everyCall } from './every-call';
import { ecomTask, gatewayStandIn, ids } from './gateway-stand-in';

const start = gatewayStandIn();

async function answering(body: unknown) {
  return (await start({ answer: (_, response) => sendJson(response, 200, body) })).client;
}

const keyedByNames = new Set(['properties', 'headers']);

/** A body with each key and each plain value in another form; names that people chose, and their values, stay. */
function rewritten(
  value: unknown,
  {
    key = (name) => name,
    part = (inner) => inner,
  }: { key?: (name: string) => string; part?: (inner: unknown) => unknown },
): unknown {
  if (Array.isArray(value)) return value.map((inner) => rewritten(inner, { key, part }));
  if (typeof value !== 'object' || value === null) return part(value);
  const entries = Object.entries(value).map(([name, inner]: [string, unknown]) => [
    key(name),
    keyedByNames.has(name) ? inner : rewritten(inner, { key, part }),
  ]);
  return Object.fromEntries(entries) as unknown;
}

type Row = Readonly<Record<string, unknown>>;

/** A body with each list of objects in another form. */
function withLists(value: unknown, list: (rows: readonly Row[]) => unknown): unknown {
  if (typeof value !== 'object' || value === null) return value;
  if (!Array.isArray(value)) {
    const entries = Object.entries(value).map(([name, inner]: [string, unknown]) => [
      name,
      keyedByNames.has(name) ? inner : withLists(inner, list),
    ]);
    return Object.fromEntries(entries) as unknown;
  }
  const rows = value.map((row: unknown) => withLists(row, list));
  const areObjects = rows.length > 0 && rows.every((row) => typeof row === 'object');
  return areObjects ? list(rows as Row[]) : rows;
}

const ownIdOf = (row: Row): string => Object.keys(row).find((key) => guid.test(String(row[key]))) ?? '';

/** `{ type, id, attributes }` of JSON:API. */
function asResource(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(asResource);
  const { [ownIdOf(value as Row)]: id, ...attributes } = value as Row;
  return { type: 'things', id, attributes };
}

const guid = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;
const pascal = (name: string) => name.slice(0, 1).toUpperCase() + name.slice(1);
const snake = (name: string) => name.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`);

const formsOfAnyBody: readonly (readonly [string, (body: unknown) => unknown])[] = [
  ['keys in PascalCase', (body) => rewritten(body, { key: pascal })],
  ['keys in snake_case', (body) => rewritten(body, { key: snake })],
  [
    'GUIDs in capitals',
    (body) => rewritten(body, { part: (v) => (guid.test(String(v)) ? String(v).toUpperCase() : v) }),
  ],
  ['numbers as text', (body) => rewritten(body, { part: (v) => (typeof v === 'number' ? String(v) : v) })],
  ['true and false as text', (body) => rewritten(body, { part: (v) => (typeof v === 'boolean' ? String(v) : v) })],
  ['true and false as 1 and 0', (body) => rewritten(body, { part: (v) => (typeof v === 'boolean' ? Number(v) : v) })],
  ['an envelope {data}', (data) => ({ data })],
  ['an envelope {metadata, data}', (data) => ({ metadata: { code: 0, message: 'OK' }, data })],
  ['an envelope {success, message, data}', (data) => ({ success: true, message: 'Success', data, errors: [] })],
  ['an envelope {result}', (result) => ({ result, statusCode: 1 })],
  ['an envelope in PascalCase', (Data) => ({ Data, Message: null })],
  ['an envelope that nobody has heard of', (answer) => ({ answer })],
  ['an envelope beside what tells of the answer', (answer) => ({ answer, meta: { requestId: 'r', took: 3 } })],
  ['resources of JSON:API', (body) => ({ data: asResource(body), links: { self: '/here' } })],
  ['links of HAL', (body) => (Array.isArray(body) ? body : { ...(body as Row), _links: { self: { href: '/here' } } })],
  ['lists embedded as in HAL', (body) => (Array.isArray(body) ? { _embedded: { things: body }, _links: {} } : body)],
  [
    'lists as connections of GraphQL',
    (body) => withLists(body, (rows) => ({ edges: rows.map((node) => ({ cursor: 'c', node })) })),
  ],
  ['lists alone in an object', (body) => withLists(body, (item) => ({ item }))],
  ['lists with references of .NET', (body) => withLists(body, ($values) => ({ $id: '1', $values }))],
  [
    'lists as objects by id',
    (body) =>
      withLists(body, (rows) =>
        rows.every((row) => ownIdOf(row) !== '')
          ? Object.fromEntries(rows.map((row) => [String(row[ownIdOf(row)]), row]))
          : rows,
      ),
  ],
  ['a list of one around what is no list', (body): unknown => (Array.isArray(body) ? body : [body])],
  ['an envelope around a list of one', (body) => ({ data: Array.isArray(body) ? body : [body] })],
];
const reads = everyCall.filter(({ name }) => name !== 'startTask' && name !== 'submitAssets');

describe.each(reads)('An answer to $name', ({ body, make }) => {
  let plain: unknown;

  beforeAll(async () => {
    plain = await make(await answering(body));
  });

  it.each(formsOfAnyBody)('means the same with %s', async (_, form) => {
    await expect(make(await answering(form(body)))).resolves.toEqual(plain);
  });
});

describe('A list', () => {
  const row = { annotationId: ids.asset, comment: 'too dark' };

  it.each([
    [[row]],
    [{ pageInfo: null, pageData: [row] }],
    [{ items: [row], totalCount: 1 }],
    [{ results: [row], page: 1, pageSize: 10 }],
    [{ value: [row] }],
    [{ rows: [row], meta: { total: 1 } }],
    [{ data: [row], pagination: { page: 1, totalPages: 1 } }],
    [{ data: { items: [row] } }],
    [{ annotations: [row] }],
  ])('is understood as %j', async (body) => {
    await expect((await answering(body)).readAnnotations(ecomTask)).resolves.toMatchObject([
      { annotationId: ids.asset },
    ]);
  });

  it.each([
    ['by its total', { items: [{ taskId: ids.task }], totalCount: '3', pageSize: 1 }, false],
    ['by its total, on the last page', { items: [{ taskId: ids.task }], totalCount: 1 }, true],
    ['by its pages', { pageData: [{ taskId: ids.task }], pageInfo: { pageNumber: 1, totalPages: 2 } }, false],
    ['by a word', { data: [{ taskId: ids.task }], hasMore: true }, false],
    ['by a word, on the last page', { data: [{ taskId: ids.task }], hasNextPage: false }, true],
    [
      'by the total of a page in an envelope',
      { data: { items: [{ taskId: ids.task }], totalCount: 3, pageSize: 1 } },
      false,
    ],
    [
      'by the word of a connection',
      { tasks: { edges: [{ node: { taskId: ids.task } }], pageInfo: { hasNextPage: true } } },
      false,
    ],
    ['by the total beside rows by id', { total: 3, pageSize: 1, tasks: { [ids.task]: { taskId: ids.task } } }, false],
    [
      'by the pages of HAL',
      { _embedded: { tasks: [{ taskId: ids.task }] }, page: { size: 1, totalElements: 3, number: 0, totalPages: 3 } },
      false,
    ],
    [
      'by the link of HAL',
      { _embedded: { tasks: [{ taskId: ids.task }] }, _links: { next: { href: '/tasks?pageNumber=2' } } },
      false,
    ],
    [
      'by the link of JSON:API',
      { data: [{ type: 'tasks', id: ids.task, attributes: {} }], links: { next: '/tasks?pageNumber=2' } },
      false,
    ],
    [
      'by the size of a page that the gateway chose',
      { pageData: [{ taskId: ids.task }], pageInfo: { pageSize: 1 } },
      false,
    ],
  ])('of tasks says %s whether another page follows', async (_, body, isLast) => {
    const listed = (await answering(body)).listTasks({ vendorId: 'v', pageNumber: 1, pageSize: 10 });
    await expect(listed).resolves.toMatchObject({ isLast });
  });
});

const nextPages: readonly (readonly [string, (query: string, token: string) => object, string])[] = [
  ['a cursor', (_, nextCursor) => ({ nextCursor }), 'cursor=two'],
  ['a token', (_, nextPageToken) => ({ nextPageToken }), 'pageToken=two'],
  ['a continuation token', (_, continuationToken) => ({ continuationToken }), 'continuationToken=two'],
  ['a number', () => ({ nextPage: 2 }), 'pageNumber=2'],
  ['an address', (query) => ({ next: `https://elsewhere.example/v9/other?${query}` }), 'after=two'],
  ['a path', (query) => ({ nextPage: `/v1/other?${query}` }), 'after=two'],
  ['a link', (query) => ({ links: { next: `?${query}` } }), 'after=two'],
  ['a link as an object', (query) => ({ _links: { next: { href: `/v1/other?${query}` } } }), 'after=two'],
  ['OData’s link', (query) => ({ '@odata.nextLink': `/v1/other?${query}` }), 'after=two'],
  ['a cursor beside the paging', (_, nextCursor) => ({ pageInfo: { nextCursor } }), 'cursor=two'],
  ['a word', () => ({ pageInfo: { hasNextPage: true } }), 'pageNumber=2'],
  ['a total', () => ({ totalItemsCount: 2 }), 'pageNumber=2'],
];

describe('A page that names the next one', () => {
  const notes = [ids.asset, ids.shot];

  /** Gives the second row to a request that has the wanted query, and the first to all others. */
  const paged = (more: (query: string, token: string) => object, wanted: string, headers = {}) =>
    start({
      answer: ({ url }, response) => {
        const isSecond = url.includes(wanted);
        const row = { annotationId: notes[isSecond ? 1 : 0], taskId: notes[isSecond ? 1 : 0] };
        for (const [name, value] of Object.entries(isSecond ? {} : headers)) response.setHeader(name, String(value));
        sendJson(response, 200, { pageData: [row], ...(isSecond ? {} : more('after=two', 'two')) });
      },
    });

  it.each(nextPages)('by %s is followed in a list of notes', async (_, more, wanted) => {
    const { client, calls } = await paged(more, wanted);
    const read = await client.readAnnotations(ecomTask);
    expect(read.map(({ annotationId }) => annotationId)).toEqual(notes);
    // No answer leads to another path.
    expect(new Set(calls.map(({ url }) => url.split('?')[0])).size).toBe(1);
  });

  it.each(nextPages)('by %s is followed in the listing', async (_, more, wanted) => {
    const { client } = await paged(more, wanted);
    const request = { vendorId: 'v', pageNumber: 1, pageSize: 1 };
    const first = await client.listTasks(request);
    expect(first.isLast).toBe(false);
    const second = await client.listTasks({ ...request, pageNumber: 2, ...(first.next && { next: first.next }) });
    expect(second.rows).toMatchObject([{ taskId: ids.shot }]);
  });

  it.each([
    ['<https://elsewhere.example/v9?after=two>; rel="next"'],
    ['</v1?after=one>; rel="prev", </v1?after=two>; rel="next"'],
    ['<?after=two>; title="x"; rel=next'],
  ])('by the header Link is followed: %s', async (link) => {
    const { client } = await paged(() => ({}), 'after=two', { link });
    await expect(client.readAnnotations(ecomTask)).resolves.toHaveLength(2);
  });

  it.each<[string, object, object]>([
    ['null', { nextCursor: null }, {}],
    ['an empty text', { nextPageToken: '' }, {}],
    ['no link', { links: { next: null, self: '/v1' } }, {}],
    ['a header for the page before', {}, { link: '</v1?after=zero>; rel="prev"' }],
  ])('says by %s that there is none', async (_, more, headers) => {
    const { client, calls } = await paged(() => more, 'after=two', headers);
    await client.readAnnotations(ecomTask);
    expect(calls).toHaveLength(1);
  });

  it('is not followed for ever when it gives the same rows again', async () => {
    const { client, calls } = await paged(() => ({ hasMore: true }), 'nothing');
    await expect(client.readAnnotations(ecomTask)).resolves.toHaveLength(1);
    expect(calls).toHaveLength(2);
  });

  it.each(nextPages)('by %s lets a bulk read ask for the rest', async (_, more) => {
    const asked: unknown[] = [];
    const { client } = await start({
      answer: ({ body }, response) => {
        const { assetIds } = JSON.parse(String(body)) as { assetIds: string[] };
        asked.push(assetIds);
        const isLast = assetIds.length === 1;
        sendJson(response, 200, { items: [{ assetId: assetIds[0] }], ...(isLast ? {} : more('after=two', 'two')) });
      },
    });
    await expect(client.readInputAssets(notes)).resolves.toMatchObject({ missing: [], found: [{}, {}] });
    expect(asked).toEqual([notes, [ids.shot]]);
  });
});

describe('Custom properties', () => {
  const guid = '61728394-1111-4222-8333-944445555666';
  const read = async (properties: unknown) => (await answering({ jobId: ids.asset, properties })).readJob(ids.asset);

  it.each([
    ['by their names', { Season: 'SS27' }],
    ['by their names, as objects', { Season: { value: 'SS27' } }],
    ['by their names, as objects in PascalCase', { Season: { Value: 'SS27' } }],
    ['as a list by name', [{ name: 'Season', value: 'SS27' }]],
    ['as a list by key', [{ key: 'Season', value: 'SS27' }]],
    ['as a list in PascalCase', [{ Name: 'Season', Value: 'SS27' }]],
    ['as a list in snake_case', [{ property_name: 'Season', property_value: 'SS27' }]],
    ['as a list by id and name', [{ propertyId: guid, name: 'Season', value: 'SS27' }]],
    ['by GUID, with their names', { [guid]: { name: 'Season', value: 'SS27' } }],
    [
      'beside one that has no value',
      [
        { name: 'Drop', value: null },
        { name: 'Season', value: 'SS27' },
      ],
    ],
    [
      'beside one that cannot be printed',
      [
        { name: 'Drop', value: [1] },
        { name: 'Season', value: 'SS27' },
      ],
    ],
  ])('are understood %s', async (_, properties) => {
    await expect(read(properties)).resolves.toMatchObject({ properties: { Season: 'SS27' } });
  });

  it('stand under GUID and name where a list gives both', async () => {
    const { properties } = await read([{ id: guid.toUpperCase(), name: 'Season', value: 7 }]);
    expect(properties).toEqual({ [guid]: 7, Season: 7 });
  });

  it('are refused as a list whose members do not say which they are', async () => {
    await expect(read([{ value: 'SS27' }])).rejects.toThrow('expected properties by GUID or name');
  });
});

describe('A status that is the studio’s own', () => {
  const rejectedStatuses = [3100, 'Send back'];
  const reading = async (fields: object) => {
    const body = { taskId: ids.task, clientId: ids.workspace, ...fields };
    const answer = (_: unknown, response: ServerResponse) => sendJson(response, 200, body);
    const { client } = await start({ answer }, { rejectedStatuses });
    const list = { answer: (_: unknown, response: ServerResponse) => sendJson(response, 200, [body]) };
    const listing = (await start(list, { rejectedStatuses })).client;
    const { rows } = await listing.listTasks({ vendorId: 'v', pageNumber: 1, pageSize: 10 });
    return [(await client.readTask(ecomTask)).status, rows[0]?.status];
  };

  it.each([
    [{ stepStatusId: 3100 }],
    [{ stepStatusId: '3100' }],
    [{ stepStatusId: 3100, stepStatusName: 'In Progress' }],
    [{ stepStatusId: 'Send Back' }],
    [{ stepStatusId: 1, stepStatusName: 'SEND-BACK' }],
    [{ stepStatusId: 1, status: 'Send back' }],
    [{ statusId: 1, stepStatus: 'Rejected' }],
    [{ status: 'Rejected' }],
  ])('is rejected by the setting: %j', async (fields) => {
    await expect(reading(fields)).resolves.toEqual(['rejected', 'rejected']);
  });

  it.each([
    [{ stepStatusId: 3101 }, 'open'],
    [{ stepStatusId: 2000 }, 'to do'],
    [{ stepStatusId: 2000, status: 2000 }, 'to do'],
    [{ stepStatusId: 7, status: { name: 'In Progress' } }, 'in progress'],
    [{ stepStatusId: 31 }, 'open'],
    [{}, 'open'],
  ])('is not rejected when it is another: %j', async (fields, status) => {
    await expect(reading(fields)).resolves.toEqual([status, status]);
  });
});

describe('A task detail', () => {
  const read = async (changes: object) =>
    (await answering({ taskId: ids.task, clientId: ids.workspace, ...changes })).readTask(ecomTask);
  const NEW_YEAR = Date.UTC(2026, 0, 1);

  it.each([
    ['milliseconds', NEW_YEAR],
    ['milliseconds as text', String(NEW_YEAR)],
    ['seconds', NEW_YEAR / 1000],
    ['seconds as text', String(NEW_YEAR / 1000)],
    ['ISO 8601', '2026-01-01T00:00:00Z'],
    ['ISO 8601 with an offset', '2026-01-01T02:00:00+02:00'],
    ['ISO 8601 with seven digits', '2026-01-01T00:00:00.0000000Z'],
    ['ISO 8601 without a zone', '2026-01-01T00:00:00'],
    ['a time with a space', '2026-01-01 00:00:00'],
    ['a day', '2026-01-01'],
    ['.NET’s form', `/Date(${NEW_YEAR})/`],
  ])('has its deadline in %s', async (_, deadlineUtc) => {
    expect((await read({ deadlineUtc })).deadline).toBe(NEW_YEAR);
  });

  it.each([[undefined], [null], [''], ['  '], [0], ['0'], ['0001-01-01T00:00:00']])(
    'has no deadline: %j',
    async (none) => {
      expect((await read({ deadlineUtc: none })).deadline).toBeUndefined();
    },
  );

  it.each([
    [{ stepStatusId: 2000 }, 'to do'],
    [{ stepStatusId: '9000' }, 'done'],
    [{ stepStatusId: 'InProgress' }, 'in progress'],
    [{ stepStatusName: 'IN PROGRESS' }, 'in progress'],
    [{ stepStatusId: 0, stepStatusName: 'to-do' }, 'to do'],
    [{ stepStatus: 'Done' }, 'done'],
    [{ stepStatus: { id: 9000, name: 'Done' } }, 'done'],
  ])('has its status as %j', async (changes, status) => {
    expect((await read(changes)).status).toBe(status);
  });

  it.each([[1], ['1'], ['Ecom'], ['e-commerce'], [undefined], [null], [''], [7]])('is ecom by %j', async (type) => {
    expect((await read({ contentCreationTypeId: type })).contentCreationType).toBe('ecom');
  });

  it.each([[2], ['2'], ['Editorial'], ['EDITORIAL']])('is editorial by %j', async (type) => {
    expect((await read({ contentCreationTypeId: type })).contentCreationType).toBe('editorial');
  });

  it.each([
    [1, 1],
    ['1001', 1001],
    ['On Model', 1],
    ['Ghost', 'Ghost'],
  ])('has the production type %j', async (printed, productionTypeId) => {
    expect((await read({ productionTypeId: printed })).productionTypeId).toBe(productionTypeId);
  });

  it.each([
    [{ jobCode: 'JOB-1', productCode: 'SKU-1' }],
    [{ job: { jobCode: 'JOB-1' }, product: { productCode: 'SKU-1' } }],
    [{ Job: { Code: 'JOB-1' }, Product: { Code: 'SKU-1' } }],
    [{ job: 'JOB-1', product: 'SKU-1' }],
    [{ jobCode: null, job: { code: 'JOB-1' }, productCode: '', product: { code: 'SKU-1' } }],
  ])('has its codes as %j', async (changes) => {
    const { job, product } = await read(changes);
    expect([job?.code, product?.code]).toEqual(['JOB-1', 'SKU-1']);
  });

  it.each([
    [{ editorialDeliverableIds: [ids.spec] }],
    [{ editorialDeliverableIds: ids.spec.toUpperCase() }],
    [{ editorialDeliverableId: [ids.spec] }],
    [{ EditorialDeliverableId: ids.spec }],
  ])('has its deliverable as %j', async (changes) => {
    expect((await read(changes)).editorialDeliverableIds).toEqual([ids.spec]);
  });

  it.each([[{ positionName: 'Front' }], [{ position: 'Front' }], [{ position: { positionId: 12, name: 'Front' } }]])(
    'has the position of a shot as %j',
    async (changes) => {
      const [shot] = (await read({ assetLifeCycles: [{ assetLifeCycleId: ids.shot, ...changes }] })).shots;
      expect(shot?.position).toBe('Front');
    },
  );

  it.each([
    [{ inputAssets: [{ assetId: ids.asset }] }],
    [{ inputAssets: [ids.asset.toUpperCase()] }],
    [{ inputAssetIds: [ids.asset] }],
  ])('has the inputs of a shot as %j', async (changes) => {
    const [shot] = (await read({ assetLifeCycles: [{ assetLifeCycleId: 7, ...changes }] })).shots;
    expect([shot?.shotId, shot?.inputs.map(({ assetId }) => assetId)]).toEqual(['7', [ids.asset]]);
  });

  it.each([[null], [''], [undefined], ['00000000-0000-0000-0000-000000000000']])(
    'lacks whatever is %j',
    async (nothing) => {
      const spec = { specId: nothing, variant: nothing, assetId: nothing, isRejected: nothing, specification: nothing };
      const bare = await read({
        jobId: nothing,
        productId: nothing,
        styleGuide: nothing === '00000000-0000-0000-0000-000000000000' ? null : nothing,
        editorialDeliverableIds: nothing,
        assetLifeCycles: [
          {
            assetLifeCycleId: ids.shot,
            outputSpecs: [{ ...spec, variant: null, isRejected: null, specification: null }],
          },
        ],
      });
      expect(bare).toMatchObject({ job: undefined, product: undefined, editorialDeliverableIds: undefined });
      expect(bare.shots[0]?.expectedOutputs[0]).toMatchObject({ specId: undefined, assetId: undefined });
    },
  );
});

describe('Records', () => {
  it.each([
    [{ jobId: ids.asset, jobCode: 'JOB-1', jobName: 'Spring' }],
    [{ id: ids.asset, code: 'JOB-1', name: 'Spring' }],
    [{ job: { jobId: ids.asset.toUpperCase(), jobCode: 'JOB-1', jobName: 'Spring' } }],
  ])('of a job are understood as %j', async (body) => {
    await expect((await answering(body)).readJob(ids.asset)).resolves.toMatchObject({ code: 'JOB-1', name: 'Spring' });
  });

  it.each([[{ dueDatetimeUtc: 1767225600000 }], [{ deadlineUtc: '2026-01-01T00:00:00Z' }]])(
    'of a project have their date as %j',
    async (date) => {
      const project = (await answering({ projectId: ids.asset, ...date })).readProject(ids.asset);
      await expect(project).resolves.toMatchObject({ deadline: 1767225600000 });
    },
  );

  it.each([[{ dimension: { width: 10, height: '20' } }], [{ width: '10', height: 20 }]])(
    'of a spec have their size as %j',
    async (size) => {
      const { found } = await (await answering([{ specId: ids.spec, ...size }])).readSpecs('ecom', [ids.spec]);
      expect(found).toMatchObject([{ width: 10, height: 20 }]);
    },
  );
});

const compressions = [
  ['gzip', gzipSync],
  ['x-gzip', gzipSync],
  ['deflate', deflateSync],
  ['br', brotliCompressSync],
] as const;

describe('An answer that is compressed', () => {
  const compressed = async (encoding: string, compress: (bytes: Buffer) => Buffer) => {
    const body = compress(Buffer.from(JSON.stringify({ taskId: ids.task, clientId: ids.workspace })));
    return start({
      answer: (_, response) => response.writeHead(200, { 'content-encoding': encoding }).end(body),
    });
  };

  it.each(compressions)('with %s is read like any other', async (encoding, compress) => {
    const { client } = await compressed(encoding, compress);
    await expect(client.readTask(ecomTask)).resolves.toMatchObject({ taskId: ids.task });
  });

  it.each([
    ['in a way that nobody knows', 'zstd', (bytes: Buffer) => bytes],
    ['and cut', 'gzip', (bytes: Buffer) => gzipSync(bytes).subarray(0, -9)],
    ['to much more than is allowed', 'gzip', () => gzipSync(Buffer.alloc(64 * 1024 * 1024, ' '))],
  ])('%s is unreadable', async (_, encoding, compress) => {
    const { client } = await compressed(encoding, compress);
    await expect(client.readTask(ecomTask)).rejects.toMatchObject({
      kind: 'unreadable',
      message: expect.stringContaining(`in the encoding ${encoding}, which cannot be undone`) as unknown,
    });
  });
});

describe('Headers of an upload', () => {
  const files = [{ localId: '1', fileName: 'a.jpg', bytes: 5, md5: '00112233445566778899aabbccddeeff' }];
  const answer = { files: [{ localId: '1', tempAssetId: ids.asset, presignedUrl: 'https://s3/x' }] };

  it.each([
    ['an object', { 'x-ms-blob-type': 'BlockBlob' }],
    ['an object of lists', { 'x-ms-blob-type': ['BlockBlob'] }],
    ['a list of names and values', [{ name: 'x-ms-blob-type', value: 'BlockBlob' }]],
    ['a list of keys and values', [{ Key: 'x-ms-blob-type', Value: 'BlockBlob' }]],
    ['an object with one that has no value', { 'x-ms-blob-type': 'BlockBlob', 'x-nothing': null }],
  ])('may be %s', async (_, headers) => {
    const { addresses } = await (
      await answering({ ...answer, headers })
    ).requestUploadAddresses({ workspaceId: ids.workspace, files });
    expect(addresses[0]?.headers).toEqual({ 'x-ms-blob-type': 'BlockBlob' });
  });

  it('may have another name, in the answer and at a file', async () => {
    const [file] = answer.files;
    const body = {
      uploadHeaders: { 'x-ms-version': '1' },
      files: [{ ...file, requiredHeaders: { 'Content-Type': 'a/b' } }],
    };
    const { addresses } = await (await answering(body)).requestUploadAddresses({ workspaceId: ids.workspace, files });
    expect(addresses[0]?.headers).toEqual({ 'x-ms-version': '1', 'Content-Type': 'a/b' });
  });
});

describe('An upload address for a form', () => {
  const files = [{ localId: '1', fileName: 'a.jpg', bytes: 5, md5: '00112233445566778899aabbccddeeff' }];

  it.each([[{ method: 'POST' }], [{ fields: { key: 'a', policy: 'b' } }]])('is refused in words: %j', async (form) => {
    const file = { localId: '1', tempAssetId: ids.asset, presignedUrl: 'https://s3/x', ...form };
    const answer = await (await answering({ files: [file] })).requestUploadAddresses({ workspaceId: 'w', files });
    expect(answer).toMatchObject({ addresses: [], refused: [{ localId: '1', code: 'POST' }] });
  });

  it.each([[{ method: 'put' }], [{ fields: {} }], [{ fields: null }]])('is not what %j means', async (form) => {
    const file = { localId: '1', tempAssetId: ids.asset, presignedUrl: 'https://s3/x', ...form };
    const answer = await (await answering({ files: [file] })).requestUploadAddresses({ workspaceId: 'w', files });
    expect(answer).toMatchObject({ addresses: [{ localId: '1' }], refused: [] });
  });
});

describe('The answer to a write', () => {
  it.each(['OK', 'Accepted', 'Created\n', '"Success"'])('is a success as the text %j', async (text) => {
    const { client } = await start({
      answer: (_, response) => response.writeHead(200, { 'content-type': 'text/plain' }).end(text),
    });
    await expect(client.startTask(ecomTask)).resolves.toBeUndefined();
  });

  it.each([
    [undefined],
    [{}],
    [null],
    [[]],
    [{ statusCode: 1 }],
    [{ StatusCode: '1' }],
    [{ statusCode: 200 }],
    [{ statusCode: 'Success' }],
    [{ success: true }],
    [{ success: 'True', errors: [] }],
    [{ isSuccess: true, errors: null, error: '' }],
    [{ metadata: { code: 200, message: 'OK' }, data: null }],
    [{ metadata: { code: 0 }, data: { statusCode: 1 } }],
    [{ status: 'Done', error: null }],
    [{ statusCode: 'Accepted' }],
    [{ accepted: true, failedAssets: [] }],
    // The task as it was before, beside a clear word.
    [{ statusCode: 1, data: { taskId: ids.task, status: 'Rejected' } }],
    [{ success: true, taskId: ids.task, status: 'Rejected' }],
    ['OK'],
  ])('is a success: %j', async (body) => {
    const { client } = await start({
      answer: (_, response) => (body === undefined ? response.writeHead(204).end() : sendJson(response, 200, body)),
    });
    await expect(client.startTask(ecomTask)).resolves.toBeUndefined();
  });

  it.each([
    [{ statusCode: 24 }],
    // No text can be made of it.
    [{ statusCode: { toString: [] } }],
    [{ StatusCode: 24 }],
    [{ data: { statusCode: 24 }, metadata: {} }],
    [{ success: false, message: 'no' }],
    [{ success: 'false' }],
    [{ isSuccess: false }],
    [{ Succeeded: 0 }],
    [{ errors: [{ code: 24, message: 'asset unknown' }] }],
    [{ title: 'One or more validation errors occurred.', status: 400, errors: { assets: ['required'] } }],
    [{ status: '500' }],
    [{ status: 'Failed', message: 'too few' }],
    [{ isSuccessful: false }],
    [{ accepted: false }],
    [{ statusCode: 1, errorAssets: [{ assetId: 'a', errorCode: 24 }] }],
    [{ error: 'not now' }],
    [{ error: { code: 24 } }],
    [{ metadata: { code: 403, message: 'no' }, data: null }],
    [{ data: { success: false } }],
    [{ result: { statusCode: '154' } }],
    [{ status: 'rejected', message: 'too few' }],
    [{ result: { status: 'rejected' } }],
    [{ taskId: ids.task, status: 'rejected', errors: [{ code: 24, message: 'asset unknown' }] }],
  ])('is a refusal: %j', async (body) => {
    await expect((await answering(body)).startTask(ecomTask)).rejects.toMatchObject({
      kind: 'refused',
      mayHaveActed: false,
    });
  });

  it.each([
    [{ taskId: ids.task, status: 'Rejected', assetLifeCycles: [] }],
    [{ data: { TaskId: ids.task, Status: 'rejected', message: 'too few' } }],
    [{ id: ids.task, status: 'rejected' }],
  ])('leaves it open whether the call was refused or the task was rejected before: %j', async (body) => {
    const error = (await errorOf((await answering(body)).startTask(ecomTask))) as Error;
    expect(error).toMatchObject({ kind: 'transient', mayHaveActed: true });
    expect(error.message).toContain('whether the call took effect is not known');
  });
});

describe('A task whose flavour nobody has told', () => {
  const guessed = { ...ecomTask, isFlavourGuessed: true } as const;
  const startWith = async (isEditorial: boolean, status: number) =>
    start({
      answer: (seen, response) =>
        seen.url.includes('/editorial/') === isEditorial
          ? sendJson(response, 200, { taskId: ids.task, clientId: ids.workspace })
          : sendJson(response, status, {}),
    });

  it.each([400, 404, 410])('is looked for in both, where one answers %i', async (status) => {
    const { client, calls } = await startWith(true, status);
    await expect(client.readTask(guessed)).resolves.toMatchObject({ contentCreationType: 'editorial' });
    expect(calls.map(({ method }) => method)).toEqual(['GET', 'GET']);
  });

  it('costs one request where the guess is right', async () => {
    const { client, calls } = await startWith(false, 404);
    await expect(client.readTask(guessed)).resolves.toMatchObject({ contentCreationType: 'ecom' });
    expect(calls).toHaveLength(1);
  });

  it('is looked for in the told one alone where it is told', async () => {
    const { client, calls } = await startWith(true, 404);
    await expect(client.readTask(ecomTask)).rejects.toMatchObject({ kind: 'not found' });
    expect(calls).toHaveLength(1);
  });
});
