import { randomUUID } from 'node:crypto';
import type { Sandbox, SandboxOptions } from '../../sandbox';
import { eventually, startQuickSandbox } from './start';
import { md5Guid, Vendor, type Answer } from './vendor';

describe("the settings of Creative Force's stand-in", () => {
  let sandbox: Sandbox;
  let vendor: Vendor;
  let taskId: string;

  const begin = async (options: SandboxOptions = {}): Promise<void> => {
    sandbox = await startQuickSandbox(options);
    vendor = new Vendor(sandbox);
    await vendor.control('POST', '/day/begin');
    await eventually(() => sandbox.ledger().tasks.every((task) => task.readyAt !== undefined));
    taskId = sandbox.ledger().tasks[0]?.taskId ?? '';
  };
  const turn = (change: unknown): Promise<Answer> => vendor.control('PATCH', '/settings', change);
  const list = (path = '/extpost/tasks', rest = ''): Promise<Answer> =>
    vendor.gateway('GET', `${path}?postProductionVendorId=${vendor.studio.vendorId}${rest}`);
  const ask = (fileNames: readonly string[], fileMd5 = md5Guid(Buffer.from('abc'))): Promise<Answer> =>
    vendor.gateway('POST', '/assets/get-presigned-url', {
      clientId: vendor.studio.workspaceId,
      physicalFileTypeId: 2,
      files: fileNames.map((fileName) => ({ fileName, localId: fileName, fileLength: 3, fileMd5 })),
    });

  afterEach(() => sandbox.stop());

  describe('in the running sandbox', () => {
    it('are shown by group, and changed one by one', async () => {
      await begin();
      const after = await turn({ creativeForce: { guidCase: 'upper' }, webhooks: { loseNext: 2 } });
      expect(after.json).toMatchObject({ creativeForce: { guidCase: 'upper' }, webhooks: { loseNext: 2 } });
      expect((await vendor.control('GET', '/settings')).json).toEqual(after.json);
    });

    it('refuse what they do not know, with a reason, and change nothing then', async () => {
      await begin();
      const answer = await turn({ creativeForce: { guidCase: 'upper', md5Format: 'sha1' } });
      expect(answer.status).toBe(400);
      expect(answer.text).toContain('creativeForce.md5Format');
      expect((await vendor.control('GET', '/settings')).json).toMatchObject({ creativeForce: { guidCase: 'lower' } });
      expect((await turn({ creativeForce: { nonsense: 1 } })).status).toBe(400);
      expect((await turn({ day: { tasks: 5 } })).status).toBe(400);
    });

    it('keep what is set for another studio', async () => {
      await begin();
      await turn({ webhooks: { signatureModes: { acme: 'base64-hex' } } });
      const after = await turn({ webhooks: { signatureModes: { nordlicht: 'utf8-base64' } } });
      expect(after.json).toMatchObject({
        webhooks: { signatureModes: { acme: 'base64-hex', nordlicht: 'utf8-base64' } },
      });
    });

    it('take Celtra’s, too', async () => {
      await begin();
      expect((await turn({ celtra: { rendersTakePolls: 4 } })).json).toMatchObject({ celtra: { rendersTakePolls: 4 } });
    });
  });

  it('answer both spellings of the listing, or only the other', async () => {
    await begin({ creativeForce: { listingSpelling: 'both' } });
    expect((await list('/expost/tasks')).status).toBe(200);
    await turn({ creativeForce: { listingSpelling: 'expost' } });
    expect(await list()).toMatchObject({ status: 404, text: '' });
    expect((await list('/expost/tasks')).status).toBe(200);
  });

  it('give editorial tasks a listing of their own', async () => {
    await begin({ day: { tasks: 20 } });
    expect((await list('/editorial/extpost/tasks')).status).toBe(404);
    await turn({ creativeForce: { editorialListing: 'separate' } });
    expect((await list('/editorial/extpost/tasks')).json).toMatchObject({ pageInfo: { totalItemsCount: 2 } });
    expect((await list()).json).toMatchObject({ pageInfo: { totalItemsCount: 12 } });
  });

  it('list as a page without a total, as a bare page, or all at once', async () => {
    await begin({ day: { tasks: 20 }, creativeForce: { listingTotals: false } });
    expect((await list()).text).not.toContain('totalItemsCount');
    await turn({ creativeForce: { listingShape: 'bare' } });
    expect((await list('/extpost/tasks', '&pageNumber=2')).json).toHaveLength(4);
    await turn({ creativeForce: { listingShape: 'bareWhole' } });
    expect((await list()).json).toHaveLength(14);
  });

  it('take ids wrapped, bare or both, and not too many', async () => {
    await begin({ creativeForce: { bulkRequest: 'bare', bulkMaximum: 2 } });
    const call = (body: unknown): Promise<Answer> => vendor.gateway('POST', '/specs/bulk-get-specs', body);
    const id = randomUUID();
    expect((await call([id])).json).toEqual([]);
    expect((await call({ specIds: [id] })).status).toBe(400);
    expect((await call([id, randomUUID(), randomUUID()])).status).toBe(400);
    await turn({ creativeForce: { bulkRequest: 'both', bulkAnswer: 'pageData' } });
    expect((await call({ specIds: [id] })).json).toMatchObject({ pageData: [] });
    expect((await call([id])).status).toBe(200);
  });

  it('put answers that succeed into an envelope of exactly two keys', async () => {
    await begin({ creativeForce: { envelope: true } });
    const answer = await vendor.gateway('GET', `/extpost/tasks/${taskId}`);
    expect(Object.keys(answer.json as object)).toEqual(['metadata', 'data']);
    expect(answer.json).toMatchObject({ data: { taskId } });
    expect((await vendor.gateway('GET', '/extpost/tasks/none')).json).toMatchObject({ status: 400 });
  });

  it.each([
    ['hex', '900150983cd24fb0d6963f7d28e17f72'],
    ['base64', 'kAFQmDzST7DWlj99KOF/cg=='],
    ['guid', '90015098-3cd2-4fb0-d696-3f7d28e17f72'],
    ['guid-dotnet', '98500190-D23C-B04F-D696-3F7D28E17F72'],
  ] as const)('insist on an MD5 as %s, and read it right', async (md5Format, written) => {
    await begin({ creativeForce: { md5Format } });
    const answer = await ask(['a.jpg'], written);
    const { files, headers } = answer.json as {
      files: { presignedUrl: string; contentType: string }[];
      headers: Record<string, string>;
    };
    const put = (body: string): Promise<Response> =>
      fetch(files[0]?.presignedUrl ?? '', {
        method: 'PUT',
        headers: { ...headers, 'content-type': 'image/jpeg' },
        body,
      });
    expect((await put('abd')).status).toBe(400);
    expect((await put('abc')).status).toBe(200);
    expect((await ask(['a.jpg'], 'nonsense')).json).toMatchObject({ errorFiles: [{ errorCode: 3 }] });
  });

  it('refuse files inside 200 by their name, and the first so many', async () => {
    await begin({ creativeForce: { errorFileNames: ['*_feed.jpg'], errorFilesFirst: 1, errorCodeAs: 'text' } });
    const answer = await ask(['a.jpg', 'x_feed.jpg', 'b.jpg']);
    expect(answer.json).toMatchObject({
      files: [{ localId: 'b.jpg' }],
      errorFiles: [
        { fileName: 'a.jpg', errorCode: '12' },
        { fileName: 'x_feed.jpg', errorCode: '12' },
      ],
    });
    expect((await ask(['a.jpg'])).json).toMatchObject({ files: [{ localId: 'a.jpg' }], errorFiles: [] });
  });

  it('add keys and values that nobody has heard of, but not where keys are data', async () => {
    await begin();
    const { json, text } = await vendor.gateway('GET', `/extpost/tasks/${taskId}`);
    expect(json).toMatchObject({ introducedLater: {}, priorityTypeId: 97, styleGuide: { introducedLater: {} } });
    expect((json as { styleGuide: { properties: object } }).styleGuide.properties).toEqual({ Season: 'SS27' });
    expect(((await ask(['a.jpg'])).json as { headers: object }).headers).not.toHaveProperty('introducedLater');
    await turn({ creativeForce: { unknownKeys: false, unknownEnumValues: false } });
    const plain = (await vendor.gateway('GET', `/extpost/tasks/${taskId}`)).text;
    expect(text).toContain('introducedLater');
    expect(plain).not.toMatch(/introducedLater|laterTypeId/);
  });

  it('write GUIDs in upper case and numbers as text', async () => {
    await begin({ creativeForce: { guidCase: 'upper', numericStrings: true } });
    expect((await vendor.gateway('GET', `/extpost/tasks/${taskId}`)).json).toMatchObject({
      taskId: taskId.toUpperCase(),
      stepStatusId: '2000',
    });
  });

  it('withhold an endpoint of one flavour only', async () => {
    await begin({ creativeForce: { withheld: { acme: ['editorial:getTask'] } } });
    expect((await vendor.gateway('GET', `/extpost/tasks/${taskId}`)).status).toBe(200);
    expect(await vendor.gateway('GET', `/editorial/extpost/tasks/${taskId}`)).toMatchObject({ status: 403, text: '' });
  });

  it.each([
    ['seconds', /^2$/],
    ['date', / GMT$/],
  ] as const)('tell with a 429 when to come back, as %s', async (retryAfterAs, written) => {
    await begin({ creativeForce: { requestsPerSecond: 1, retryAfterSeconds: 2, retryAfterAs } });
    const answers = [await vendor.gateway('GET', '/nowhere'), await vendor.gateway('GET', '/nowhere')];
    const refused = answers.find(({ status }) => status === 429);
    expect(refused?.headers.get('retry-after')).toMatch(written);
  });

  it('number and name the states of a task', async () => {
    await begin({ creativeForce: { statuses: { 'in progress': { id: 4000, name: 'Busy' } }, statusNames: 'always' } });
    await vendor.gateway('PUT', `/extpost/tasks/${taskId}/start`);
    expect((await vendor.gateway('GET', `/extpost/tasks/${taskId}`)).json).toMatchObject({
      stepStatusId: 4000,
      stepStatusName: 'Busy',
    });
  });

  it('show dimensions of an upload only after some time', async () => {
    await begin({ creativeForce: { assetAnalysedAfterMs: 60_000 } });
    const [mapping] = await vendor.prepare(taskId);
    const read = (): Promise<Answer> =>
      vendor.gateway('POST', '/assets/bulk-get-assets', { assetIds: [mapping?.['assetId']] });
    expect((await read()).json).toMatchObject([
      { imageInformation: { dpi: '', colorProfileName: '', dimension: { width: 0, height: 0 } } },
    ]);
    await turn({ creativeForce: { assetAnalysedAfterMs: 0 } });
    expect((await read()).json).not.toMatchObject([{ imageInformation: { dimension: { width: 0 } } }]);
  });

  it('let addresses to read expire', async () => {
    await begin({ store: { readLifetimeSeconds: 0 } });
    const input = (await vendor.task(taskId)).assetLifeCycles[0]?.inputAssets[0];
    const files = await vendor.gateway('POST', '/files/bulk-get-files', { fileIds: [input?.fileId] });
    const [file] = files.json as { fileUrl: string }[];
    await new Promise((resolve) => setTimeout(resolve, 5));
    expect((await fetch(file?.fileUrl ?? '')).status).toBe(403);
  });
});

