import { errorOf, sendJson } from '../test-server';
import { ecomTask, gatewayStandIn, ids } from './gateway-stand-in';

const start = gatewayStandIn();

async function answering(body: unknown) {
  return (await start({ answer: (_, response) => sendJson(response, 200, body) })).client;
}

const about = { taskId: ids.task, clientId: ids.workspace };
const readTask = async (changes: object) => (await answering({ ...about, ...changes })).readTask(ecomTask);
const readShot = async (shot: object) =>
  (await readTask({ assetLifeCycles: [{ assetLifeCycleId: ids.shot, ...shot }] })).shots[0];
const readOutput = async (output: object) => (await readShot({ outputSpecs: [output] }))?.expectedOutputs[0];

describe('The spelling of a key', () => {
  it.each([
    ['taskID', 'clientID'],
    ['TaskID', 'ClientID'],
    ['TASK_ID', 'CLIENT_ID'],
    ['Task_Id', 'Client_Id'],
    ['task-id', 'client-id'],
  ])('does not count: %s', async (taskId, clientId) => {
    const task = (await answering({ [taskId]: ids.task, [clientId]: ids.workspace })).readTask(ecomTask);
    await expect(task).resolves.toMatchObject({ taskId: ids.task, workspace: { id: ids.workspace } });
  });

  it.each([
    ['deadlineUTC', 'productCFCode'],
    ['DeadlineUTC', 'ProductCFCode'],
    ['deadline_utc', 'product_cf_code'],
  ])('does not count with an abbreviation: %s, %s', async (deadline, code) => {
    const task = await readTask({ [deadline]: 1_767_225_600_000, [code]: 'PD1CF' });
    expect(task).toMatchObject({ deadline: 1_767_225_600_000, product: { cfCode: 'PD1CF' } });
  });
});

describe('A task', () => {
  it.each([
    [{ stepStatus: 9000 }],
    [{ status: 'Done' }],
    [{ status: 9000 }],
    [{ status: { id: 9000, name: 'Done' } }],
    [{ statusId: 9000 }],
    [{ statusName: 'Done' }],
    [{ taskStatus: 'done' }],
  ])('has its status as %j', async (status) => {
    expect((await readTask(status)).status).toBe('done');
  });

  it.each([
    [{ contentCreationType: 2 }],
    [{ contentCreationType: 'Editorial' }],
    [{ contentCreationType: { id: 2, name: 'Editorial' } }],
  ])('has its flavour as %j', async (flavour) => {
    expect((await readTask(flavour)).contentCreationType).toBe('editorial');
  });

  it.each([
    [{ editorialDeliverables: [{ deliverableId: ids.spec }] }],
    [{ editorialDeliverables: [{ id: ids.spec }] }],
    [{ deliverableIds: [ids.spec] }],
  ])('has its deliverable as %j', async (deliverables) => {
    expect((await readTask(deliverables)).editorialDeliverableIds).toEqual([ids.spec]);
  });

  it.each([
    [{ deadline: 'Thu, 01 Jan 2026 00:00:00 GMT' }],
    [{ dueDateUtc: '1 Jan 2026 02:00:00 +0200' }],
    [{ dueDatetimeUtc: '2026-01-01' }],
    [{ deadline: '20260101T000000Z' }],
    [{ deadline: '20260101T020000+0200' }],
    [{ deadline: [2026, 1, 1, 0, 0] }],
    [{ deadline: [2026, 1, 1, 0, 0, 0, 0] }],
    [{ deadline: 1767225600.000001 }],
  ])('has its deadline as %j', async (deadline) => {
    expect((await readTask(deadline)).deadline).toBe(Date.UTC(2026, 0, 1));
  });

  const output = { specId: ids.spec, variant: 1, expectedOutputFilename: 'front', isRejected: true };
  const shot = { assetLifeCycleId: ids.shot, positionName: 'Front' };
  const input = { assetId: ids.asset, fileName: 'front.tif' };

  it.each([
    ['as shots', { shots: [{ ...shot, inputAssets: [input], outputSpecs: [output] }] }],
    ['as life cycles in another spelling', { assetLifecycles: [{ ...shot, inputs: [input], outputs: [output] }] }],
    ['as inputs that hold them', { inputAssets: [{ ...input, ...shot, expectedOutputs: [output] }] }],
    [
      'in a list beside the inputs',
      { inputAssets: [{ ...input, ...shot }], expectedOutputs: [{ ...output, ...shot }] },
    ],
    [
      'in a list beside the inputs, with the position as an object',
      {
        assets: [{ ...input, assetLifeCycleId: ids.shot.toUpperCase(), position: { id: 1, name: 'Front' } }],
        expectedOutputAssets: [{ ...output, assetLifeCycleId: ids.shot }],
      },
    ],
  ])('has its expected outputs %s', async (_, changes) => {
    expect((await readTask(changes)).shots).toMatchObject([
      {
        shotId: ids.shot,
        position: 'Front',
        inputs: [{ assetId: ids.asset }],
        expectedOutputs: [{ shotId: ids.shot, specId: ids.spec, variant: 1, name: 'front', isRejected: true }],
      },
    ]);
  });

  it('has one expected output for each shot of its inputs where it names none', async () => {
    const { shots } = await readTask({ inputAssets: [{ ...input, ...shot, expectedOutputFilename: 'front' }] });
    expect(shots[0]?.expectedOutputs).toMatchObject([{ shotId: ids.shot, name: 'front' }]);
    expect(shots[0]?.expectedOutputs[0]?.assetId).toBeUndefined();
  });

  it('has a shot for each input that holds expected outputs and names no shot', async () => {
    const otherAsset = '60718293-1111-4222-8333-944445555666';
    const other = { ...input, assetId: otherAsset, position: { id: 2, name: 'Back' } };
    const holding = [input, other].map((one) => ({ ...one, expectedOutputs: [output] }));
    expect((await readTask({ inputAssets: holding })).shots).toMatchObject([
      { shotId: ids.asset, inputs: [{ assetId: ids.asset }], expectedOutputs: [{ shotId: ids.asset, name: 'front' }] },
      { shotId: otherAsset, position: 'Back', expectedOutputs: [{ shotId: otherAsset, specId: ids.spec }] },
    ]);
  });

  it('is not understood where inputs and outputs stand beside each other and name no shot', async () => {
    await expect(readTask({ inputAssets: [input], expectedOutputs: [output] })).rejects.toThrow(
      '$.assetLifeCycles[0].assetLifeCycleId: expected an id, found nothing',
    );
  });
});

