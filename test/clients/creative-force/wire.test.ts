import fc from 'fast-check';

import { RemoteCallError } from '../../../clients/remote-call-error';
import { ecomTask, gatewayStandIn, ids } from './gateway-stand-in';
import { errorOf, sendJson } from '../test-server';
import { propertyRuns } from '../../support/property-runs';

const start = gatewayStandIn();
const zero = '00000000-0000-0000-0000-000000000000';

/** A client whose gateway answers everything with one body. */
async function answering(body: unknown, settings: Parameters<typeof start>[1] = {}) {
  return start({ answer: (_, response) => sendJson(response, 200, body) }, settings);
}

const wireTask = {
  taskId: ids.task.toUpperCase(),
  clientId: ids.workspace.toUpperCase(),
  clientName: 'Acme',
  stepStatusId: '2000',
  contentCreationTypeId: 1,
  productionTypeId: '1001',
  deadlineUtc: '1767225600000',
  jobId: zero,
  jobCode: 'JOB-1',
  productId: '',
  styleGuide: { styleGuideId: zero, name: 'On model', properties: { Season: 'SS27', Odd: { a: 1 } } },
  somethingNew: { deeply: ['unheard of'] },
  assetLifeCycles: [
    {
      assetLifeCycleId: ids.shot.toUpperCase(),
      positionName: 'Front',
      isHero: true,
      isRejected: true,
      specification: { specificationId: 'SPRING-SOCIAL', name: 'Spring social set' },
      inputAssets: [{ assetId: ids.asset.toUpperCase(), fileName: 'SKU-1_front.tif' }],
      outputSpecs: [
        {
          specId: ids.spec.toUpperCase(),
          variant: '1',
          expectedOutputFilename: 'feed',
          assetId: null,
          isRejected: false,
        },
        { specId: ids.spec, variant: 2, specification: { specificationId: 'OTHER' }, assetId: ids.asset },
      ],
    },
  ],
};