describe('the content of the day', () => {
  let sandbox: Sandbox;
  afterEach(() => sandbox.stop());

  const firstTask = async (options: SandboxOptions): Promise<[Vendor, Answer]> => {
    sandbox = await startQuickSandbox(options);
    const vendor = new Vendor(sandbox);
    await vendor.control('POST', '/day/begin');
    await eventually(() => sandbox.ledger().tasks.every((task) => task.readyAt !== undefined));
    return [vendor, await vendor.gateway('GET', `/extpost/tasks/${sandbox.ledger().tasks[0]?.taskId ?? ''}`)];
  };

  it('fans out to fifty variants of a position', async () => {
    const [vendor, { json }] = await firstTask({ day: { variantsPerPosition: 50 } });
    const shots = (json as { assetLifeCycles: { outputSpecs: { specId: string }[] }[] }).assetLifeCycles;
    expect(shots[0]?.outputSpecs).toHaveLength(50);
    const specIds = shots[0]?.outputSpecs.map(({ specId }) => specId);
    expect((await vendor.gateway('POST', '/specs/bulk-get-specs', { specIds })).json).toHaveLength(50);
  });

  it('has style guide files that can be fetched: a PDF, a text, a colour reference', async () => {
    const [vendor, { json }] = await firstTask({});
    const { fileIds } = (json as { styleGuide: { fileIds: string[] } }).styleGuide;
    const answer = await vendor.gateway('POST', '/files/bulk-get-files', { fileIds });
    const files = answer.json as { fileUrl: string; length: number }[];
    const fetched = await Promise.all(files.map(async ({ fileUrl }) => fetch(fileUrl)));
    expect(fetched.map(({ headers }) => headers.get('content-type'))).toEqual([
      'application/pdf',
      'text/plain; charset=utf-8',
      'image/png',
    ]);
    const bytes = await Promise.all(fetched.map(async (file) => Buffer.from(await file.arrayBuffer())));
    expect(bytes.map(({ length }) => length)).toEqual(files.map(({ length }) => length));
    expect(bytes[0]?.subarray(0, 8).toString()).toBe('%PDF-1.4');
    expect((json as { colorReferenceFiles: object[] }).colorReferenceFiles).toMatchObject([{ fileId: fileIds[2] }]);
  });

  it('has inclip and resource assets, for which nothing is expected', async () => {
    sandbox = await startQuickSandbox({ day: { tasks: 6, lostWebhooks: 0, defects: [] } });
    const vendor = new Vendor(sandbox);
    await vendor.control('POST', '/day/begin');
    await eventually(() => sandbox.ledger().tasks.every((task) => task.readyAt !== undefined));
    const shots = (await Promise.all((await vendor.listing()).map((id) => vendor.task(id)))).flatMap(
      ({ assetLifeCycles }) => assetLifeCycles,
    );
    const ids = shots.flatMap(({ inclipAssetIds, resourceAssetIds }) => [
      ...((inclipAssetIds as string[] | null | undefined) ?? []),
      ...((resourceAssetIds as string[] | null | undefined) ?? []),
    ]);
    expect(ids.length).toBeGreaterThan(0);
    const assets = await vendor.gateway('POST', '/assets/bulk-get-assets', { assetIds: ids });
    expect(assets.json).toHaveLength(ids.length);
  });

  it('names the positions that skip External Post', async () => {
    const [, { json }] = await firstTask({});
    const { styleGuide, assetLifeCycles } = json as {
      styleGuide: { positions: { name: string; isBypassExternalPostProduction: boolean }[] };
      assetLifeCycles: { positionName: string }[];
    };
    const sent = styleGuide.positions.filter((position) => !position.isBypassExternalPostProduction);
    expect(sent.map(({ name }) => name)).toEqual(assetLifeCycles.map(({ positionName }) => positionName));
  });
});
