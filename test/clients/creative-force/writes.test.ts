import type { RemoteCallError } from '../../../clients';
import { encodeMd5 } from '../../../clients/creative-force/wire/delivery';
import { ecomTask, gatewayStandIn, ids, type StandIn } from './gateway-stand-in';
import { errorOf, sendJson } from '../test-server';

const start = gatewayStandIn();

describe('Start', () => {
  it.each([[''], ['{}'], ['{"statusCode":1,"message":"Success"}']])('takes the answer %j as success', async (body) => {
    const { client, calls } = await start({ answer: (_, response) => response.writeHead(200).end(body) });
    await expect(client.startTask(ecomTask)).resolves.toBeUndefined();
    expect(calls[0]).toMatchObject({ method: 'PUT', url: `/v1/extpost/tasks/${ids.task}/start` });
  });
});

describe('Submit', () => {
  it('sends each expected output with its asset, and leaves out what an output does not have', async () => {
    const { client, calls } = await start({ answer: (_, response) => sendJson(response, 200, { statusCode: 1 }) });
    await client.submitAssets(ecomTask, [
      { shotId: ids.shot, specId: ids.spec, variant: 1, assetId: ids.asset },
      { shotId: ids.shot, assetId: ids.asset },
    ]);
    expect(calls[0]).toMatchObject({ method: 'POST', url: `/v1/extpost/tasks/${ids.task}/submit-assets` });
    expect(JSON.parse(calls[0]?.body.toString() ?? '')).toEqual({
      assets: [
        { assetLifeCycleId: ids.shot, specId: ids.spec, variant: 1, assetId: ids.asset },
        { assetLifeCycleId: ids.shot, assetId: ids.asset },
      ],
    });
  });

  it.each([
    [400, 24, 'not known yet'],
    [400, 154, 'submitted already'],
    [200, 406, 'wrong number or kind'],
  ])('refused with HTTP %i and code %i says so in words', async (status, statusCode, words) => {
    const { client, calls } = await start({
      answer: (_, response) => sendJson(response, status, { statusCode, message: '' }),
    });
    const error = (await errorOf(client.submitAssets(ecomTask, []))) as RemoteCallError;
    expect(error).toMatchObject({ kind: 'refused', code: statusCode, mayHaveActed: false });
    expect(error.message).toContain(words);
    expect(calls).toHaveLength(1);
  });

  it('answered with 2xx and something unreadable may have acted', async () => {
    const { client } = await start({ answer: (_, response) => response.writeHead(200).end('<html>') });
    expect(await errorOf(client.submitAssets(ecomTask, []))).toMatchObject({ kind: 'unreadable', mayHaveActed: true });
  });
});

describe('Upload addresses', () => {
  const files = [
    { localId: '1', fileName: 'a.jpg', bytes: 5, md5: '00112233445566778899aabbccddeeff' },
    { localId: '2', fileName: 'b.jpg', bytes: 6, md5: 'ffeeddccbbaa99887766554433221100' },
  ];

  it('carry every returned header and the content type; refused files carry the meaning of the code', async () => {
    const { client, calls } = await start({
      answer: (_, response) =>
        sendJson(response, 200, {
          headers: { 'x-amz-server-side-encryption': 'aws:kms', 'content-type': 'binary/octet-stream' },
          files: [
            {
              localId: 1,
              contentType: 'image/jpeg',
              tempAssetId: ids.asset.toUpperCase(),
              presignedUrl: 'https://s3/x?s=1',
            },
          ],
          errorFiles: [{ localId: '2', errorCode: 12 }],
        }),
    });
    await expect(client.requestUploadAddresses({ workspaceId: ids.workspace, files })).resolves.toEqual({
      addresses: [
        {
          localId: '1',
          url: 'https://s3/x?s=1',
          headers: { 'x-amz-server-side-encryption': 'aws:kms', 'Content-Type': 'image/jpeg' },
          assetId: ids.asset,
        },
      ],
      refused: [{ localId: '2', code: '12', message: 'its length is missing' }],
    });
    expect(JSON.parse(calls[0]?.body.toString() ?? '')).toEqual({
      clientId: ids.workspace,
      physicalFileTypeId: 2,
      files: [
        { localId: '1', fileName: 'a.jpg', fileLength: 5, fileMd5: '00112233-4455-6677-8899-AABBCCDDEEFF' },
        { localId: '2', fileName: 'b.jpg', fileLength: 6, fileMd5: 'FFEEDDCC-BBAA-9988-7766-554433221100' },
      ],
    });
  });

  it('that leave out a file are a contract error without a signature in it', async () => {
    const { client } = await start({
      answer: (_, response) =>
        sendJson(response, 200, {
          files: [{ localId: '1', tempAssetId: ids.asset, presignedUrl: 'https://s3/x?X-Amz-Signature=deadbeef' }],
        }),
    });
    const error = (await errorOf(client.requestUploadAddresses({ workspaceId: 'w', files }))) as RemoteCallError;
    expect(error).toMatchObject({ kind: 'contract' });
    expect(error.message).toContain('localId 2');
    expect(JSON.stringify([error, error.stack])).not.toContain('deadbeef');
  });
});