describe('A task detail', () => {
  it('is read with numeric strings, any letter case, zero GUIDs, and keys nobody has heard of', async () => {
    const { client } = await answering(wireTask);
    const task = await client.readTask(ecomTask);
    expect(task).toMatchObject({
      taskId: ids.task,
      workspace: { id: ids.workspace, name: 'Acme' },
      status: 'to do',
      statusText: 'To Do',
      productionTypeId: 1001,
      deadline: 1767225600000,
      job: { id: undefined, code: 'JOB-1' },
      product: undefined,
      styleGuide: { id: undefined, name: 'On model', properties: { Season: 'SS27' } },
    });
    expect(task.styleGuide?.properties).not.toHaveProperty('Odd');
    expect(task.shots[0]?.inputs).toEqual([{ assetId: ids.asset, fileName: 'SKU-1_front.tif' }]);
  });

  it('lets an output’s own flag and specification win over those of its shot', async () => {
    const { client } = await answering(wireTask);
    const [shot] = (await client.readTask(ecomTask)).shots;
    expect(shot?.expectedOutputs).toMatchObject([
      { specId: ids.spec, variant: 1, name: 'feed', isRejected: false, specification: { id: 'SPRING-SOCIAL' } },
      { specId: ids.spec, variant: 2, isRejected: true, specification: { id: 'OTHER' }, assetId: ids.asset },
    ]);
  });

  it.each<[string, boolean | undefined, (boolean | null | undefined)[], (boolean | undefined)[]]>([
    ['covers outputs without a flag', true, [undefined, null], [true, true]],
    ['covers outputs that all say false', true, [false, false], [true, true]],
    ['leaves alone an output that says false beside one without a flag', true, [false, undefined], [false, true]],
    ['covers nothing when one output is flagged itself', true, [true, undefined], [true, undefined]],
    ['covers nothing when one output is flagged and the other says false', true, [true, false], [true, false]],
    ['that is false takes nothing back', false, [true, undefined], [true, undefined]],
    ['that is absent takes nothing back', undefined, [true, false], [true, false]],
  ])('has a shot’s flag that %s', async (_what, ofShot, ofOutputs, expected) => {
    const outputSpecs = ofOutputs.map((isRejected, index) => ({ specId: ids.spec, variant: index, isRejected }));
    const shot = { assetLifeCycleId: ids.shot, isRejected: ofShot, outputSpecs };
    const { client } = await answering({ ...wireTask, assetLifeCycles: [shot] });
    const [read] = (await client.readTask(ecomTask)).shots;
    expect(read?.expectedOutputs.map(({ isRejected }) => isRejected)).toEqual(expected);
  });

  it('gives a shot without output specs exactly one expected output', async () => {
    for (const outputSpecs of [undefined, null, []]) {
      const shot = { assetLifeCycleId: ids.shot, outputSpecs, expectedOutputFilename: 'a.jpg', assetId: zero };
      const { client } = await answering({ ...wireTask, assetLifeCycles: [shot] });
      const task = await client.readTask(ecomTask);
      expect(task.shots[0]?.expectedOutputs).toMatchObject([{ shotId: ids.shot, name: 'a.jpg', assetId: undefined }]);
    }
  });

  it('is read from the envelope when the body is exactly metadata and data', async () => {
    const { client } = await answering({ metadata: { code: 0 }, data: wireTask });
    await expect(client.readTask(ecomTask)).resolves.toMatchObject({ taskId: ids.task });
  });

  it('with only its required ids is enough', async () => {
    const { client } = await answering({ taskId: ids.task, clientId: ids.workspace });
    await expect(client.readTask(ecomTask)).resolves.toMatchObject({
      status: 'open',
      statusText: 'not stated',
      shots: [],
    });
  });

  it.each([
    [{ stepStatusId: 9000 }, 'done', 'Done'],
    [{ stepStatusId: 4711, stepStatusName: 'InProgress' }, 'in progress', 'InProgress'],
    [{ stepStatusId: 4711 }, 'open', '4711'],
    [{ stepStatusId: 4000, stepStatusName: 'Rejected' }, 'rejected', 'Rejected'],
    [{ stepStatusName: 'QCRejected' }, 'rejected', 'QCRejected'],
    [{ stepStatusName: 'QC Rejected' }, 'rejected', 'QC Rejected'],
    [{ stepStatusName: 'Rejected by QC' }, 'rejected', 'Rejected by QC'],
    [{ stepStatusName: 'CLIENT_REJECTED' }, 'rejected', 'CLIENT_REJECTED'],
    [{ stepStatusId: 4711, stepStatusName: 'Bypassed' }, 'bypassed', 'Bypassed'],
    [{ stepStatusId: 'CANCELLED' }, 'bypassed', 'CANCELLED'],
    // The name says more than the number.
    [{ stepStatusId: 2000, stepStatusName: 'Bypassed' }, 'bypassed', 'Bypassed'],
    [{ stepStatusId: 2000, stepStatusName: 'Rejected' }, 'rejected', 'Rejected'],
    [{ stepStatusId: 4711, stepStatusName: 'Not rejected' }, 'open', 'Not rejected'],
  ])('reads the status %j as %s', async (wire, status, statusText) => {
    const { client } = await answering({ taskId: ids.task, clientId: ids.workspace, ...wire });
    await expect(client.readTask(ecomTask)).resolves.toMatchObject({ status, statusText });
  });

  it.each([
    [{ ...wireTask, clientId: zero }, '$.clientId: expected an id, found nothing'],
    [{ ...wireTask, assetLifeCycles: [{}] }, '$.assetLifeCycles[0].assetLifeCycleId: expected an id, found nothing'],
    [{ ...wireTask, assetLifeCycles: { count: 1 } }, '$.assetLifeCycles'],
    [{ ...wireTask, clientName: {} }, '$.clientName: expected text, found an object'],
    [{ ...wireTask, taskId: ids.asset }, '$.taskId: is another task'],
    [
      { ...wireTask, assetLifeCycles: [{ assetLifeCycleId: ids.shot, outputSpecs: [{}, {}] }] },
      '$.assetLifeCycles[0].outputSpecs[1]: has the same spec and variant',
    ],
  ])('that cannot be understood is a contract error with its JSON path (%#)', async (body, path) => {
    const { client } = await answering(body);
    const error = (await errorOf(client.readTask(ecomTask))) as RemoteCallError;
    expect(error.kind).toBe('contract');
    expect(error.message).toContain(path);
  });

  it('is asked for on the editorial path when the task is editorial', async () => {
    const { client, calls } = await answering({ taskId: ids.task, clientId: ids.workspace, contentCreationTypeId: 2 });
    const editorial = { ...ecomTask, contentCreationType: 'editorial' } as const;
    await expect(client.readTask(editorial)).resolves.toMatchObject({ contentCreationType: 'editorial' });
    expect(calls[0]?.url).toBe(`/v1/editorial/extpost/tasks/${ids.task}`);
  });

  it('is not asked for when its id would climb to another path', async () => {
    const { client, calls } = await answering(wireTask);
    expect(await errorOf(client.readTask({ ...ecomTask, taskId: '..' }))).toMatchObject({ kind: 'refused' });
    expect(calls).toHaveLength(0);
  });
});