describe('An expected output', () => {
  it.each([
    [{ expectedOutputFileName: 'front' }],
    [{ ExpectedOutputFileName: 'front' }],
    [{ expectedFileName: 'front' }],
    [{ outputFileName: 'front' }],
    [{ fileName: 'front' }],
  ])('has its name as %j', async (name) => {
    expect((await readOutput(name))?.name).toBe('front');
  });

  it.each([
    [{ specId: ids.spec, variant: 2 }],
    [{ spec: { specId: ids.spec, name: 'Feed' }, variant: { number: 2, name: 'Feed 1:1' } }],
    [{ spec: { id: ids.spec }, variantId: '2' }],
    [{ outputSpecId: ids.spec, variant: { id: 2 } }],
  ])('has its spec and variant as %j', async (output) => {
    expect(await readOutput(output)).toMatchObject({ specId: ids.spec, variant: 2 });
  });

  it.each([
    [{ isRejected: true }, true],
    [{ rejected: 'true' }, true],
    [{ status: 'Rejected' }, true],
    [{ qcStatus: 'QCRejected' }, true],
    [{ status: 'Approved' }, undefined],
    [{ status: 'Not rejected' }, undefined],
    [{ status: 7 }, undefined],
    [{ isRejected: false, status: 'Rejected' }, false],
  ])('is rejected by %j: %j', async (output, isRejected) => {
    expect((await readOutput(output))?.isRejected).toBe(isRejected);
  });
});