describe('An MD5', () => {
  const md5 = '00112233445566778899aabbccddeeff';
  it.each([
    ['guid', '00112233-4455-6677-8899-AABBCCDDEEFF'],
    ['guid-dotnet', '33221100-5544-7766-8899-AABBCCDDEEFF'],
    ['hex', md5],
    ['base64', 'ABEiM0RVZneImaq7zN3u/w=='],
  ] as const)('can be written as %s', (format, written) => {
    expect(encodeMd5(md5.toUpperCase(), format)).toBe(written);
  });
});

describe('The path of a submission', () => {
  const asset = [{ shotId: ids.shot, assetId: ids.asset }];
  const editorial = { ...ecomTask, contentCreationType: 'editorial' } as const;
  const onlyAt =
    (segment: string): StandIn['answer'] =>
    (seen, response) =>
      seen.url.includes(`/${segment}/tasks/`) ? sendJson(response, 200, {}) : response.writeHead(404).end();

  it.each([
    ['ecom', ecomTask, '/v1'],
    ['editorial', editorial, '/v1/editorial'],
  ] as const)('is the guide’s other spelling after a 404, and then at once (%s)', async (_, task, base) => {
    const { client, calls } = await start({ answer: onlyAt('export') });
    await client.submitAssets(task, asset);
    await client.submitAssets(task, asset);
    expect(calls.map(({ url }) => url)).toEqual(
      ['extpost', 'export', 'export'].map((segment) => `${base}/${segment}/tasks/${ids.task}/submit-assets`),
    );
  });

  it('is the usual spelling again once the other one is not answered any more', async () => {
    let answered = 'export';
    const { client, calls } = await start({
      answer: (seen, response) => {
        onlyAt(answered)(seen, response);
      },
    });
    await client.submitAssets(ecomTask, asset);
    answered = 'extpost';
    await client.submitAssets(ecomTask, asset);
    await client.submitAssets(ecomTask, asset);
    expect(calls.map(({ url }) => url.split('/')[2])).toEqual(['extpost', 'export', 'export', 'extpost', 'extpost']);
  });

  it('is asked for in both spellings when the task is gone, and the first answer counts', async () => {
    const { client, calls } = await start({ answer: (_, response) => response.writeHead(404).end() });
    const error = await errorOf(client.submitAssets(ecomTask, asset));
    expect(error).toMatchObject({ kind: 'not found', endpoint: 'POST /extpost/tasks/{taskId}/submit-assets' });
    expect(calls).toHaveLength(2);
  });

  it.each([
    ['a refusal', { statusCode: 24 }, 400, { kind: 'refused', code: 24, mayHaveActed: false }],
    ['a fault', {}, 502, { kind: 'transient', mayHaveActed: true }],
  ])('of the other spelling counts with %s', async (_, body, status, expected) => {
    const { client } = await start({
      answer: (seen, response) =>
        seen.url.includes('/export/') ? sendJson(response, status, body) : response.writeHead(404).end(),
    });
    expect(await errorOf(client.submitAssets(ecomTask, asset))).toMatchObject(expected);
  });

  it('can be set for this call alone, and is then taken at its word', async () => {
    const paths = { submit: '/export/tasks/{taskId}/submit-assets' };
    const { client, calls } = await start({ answer: onlyAt('extpost') }, { paths });
    await client.startTask(ecomTask);
    expect(await errorOf(client.submitAssets(ecomTask, asset))).toMatchObject({ kind: 'not found' });
    expect(calls.map(({ url }) => url)).toEqual([
      `/v1/extpost/tasks/${ids.task}/start`,
      `/v1/export/tasks/${ids.task}/submit-assets`,
    ]);
  });
});