describe('Whatever JSON the gateway sends', () => {
  it('no read fails with anything but a RemoteCallError', async () => {
    let body: unknown;
    const { client } = await start({ answer: (_, response) => sendJson(response, 200, body) });
    const reads = [
      () => client.readTask(ecomTask),
      () => client.readAnnotations(ecomTask),
      () => client.readInputAssets([ids.asset]),
      () => client.readFiles([ids.asset]),
      () => client.readSpecs('ecom', [ids.spec]),
      () => client.readProduct(ids.asset),
      () => client.readProject(ids.asset),
      () => client.readDeliverable(ids.asset),
      () => client.startTask(ecomTask),
      () => client.listTasks({ vendorId: 'v', pageNumber: 1, pageSize: 10 }),
      () => client.requestUploadAddresses({ workspaceId: 'w', files: [] }),
    ];
    const keys = fc.constantFrom(
      'taskId',
      'clientId',
      'pageData',
      'files',
      'headers',
      'assetLifeCycles',
      'statusCode',
      '__proto__',
    );
    const odd = fc.oneof(
      fc.jsonValue(),
      fc.dictionary(keys, fc.jsonValue()),
      fc.array(fc.dictionary(keys, fc.jsonValue())),
    );
    await fc.assert(
      fc.asyncProperty(odd, async (value) => {
        body = value;
        const ends = await Promise.allSettled(reads.map((read) => read()));
        const failures = ends.flatMap((end) => (end.status === 'rejected' ? [end.reason as unknown] : []));
        expect(failures.filter((failure) => !(failure instanceof RemoteCallError))).toEqual([]);
      }),
      { numRuns: propertyRuns(60) },
    );
  });
});