describe('A listing', () => {
  const list = async (body: unknown) =>
    (await answering(body)).listTasks({ vendorId: 'v', pageNumber: 1, pageSize: 10 });

  it.each<[string, unknown]>([
    ['ids', [ids.task]],
    ['rows by id', [{ id: ids.task.toUpperCase() }]],
    ['tasks beside their paging', { tasks: [{ taskId: ids.task }], pagination: { page: 1 } }],
    ['a list of any name beside its paging', { extPostTasks: [{ taskId: ids.task }], pageInfo: { pageNumber: 1 } }],
    ['rows keyed by id', { [ids.task]: { stepStatusName: 'To Do' } }],
    ['rows with gaps', [null, { taskId: ids.task }]],
    ['a page of Spring', { content: [{ taskId: ids.task }], page: { size: 10, totalElements: 1, totalPages: 1 } }],
  ])('is understood as %s', async (_, body) => {
    expect((await list(body)).rows).toMatchObject([{ taskId: ids.task }]);
  });

  it('is not an object that says nothing', async () => {
    expect(await errorOf(list({}))).toMatchObject({ kind: 'contract', message: expect.stringContaining('$.pageData') });
  });

  it.each([
    [{ status: 'Rejected' }, { status: 'rejected' }],
    [{ stepStatus: { id: 2000, name: 'To Do' } }, { status: 'to do' }],
    [{ rejected: 1 }, { isRejected: true }],
    [{ product: { code: 'SKU-1' } }, { productCode: 'SKU-1' }],
    [{ contentCreationType: 'Editorial' }, { contentCreationType: 'editorial' }],
  ])('has rows that say %j', async (row, means) => {
    expect((await list([{ taskId: ids.task, ...row }])).rows).toMatchObject([means]);
  });

  it.each([
    [{ last: false }, false],
    [{ isLastPage: true }, true],
    [{ offset: 0, total: 2 }, false],
    [{ offset: 1, total: 2 }, true],
    [{ paging: { skip: 0, total: 5 } }, false],
  ])('says by %j whether a page follows', async (paging, isLast) => {
    expect(await list({ items: [{ taskId: ids.task }], ...paging })).toMatchObject({ isLast });
  });

  it('names the row at which the next page begins', async () => {
    const { next } = await list({ items: [{ taskId: ids.task }], offset: 3, limit: 1, total: 9 });
    expect(next).toEqual({ offset: '4' });
  });

  it('is asked for by its number where it has one, although it says its first row, too', async () => {
    const page = await list({ items: [{ taskId: ids.task }], pageNumber: 1, pageSize: 1, offset: 0, total: 9 });
    expect(page).toMatchObject({ isLast: false });
    expect(page.next).toBeUndefined();
  });
});

describe('Notes', () => {
  const note = { annotationId: ids.asset, comment: 'too dark' };
  const notesOf = async (body: unknown) => (await answering(body)).readAnnotations(ecomTask);

  it.each<[string, unknown]>([
    ['in a list of their own', { instructions: [{ id: 'i', text: 'keep' }], rejections: [note] }],
    ['in a list of another name', { instructionNotes: [], rejectionNotes: [{ ...note, kind: null }] }],
    ['in PascalCase and an envelope', { Data: { InstructionNotes: [], RejectionNotes: [note] } }],
    ['by a flag', [{ ...note, isRejection: true }]],
    ['by a type in words', [{ ...note, annotationType: 'Rejection note' }]],
  ])('of a rejection are known %s', async (_, body) => {
    const read = await notesOf(body);
    expect(read.filter(({ kind }) => kind === 'rejection')).toMatchObject([{ annotationId: ids.asset }]);
  });
});

