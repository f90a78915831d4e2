import type { RemoteCallError } from '../../../clients';
import { ecomTask, gatewayStandIn, ids } from './gateway-stand-in';
import { errorOf, sendJson } from '../test-server';

const start = gatewayStandIn();
const zero = '00000000-0000-0000-0000-000000000000';
const bare = { taskId: ids.task, clientId: ids.workspace };

/** A client whose gateway answers everything with one body. */
async function answering(body: unknown) {
  return start({ answer: (_, response) => sendJson(response, 200, body) });
}

describe('A task detail, for designers', () => {
  it('names support material of a shot by its kind', async () => {
    const shot = {
      assetLifeCycleId: ids.shot,
      inclipAssetIds: [ids.asset.toUpperCase(), zero],
      resourceAssetIds: [ids.spec],
    };
    const { client } = await answering({ ...bare, assetLifeCycles: [shot] });
    expect((await client.readTask(ecomTask)).shots[0]?.support).toEqual([
      { assetId: ids.asset, kind: 'inclip' },
      { assetId: ids.spec, kind: 'resource' },
    ]);
  });

  it.each([undefined, null, []])('has no support material when there is %j', async (none) => {
    const shot = { assetLifeCycleId: ids.shot, inclipAssetIds: none, resourceAssetIds: none };
    const { client } = await answering({ ...bare, assetLifeCycles: [shot] });
    expect((await client.readTask(ecomTask)).shots[0]?.support).toBeUndefined();
  });

  it('has the style guide’s text and files, also of its positions', async () => {
    const styleGuide = {
      mdDescription: '**Soft** light',
      fileIds: [ids.asset],
      positions: [
        { name: 'Front', mdDescription: 'Straight on', fileIds: null },
        { name: 'Back', mdDescription: '', fileIds: [] },
        { name: 'Detail', fileIds: [ids.spec] },
      ],
    };
    const { client } = await answering({ ...bare, styleGuide });
    expect((await client.readTask(ecomTask)).styleGuide).toEqual({
      text: '**Soft** light',
      fileIds: [ids.asset],
      positions: [
        { name: 'Front', text: 'Straight on', fileIds: [] },
        { name: 'Detail', fileIds: [ids.spec] },
      ],
    });
  });

  it('has colour references, as objects or as bare ids', async () => {
    const colorReferenceFiles = [{ fileId: ids.asset, fileName: 'card.png' }, ids.spec, { fileId: zero }];
    const { client } = await answering({ ...bare, colorReferenceFiles });
    expect((await client.readTask(ecomTask)).colorReferences).toEqual([
      { fileId: ids.asset, fileName: 'card.png' },
      { fileId: ids.spec },
    ]);
  });
});

describe('An output spec', () => {
  it.each([
    ['FFFFFF', '#ffffff'],
    ['#FfFfFf', '#ffffff'],
    ['white', 'white'],
    ['transparent', undefined],
    ['', undefined],
  ])('asks with %j for the background %s', async (backgroundColor, expected) => {
    const { client } = await answering([{ specId: ids.spec, backgroundColor, bitsPerChannel: '8' }]);
    const { found } = await client.readSpecs('ecom', [ids.spec]);
    expect(found).toMatchObject([{ bitsPerChannel: 8, backgroundColor: expected }]);
  });
});

describe('Assets as files', () => {
  const asset = {
    assetId: ids.asset,
    fileName: 'a.tif',
    fileUrl: 'https://store.example/a?X-Amz-Signature=1',
    length: 7,
  };

  it('carry their address under the asset’s own id', async () => {
    const { client, calls } = await answering([asset]);
    expect(await client.readAssetFiles([ids.asset, ids.spec])).toEqual({
      found: [{ fileId: ids.asset, fileName: 'a.tif', bytes: 7, url: asset.fileUrl }],
      missing: [ids.spec],
    });
    expect(calls[0]?.url).toBe('/v1/assets/bulk-get-assets');
  });

  it('never quote what is no address', async () => {
    const { client } = await answering([{ ...asset, fileUrl: 'secret-thing' }]);
    const error = (await errorOf(client.readAssetFiles([ids.asset]))) as RemoteCallError;
    expect(error.message).toContain('[0].fileUrl: expected an http address');
    expect(error.message).not.toContain('secret-thing');
  });
});
