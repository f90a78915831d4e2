import { randomUUID } from 'node:crypto';
import type { Sandbox, SandboxOptions } from '../../sandbox';
import { eventually, startQuickSandbox } from './start';
import { md5Guid, send, Vendor } from './vendor';

describe("Creative Force's stand-in", () => {
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

  afterEach(() => sandbox.stop());

  describe('token endpoint', () => {
    const ask = (change: Record<string, string | undefined>): ReturnType<typeof send> => {
      const form = new URLSearchParams();
      const { clientId, clientSecret } = vendor.studio;
      const fields: Record<string, string | undefined> = {
        grant_type: 'client_credentials',
        client_id: clientId,
        client_secret: clientSecret,
        scope: 'cfgateway',
        ...change,
      };
      for (const [name, value] of Object.entries(fields)) if (value !== undefined) form.set(name, value);
      return send(sandbox.tokenUrl, { method: 'POST', body: form });
    };

    it('answers with exactly the four documented keys', async () => {
      await begin();
      const answer = await ask({});
      expect(answer.json).toEqual({
        access_token: expect.any(String) as string,
        expires_in: 3600,
        token_type: 'Bearer',
        scope: 'cfgateway',
      });
    });

    it.each([
      ['a wrong secret', { client_secret: 'no' }, 'invalid_client'],
      ['a missing client id', { client_id: undefined }, 'invalid_client'],
      ['no scope', { scope: undefined }, 'invalid_scope'],
      ['another grant', { grant_type: 'password' }, 'unsupported_grant_type'],
    ])('refuses %s with 400', async (_name, change, error) => {
      await begin();
      expect(await ask(change)).toMatchObject({ status: 400, json: { error } });
    });

    it('refuses JSON', async () => {
      await begin();
      const init = { method: 'POST', headers: { 'content-type': 'application/json' }, body: '{}' };
      expect(await send(sandbox.tokenUrl, init)).toMatchObject({ status: 400, json: { error: 'invalid_request' } });
    });

    it('lets a token expire', async () => {
      await begin({ creativeForce: { tokenLifetimeSeconds: 0 } });
      expect((await vendor.gateway('GET', `/extpost/tasks/${taskId}`)).status).toBe(401);
    });
  });

  it('refuses requests without a bearer token', async () => {
    await begin();
    expect((await send(`${sandbox.creativeForceUrl}/extpost/tasks/${taskId}`)).status).toBe(401);
  });

  it('answers the 21st request within a second with 429 and counts it', async () => {
    await begin({ creativeForce: { requestsPerSecond: 20 } });
    await vendor.gateway('GET', '/nowhere');
    const answers = await Promise.all(Array.from({ length: 22 }, () => vendor.gateway('GET', '/nowhere')));
    expect(answers.filter(({ status }) => status === 429)).toHaveLength(3);
    expect(sandbox.ledger().summary.violations).toBe(3);
  });

  it('answers a withheld endpoint with an empty 403', async () => {
    await begin({ creativeForce: { withheld: { acme: ['getAnnotations'] } } });
    expect(await vendor.gateway('GET', `/extpost/tasks/${taskId}/annotation`)).toMatchObject({ status: 403, text: '' });
    expect((await vendor.gateway('GET', `/extpost/tasks/${taskId}`)).status).toBe(200);
  });

  it('knows only the spelling extpost, and 404 has no body', async () => {
    await begin();
    const query = `?postProductionVendorId=${vendor.studio.vendorId}`;
    expect(await vendor.gateway('GET', `/expost/tasks${query}`)).toMatchObject({ status: 404, text: '' });
    expect((await vendor.gateway('GET', `/extpost/tasks${query}`)).status).toBe(200);
  });

  it('answers 405 for a known path with another method', async () => {
    await begin();
    expect((await vendor.gateway('POST', `/extpost/tasks/${taskId}/start`, {})).status).toBe(405);
  });

  it('pages the listing, ten tasks by default', async () => {
    await begin({ day: { tasks: 20 } });
    const list = (rest: string): ReturnType<Vendor['gateway']> =>
      vendor.gateway('GET', `/extpost/tasks?postProductionVendorId=${vendor.studio.vendorId}${rest}`);
    expect((await list('')).json).toMatchObject({ pageInfo: { pageNumber: 1, pageSize: 10, totalItemsCount: 14 } });
    expect((await list('&pageNumber=2')).json).toMatchObject({ pageData: { length: 4 } });
    expect((await list('&pageSize=0')).status).toBe(400);
  });

  it('takes a task id in any letter case, and refuses malformed, unknown and foreign ones', async () => {
    await begin({ day: { tasks: 4 } });
    const foreign = sandbox.ledger().tasks.find(({ studio }) => studio === 'nordlicht')?.taskId ?? '';
    expect((await vendor.gateway('GET', `/extpost/tasks/${taskId.toUpperCase()}`)).status).toBe(200);
    expect(await vendor.gateway('GET', '/extpost/tasks/abc')).toMatchObject({ status: 400, json: { status: 400 } });
    expect((await vendor.gateway('GET', `/extpost/tasks/${randomUUID()}`)).status).toBe(400);
    expect(await vendor.gateway('GET', `/extpost/tasks/${foreign}`)).toMatchObject({
      status: 403,
      json: { errors: [{ code: 'PER-3' }] },
    });
  });

  it('shows the start in the task', async () => {
    await begin();
    expect((await vendor.task(taskId)).stepStatusId).toBe(2000);
    expect((await vendor.gateway('PUT', `/extpost/tasks/${taskId}/start`)).status).toBe(200);
    expect((await vendor.task(taskId)).stepStatusId).toBe(3000);
  });

  it('shows Done after the verdict, and the listing forgets the task', async () => {
    await begin();
    expect(await vendor.listing()).toEqual([taskId]);
    await vendor.deliver(taskId);
    await eventually(() => sandbox.ledger().summary.done === 1);
    expect((await vendor.task(taskId)).stepStatusId).toBe(9000);
    expect(await vendor.listing()).toEqual([]);
  });

  it('answers bulk reads with what it knows and leaves the rest out', async () => {
    await begin();
    const task = await vendor.task(taskId);
    const input = task.assetLifeCycles[0]?.inputAssets[0];
    const specId = vendor.wanted(task)[0]?.key.specId;
    const assets = await vendor.gateway('POST', '/assets/bulk-get-assets', {
      assetIds: [input?.assetId, randomUUID()],
    });
    const files = await vendor.gateway('POST', '/files/bulk-get-files', { fileIds: [input?.fileId] });
    const specs = await vendor.gateway('POST', '/specs/bulk-get-specs', { specIds: [specId] });
    expect(assets.json).toMatchObject([{ assetId: input?.assetId }]);
    expect(files.json).toMatchObject([{ fileId: input?.fileId }]);
    expect(specs.json).toMatchObject([{ specId, dimension: { height: expect.any(Number) as number } }]);
    const [file] = files.json as { fileUrl: string; length: number }[];
    const picture = await fetch(file?.fileUrl ?? '');
    expect((await picture.arrayBuffer()).byteLength).toBe(file?.length);
  });

  it('refuses a bare array of ids, text that is not JSON, and other content types', async () => {
    await begin();
    expect((await vendor.gateway('POST', '/specs/bulk-get-specs', [randomUUID()])).status).toBe(400);
    const post = async (contentType: string, body: string): Promise<number> => {
      const headers = { authorization: `Bearer ${await vendor.token()}`, 'content-type': contentType };
      return (await send(`${sandbox.creativeForceUrl}/specs/bulk-get-specs`, { method: 'POST', headers, body })).status;
    };
    expect(await post('application/json', '{,}')).toBe(400);
    expect(await post('text/plain', '{}')).toBe(415);
  });

  describe('upload addresses', () => {
    const good = (): Record<string, unknown> => ({
      fileName: 'a.jpg',
      localId: '1',
      fileLength: 3,
      fileMd5: md5Guid(Buffer.from('abc')),
    });
    const ask = (file: Record<string, unknown>, rest: Record<string, unknown> = {}): ReturnType<Vendor['gateway']> =>
      vendor.gateway('POST', '/assets/get-presigned-url', {
        clientId: vendor.studio.workspaceId,
        physicalFileTypeId: 2,
        files: [file],
        ...rest,
      });

    it.each([
      ['no file name', { fileName: '' }, {}, 1],
      ['no MD5', { fileMd5: undefined }, {}, 3],
      ['an MD5 as plain hex', { fileMd5: '900150983cd24fb0d6963f7d28e17f72' }, {}, 3],
      ['no local id', { localId: undefined }, {}, 11],
      ['no length', { fileLength: undefined }, {}, 12],
      ['an unknown file type', {}, { physicalFileTypeId: 11 }, 13],
      ['a foreign workspace', {}, { clientId: randomUUID() }, 14],
    ])('puts %s into errorFiles inside 200', async (_name, change, rest, errorCode) => {
      await begin();
      const answer = await ask({ ...good(), ...change }, rest);
      expect(answer).toMatchObject({ status: 200, json: { files: [], errorFiles: [{ errorCode }] } });
    });

    it('keeps the good files of a call in which one is refused', async () => {
      await begin();
      const answer = await ask(good(), { files: [good(), { ...good(), localId: '2', fileMd5: 'x' }] });
      expect(answer.json).toMatchObject({ files: [{ localId: '1' }], errorFiles: [{ localId: '2', errorCode: 3 }] });
    });

    it('refuses a length written as text with problem details', async () => {
      await begin();
      const answer = await ask({ ...good(), fileLength: '3' });
      expect(answer).toMatchObject({ status: 400, json: { title: 'One or more validation errors occurred.' } });
    });
  });

  describe('submission', () => {
    it('refuses too few assets with 403', async () => {
      await begin();
      const mappings = await vendor.prepare(taskId);
      const answer = await vendor.submit(taskId, mappings.slice(1));
      expect(answer).toMatchObject({ status: 400, json: { statusCode: 403 } });
    });

    it('refuses a set that was not asked for with 406', async () => {
      await begin();
      const [first, ...rest] = await vendor.prepare(taskId);
      const odd = [...rest, { ...first, assetLifeCycleId: randomUUID() }];
      expect((await vendor.submit(taskId, odd)).json).toMatchObject({ statusCode: 406 });
    });

    it('does not know an asset until some time after its upload, and accepts it then', async () => {
      await begin({ creativeForce: { assetKnownAfterMs: 60_000 } });
      const mappings = await vendor.prepare(taskId);
      const last = mappings.length - 1;
      const fresh = await vendor.prepare(taskId);
      const mixed = mappings.map((mapping, index) => (index === last ? (fresh[index] ?? mapping) : mapping));
      expect((await vendor.submit(taskId, mixed)).json).toMatchObject({ statusCode: 24 });
      await vendor.control('PATCH', '/settings', { creativeForce: { assetKnownAfterMs: 0 } });
      expect((await vendor.submit(taskId, mixed)).status).toBe(200);
    });

    it('refuses an asset whose bytes never came with 24', async () => {
      await begin();
      const task = await vendor.task(taskId);
      const assets = await Promise.all(
        vendor.wanted(task).map(async ({ key, fileName }) => {
          const promise = await vendor.promise([{ fileName, bytes: Buffer.from('x') }]);
          return { ...key, assetId: promise.files[0]?.tempAssetId };
        }),
      );
      expect((await vendor.submit(taskId, assets)).json).toMatchObject({ statusCode: 24 });
    });

    it('refuses another submission after the accepted one with 154', async () => {
      await begin();
      await vendor.deliver(taskId);
      expect((await vendor.submit(taskId, await vendor.prepare(taskId))).json).toMatchObject({ statusCode: 154 });
    });

    it('knows deleted and unknown tasks by number', async () => {
      await begin();
      expect((await vendor.submit(randomUUID(), [])).json).toMatchObject({ statusCode: 10 });
      await vendor.control('POST', `/tasks/${taskId}/delete`);
      expect((await vendor.submit(taskId, [])).json).toMatchObject({ statusCode: 6 });
    });

    it('takes only the corrections after a rejection', async () => {
      await begin({ day: { tasks: 4 } });
      const task = sandbox.ledger().tasks.find(({ studio, expected }) => studio === 'acme' && expected > 1);
      const id = task?.taskId ?? '';
      await vendor.deliver(id);
      const [refused, kept] = sandbox.ledger().tasks.find((other) => other.taskId === id)?.files ?? [];
      const rejection = { outputs: [refused?.fileName], comment: 'The strap is cut off' };
      expect((await vendor.control('POST', `/tasks/${id}/reject`, rejection)).json).toMatchObject({ round: 1 });
      const notes = await vendor.gateway('GET', `/extpost/tasks/${id}/annotation`);
      expect(notes.json).toContainEqual(
        expect.objectContaining({ kind: 'rejection', comment: 'The strap is cut off', assetId: refused?.assetId }),
      );
      const wanted = vendor.wanted(await vendor.task(id));
      expect(wanted.filter(({ isRejected }) => isRejected)).toHaveLength(1);

      const [correction] = await vendor.prepare(id);
      const extra = wanted.find(({ fileName }) => fileName === kept?.fileName);
      const more = { ...extra?.key, assetId: await vendor.upload(kept?.fileName ?? '', Buffer.from('more')) };
      expect((await vendor.submit(id, [correction, more])).json).toMatchObject({ statusCode: 406 });
      expect((await vendor.submit(id, [correction])).status).toBe(200);
    });
  });
});