describe('Bulk reads', () => {
  it.each<[string, unknown]>([
    ['keyed by id', { [ids.asset]: { fileName: 'a.tif' } }],
    ['with a list of what is missing', { assets: [{ assetId: ids.asset, fileName: 'a.tif' }], notFound: [] }],
    ['with null for what is missing', [{ id: ids.asset, name: 'a.tif' }, null]],
  ])('of assets are understood %s', async (_, body) => {
    const read = (await answering(body)).readInputAssets([ids.asset]);
    await expect(read).resolves.toMatchObject({ found: [{ assetId: ids.asset, fileName: 'a.tif' }], missing: [] });
  });

  it.each([
    [{ fileUrl: 'https://s3.example/f', length: 5 }],
    [{ downloadUrl: 'https://s3.example/f', fileSize: 5 }],
    [{ fileURL: 'https://s3.example/f', fileLength: '5' }],
  ])('of files have address and length as %j', async (fields) => {
    const { found } = await (await answering([{ fileId: ids.asset, ...fields }])).readFiles([ids.asset]);
    expect(found).toMatchObject([{ url: 'https://s3.example/f', bytes: 5 }]);
  });

  const asked = {
    extension: 'jpg',
    dpi: 300,
    colorProfile: 'sRGB',
    bitsPerChannel: 8,
    width: 10,
    height: 20,
    maxBytes: 9,
  };

  it.each<[string, object]>([
    [
      'as documented',
      {
        ...{ fileExtension: '.JPG', dpi: '300', colorProfileName: 'sRGB', bitsPerChannel: 8, maxFileLength: 9 },
        dimension: { width: 10, height: 20 },
      },
    ],
    [
      'in other words',
      {
        ...{ format: 'JPG', resolution: '300 dpi', colorProfile: 'sRGB', bitDepth: '8 bit', maxFileSize: 9 },
        dimensions: { width: '10', height: '20' },
      },
    ],
    [
      'like an asset',
      {
        imageInformation: {
          ...{ fileExtension: 'jpg', dpi: 300, colorProfileName: 'sRGB', bitsPerChannel: 8 },
          dimension: { width: 10, height: 20 },
        },
        maxBytes: 9,
      },
    ],
    [
      'with a media type and pixels',
      {
        ...{ fileType: 'image/jpg', ppi: 300, iccProfile: 'sRGB', bitsPerSample: 8, maxFileSizeInBytes: '9' },
        ...{ widthInPixel: 10, heightInPixel: 20 },
      },
    ],
  ])('of specs say what is asked for %s', async (_, fields) => {
    const { found } = await (await answering([{ specId: ids.spec, ...fields }])).readSpecs('ecom', [ids.spec]);
    expect(found).toMatchObject([asked]);
  });

  it.each([['1080x1080'], ['1080 × 1080'], [{ width: 1080, height: 1080 }]])(
    'of specs whose resolution is %j ask for none in dots per inch',
    async (resolution) => {
      const client = await answering([{ specId: ids.spec, resolution }]);
      expect((await client.readSpecs('ecom', [ids.spec])).found).toMatchObject([{ specId: ids.spec, dpi: undefined }]);
    },
  );
});

describe('Upload addresses', () => {
  const files = [
    { localId: '1', fileName: 'a.jpg', bytes: 5, md5: 'd'.repeat(32) },
    { localId: '2', fileName: 'b.jpg', bytes: 5, md5: 'e'.repeat(32) },
  ];
  const ask = async (body: unknown) =>
    (await answering(body)).requestUploadAddresses({ workspaceId: ids.workspace, files });
  const address = (localId: string) => ({
    localId,
    tempAssetId: `asset-${localId}`,
    presignedUrl: 'https://s3.example/k',
  });

  it.each<[string, unknown]>([
    ['as a bare list', [address('1'), address('2')]],
    ['with numbers for the local ids', { files: [1, 2].map((id) => ({ ...address(String(id)), localId: id })) }],
    [
      'under other names',
      {
        files: ['1', '2'].map((localId) => ({
          localId,
          assetId: `asset-${localId}`,
          uploadUrl: 'https://s3.example/k',
        })),
      },
    ],
    [
      'by their file names where local ids are not repeated',
      {
        files: [
          { ...address('2'), localId: null, fileName: 'b.jpg' },
          { ...address('1'), localId: undefined, fileName: 'a.jpg' },
        ],
      },
    ],
  ])('are understood %s', async (_, body) => {
    const { addresses, refused } = await ask(body);
    expect(refused).toEqual([]);
    expect(new Map(addresses.map(({ localId, assetId }) => [localId, assetId]))).toEqual(
      new Map([
        ['1', 'asset-1'],
        ['2', 'asset-2'],
      ]),
    );
  });

  it.each<[string, object, { code: string; message: string }]>([
    ['errorCode', { errorFiles: [{ localId: '2', errorCode: 3 }] }, { code: '3', message: 'its MD5 is missing' }],
    [
      'systemErrorCode',
      { errorFiles: [{ localId: '2', systemErrorCode: '3' }] },
      { code: '3', message: 'its MD5 is missing' },
    ],
    [
      'its reason',
      { errorFiles: [{ fileName: 'b.jpg', reason: 'too large' }] },
      { code: 'none', message: 'too large' },
    ],
    [
      'an error in place of its address',
      { files: [address('1'), { localId: '2', presignedUrl: null, error: 'too large' }] },
      { code: 'none', message: 'too large' },
    ],
  ])('say by %s why a file has none', async (_, body, reason) => {
    const { addresses, refused } = await ask({ files: [address('1')], ...body });
    expect(addresses).toHaveLength(1);
    expect(refused).toEqual([{ localId: '2', ...reason }]);
  });
});