describe('Lists', () => {
  it.each([[[{ annotationId: 'a' }]], [{ pageInfo: { pageNumber: 1 }, pageData: [{ annotationId: 'a' }] }]])(
    'come bare or as a page: %j',
    async (body) => {
      const { client } = await answering(body);
      await expect(client.readAnnotations(ecomTask)).resolves.toMatchObject([{ annotationId: 'a', kind: 'other' }]);
    },
  );

  it('are empty when the answer says so with 204', async () => {
    const { client } = await start({ answer: (_, response) => response.writeHead(204).end() });
    await expect(client.readAnnotations(ecomTask)).resolves.toEqual([]);
  });

  it('name the row and field that cannot be understood', async () => {
    const { client } = await answering([{ annotationId: 'a' }, { annotationId: 'b', variant: 'many' }]);
    const error = (await errorOf(client.readAnnotations(ecomTask))) as Error;
    expect(error.message).toContain('$[1].variant: expected a whole number');
  });

  it('of annotations distinguish instructions from rejections in any letter case', async () => {
    const { client } = await answering([
      { annotationId: 'a', kind: 'Instruction', assetLifeCycleId: ids.shot },
      { annotationId: 'b', kind: 'REJECTION', comment: 'too dark', variant: '2' },
    ]);
    await expect(client.readAnnotations(ecomTask)).resolves.toMatchObject([
      { kind: 'instruction', shotId: ids.shot },
      { kind: 'rejection', comment: 'too dark', variant: 2 },
    ]);
  });

  it.each([
    [1767225600000, 1767225600000],
    ['1767225600000', 1767225600000],
    ['2026-01-01T00:00:00Z', 1767225600000],
    [null, undefined],
    ['yesterday', undefined],
  ])('of annotations take the time %j for %s', async (createdDatetimeUtc, createdAt) => {
    const { client } = await answering([{ annotationId: 'a', createdDatetimeUtc }]);
    const [note] = await client.readAnnotations(ecomTask);
    expect(note?.createdAt).toBe(createdAt);
  });
});

describe('Assets and specs', () => {
  it('take sizes of 0 as not known', async () => {
    const { client, calls } = await answering([
      {
        assetId: ids.asset.toUpperCase(),
        fileName: 'a.tif',
        length: '77',
        imageInformation: { dpi: '', dimension: { width: 0, height: 0 } },
      },
    ]);
    await expect(client.readInputAssets([ids.asset])).resolves.toEqual({
      found: [{ assetId: ids.asset, fileName: 'a.tif', bytes: 77, width: undefined, height: undefined }],
      missing: [],
    });
    expect(JSON.parse(calls[0]?.body.toString() ?? '')).toEqual({ assetIds: [ids.asset] });
  });

  it('read a spec as what a file is judged against', async () => {
    const { client, calls } = await answering({
      pageData: [
        {
          specId: ids.spec,
          specName: 'Feed 1:1',
          fileExtension: '.JPG',
          dpi: '72',
          colorProfileName: 'sRGB IEC61966-2.1',
          dimension: { width: 1080, height: '1080' },
          maxFileLength: 0,
        },
      ],
    });
    expect((await client.readSpecs('editorial', [ids.spec])).found).toEqual([
      {
        specId: ids.spec,
        name: 'Feed 1:1',
        extension: 'jpg',
        dpi: 72,
        colorProfile: 'sRGB IEC61966-2.1',
        width: 1080,
        height: 1080,
        maxBytes: undefined,
      },
    ]);
    expect(calls[0]?.url).toBe('/v1/editorial/specs/bulk-get-specs');
  });

  it('name what was asked for and did not come back, in whatever letter case', async () => {
    const { client } = await answering([{ specId: ids.spec }, { specId: ids.asset }]);
    const { found, missing } = await client.readSpecs('ecom', [
      ids.spec.toUpperCase(),
      ids.shot.toUpperCase(),
      ids.shot,
    ]);
    expect([found.map(({ specId }) => specId), missing]).toEqual([[ids.spec], [ids.shot]]);
  });

  it('can be asked for with a bare list of ids', async () => {
    const { client, calls } = await answering([], { bulkRequest: 'bare' });
    await client.readSpecs('ecom', [ids.spec]);
    expect(JSON.parse(calls[0]?.body.toString() ?? '')).toEqual([ids.spec]);
  });
});

describe('Files of the studio', () => {
  it('are read with their address, name and length', async () => {
    const fileUrl = 'https://store.example/ref.jpg?X-Amz-Signature=abc';
    const { client, calls } = await answering([
      { fileId: ids.asset.toUpperCase(), fileName: 'ref.jpg', fileUrl, length: '12', mediaTypeId: '2', new: {} },
    ]);
    await expect(client.readFiles([ids.asset, ids.shot])).resolves.toEqual({
      found: [{ fileId: ids.asset, fileName: 'ref.jpg', bytes: 12, mediaTypeId: 2, url: fileUrl }],
      missing: [ids.shot],
    });
    expect(calls[0]).toMatchObject({ method: 'POST', url: '/v1/files/bulk-get-files' });
    expect(JSON.parse(calls[0]?.body.toString() ?? '')).toEqual({ fileIds: [ids.asset, ids.shot] });
  });

  it('with an address that is none are a contract error by JSON path, without the signature', async () => {
    const { client } = await answering([{ fileId: ids.asset, fileUrl: 'ftp://x/y?X-Amz-Signature=deadbeef' }]);
    const error = (await errorOf(client.readFiles([ids.asset]))) as RemoteCallError;
    expect(error).toMatchObject({ kind: 'contract' });
    expect(error.message).toContain('$[0].fileUrl: expected an http address');
    expect(JSON.stringify([error, error.message])).not.toContain('deadbeef');
  });

  it('cost no call when none is wanted', async () => {
    const { client, calls } = await answering([]);
    await expect(client.readFiles([])).resolves.toEqual({ found: [], missing: [] });
    expect(calls).toHaveLength(0);
  });
});

describe('Properties', () => {
  it('keyed by a GUID that the studio has named are there under both', async () => {
    const guid = '11111111-AAAA-4222-8333-944445555666';
    const { client } = await answering(
      { jobId: ids.asset, jobName: 'Spring', properties: { [guid]: 'abc', Plain: 3 } },
      { propertyNames: { [guid]: 'Celtra project' } },
    );
    await expect(client.readJob(ids.asset)).resolves.toEqual({
      code: undefined,
      name: 'Spring',
      properties: { [guid.toLowerCase()]: 'abc', 'Celtra project': 'abc', Plain: 3 },
    });
  });
});

describe('What an editorial task belongs to', () => {
  it('is a project, with properties like those of a job', async () => {
    const guid = '11111111-AAAA-4222-8333-944445555666';
    const { client, calls } = await answering(
      {
        projectId: ids.asset,
        projectCode: 'PRJ-1',
        projectName: 'Magazine',
        properties: { [guid]: 'abc' },
        other: [1],
      },
      { propertyNames: { [guid]: 'Celtra project' } },
    );
    await expect(client.readProject(ids.asset)).resolves.toEqual({
      code: 'PRJ-1',
      name: 'Magazine',
      properties: { [guid.toLowerCase()]: 'abc', 'Celtra project': 'abc' },
    });
    expect(calls[0]?.url).toBe(`/v1/editorial/projects/${ids.asset}`);
  });

  it('are deliverables, with the name of their output', async () => {
    const { client, calls } = await answering({
      deliverableId: ids.asset.toUpperCase(),
      deliverableCode: 17,
      deliverableName: 'Opener',
      outputName: 'opener',
      dueDatetimeUtc: null,
      properties: null,
    });
    await expect(client.readDeliverable(ids.asset)).resolves.toEqual({
      code: '17',
      name: 'Opener',
      outputName: 'opener',
      properties: undefined,
    });
    expect(calls[0]?.url).toBe(`/v1/editorial/deliverables/${ids.asset}`);
  });

  it.each(['readProject', 'readDeliverable'] as const)('is a contract error without its id (%s)', async (read) => {
    const { client } = await answering({ projectCode: 'PRJ-1' });
    expect(await errorOf(client[read](ids.asset))).toMatchObject({ kind: 'contract' });
  });
});

describe('The listing', () => {
  const request = { vendorId: 'vendor-1', pageNumber: 2, pageSize: 2 };

  it('leaves out rows that it does not understand, and names each fault once by its path', async () => {
    const rows = [{ taskId: 'task-1' }, { stepStatusId: 2000 }, {}, { taskId: 'task-2', isRejected: 'perhaps' }];
    const { client } = await answering({ pageInfo: { totalItemsCount: 4 }, pageData: rows });
    await expect(client.listTasks(request)).resolves.toMatchObject({
      rows: [{ taskId: 'task-1' }],
      isLast: true,
      unread: {
        count: 3,
        faults: [
          '$.pageData[*].taskId: expected an id, found nothing',
          '$.pageData[*].isRejected: expected true or false, found string',
        ],
      },
    });
  });

  it('is not understood when no row of its first page is', async () => {
    const { client } = await answering({ pageData: [{ jobCode: 'JOB-1' }] });
    expect(await errorOf(client.listTasks({ ...request, pageNumber: 1 }))).toMatchObject({ kind: 'contract' });
  });

  it('goes on after a later page of which no row is understood', async () => {
    const { client } = await answering({ pageInfo: { totalItemsCount: 5 }, pageData: [{ jobCode: 'JOB-1' }] });
    await expect(client.listTasks(request)).resolves.toMatchObject({ rows: [], isLast: false, unread: { count: 1 } });
  });

  it('is requested by vendor and page, and its rows are read in our terms', async () => {
    const { client, calls } = await answering([
      { taskId: ids.task.toUpperCase(), stepStatusId: 2000, isRejected: 'true' },
    ]);
    await expect(client.listTasks(request)).resolves.toMatchObject({
      rows: [{ taskId: ids.task, contentCreationType: 'ecom', status: 'to do', isRejected: true }],
      isLast: true,
    });
    expect(calls[0]?.url).toBe('/v1/extpost/tasks?postProductionVendorId=vendor-1&pageNumber=2&pageSize=2');
  });

  it.each([
    [[{ taskId: 'a' }, { taskId: 'b' }], false],
    [{ pageInfo: { pageSize: 2, totalItemsCount: 4 }, pageData: [{ taskId: 'a' }, { taskId: 'b' }] }, true],
    [{ pageInfo: { pageSize: 1, totalItemsCount: 9 }, pageData: [{ taskId: 'a' }] }, false],
    [[{ taskId: 'a' }, { taskId: 'b' }, { taskId: 'c' }], true],
    [[], true],
  ])('knows its last page (%#)', async (body, isLast) => {
    const { client } = await answering(body);
    expect((await client.listTasks(request)).isLast).toBe(isLast);
  });

  it('falls back to the other spelling after a 404, and remembers it', async () => {
    const { client, calls } = await start({
      answer: (seen, response) =>
        seen.url.startsWith('/v1/expost/') ? sendJson(response, 200, []) : response.writeHead(404).end(),
    });
    await client.listTasks(request);
    await client.listTasks(request);
    expect(calls.map(({ url }) => url.split('?')[0])).toEqual([
      '/v1/extpost/tasks',
      '/v1/expost/tasks',
      '/v1/expost/tasks',
    ]);
  });

  it('has a second, editorial path, whose rows are editorial unless they say otherwise', async () => {
    const { client, calls } = await answering([{ taskId: 'a' }, { taskId: 'b', contentCreationTypeId: 1 }]);
    const { rows } = await client.listTasks({ ...request, flavour: 'editorial' });
    expect(rows.map(({ contentCreationType }) => contentCreationType)).toEqual(['editorial', 'ecom']);
    expect(calls[0]?.url).toMatch(/^\/v1\/editorial\/extpost\/tasks\?/);
  });

  it('can have a segment of its own, which is then taken at its word', async () => {
    const { client, calls } = await start(
      { answer: (_, response) => response.writeHead(404).end() },
      { listingSegment: 'export' },
    );
    expect(await errorOf(client.listTasks(request))).toMatchObject({ kind: 'not found' });
    expect(calls.map(({ url }) => url.split('?')[0])).toEqual(['/v1/export/tasks']);
  });
});
