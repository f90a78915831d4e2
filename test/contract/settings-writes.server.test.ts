import type { RemoteCallError } from '../../clients';
import type { TaskReference } from '../../domain/task/task';
import { errorOf } from '../clients/test-server';
import { askAddresses, makeFiles, prepare, put, submitWhenKnown, type MadeFile } from './deliver';
import { elsewhere } from './environment';
import { describeIf, openTarget, USES_UP_TASKS, type Target, type GatewaySettings } from './target';

describeIf(elsewhere === undefined, 'A write', USES_UP_TASKS, () => {
  let target: Target;
  beforeAll(async () => {
    target = await openTarget();
  });
  afterAll(() => target.close());
  const nextTask = async (): Promise<TaskReference> => {
    const reference = await target.taskToUseUp('ecom');
    if (reference === undefined) throw new Error('All tasks are used up.');
    return reference;
  };
  /** Any file, and the workspace that it may be uploaded to. */
  const someFile = async (): Promise<{ workspaceId: string; file: MadeFile }> => {
    const open = await target.openTask('ecom');
    if (open === undefined) throw new Error('All tasks are used up.');
    const { workspaceId, files } = await makeFiles(target.client, open);
    const [first] = files;
    if (first === undefined) throw new Error('Nothing is due.');
    return { workspaceId, file: first.file };
  };
  const expectUpload = async (client = target.client): Promise<void> => {
    const { workspaceId, file } = await someFile();
    const { addresses, refused } = await askAddresses(client, workspaceId, [file]);
    expect(refused).toEqual([]);
    for (const address of addresses) await put(address, file);
    expect(addresses).toHaveLength(1);
  };

  it.each(['byTask', 'empty', 'object', 'success'] as const)(
    'is a start, whatever is answered: %s',
    async (startAnswer) => {
      const reference = await nextTask();
      await target.during({ startAnswer }, () => target.client.startTask(reference));
      expect((await target.client.readTask(reference)).status).toBe('in progress');
    },
  );

  it('is a second start, which is accepted or refused', async () => {
    const reference = await nextTask();
    await target.client.startTask(reference);
    await target.during({ repeatedStart: 'accepted' }, () => target.client.startTask(reference));
    const error = await target.during({ repeatedStart: 'refused' }, () => errorOf(target.client.startTask(reference)));
    expect(error).toMatchObject({ kind: 'refused', mayHaveActed: false });
  });

  it.each(['guid', 'guid-dotnet', 'hex', 'base64'] as const)(
    'has its MD5 in the format that is asked for: %s',
    async (md5Format) => {
      await target.during({ md5Format }, () => expectUpload(target.clientWith({ md5Format })));
    },
  );

  it('gets no address with its MD5 in another format, with the reason', async () => {
    const { workspaceId, file } = await someFile();
    const { addresses, refused } = await target.during({ md5Format: 'hex' }, () =>
      askAddresses(target.client, workspaceId, [file]),
    );
    expect([addresses, refused]).toEqual([[], [{ localId: '1', code: '3', message: 'its MD5 is missing' }]]);
  });

  it.each<GatewaySettings>([{ md5Required: false }, { md5Format: 'any' }])(
    'is taken with its MD5 where none is needed: %j',
    async (settings) => {
      await target.during(settings, () => expectUpload());
    },
  );

  it.each<[GatewaySettings, string]>([
    [{ errorFilesFirst: 1, errorFileCode: 12, errorCodeAs: 'number' }, '12'],
    [{ errorFilesFirst: 1, errorFileCode: 12, errorCodeAs: 'text' }, '12'],
    [{ errorFileNames: ['*'], errorFileCode: 99 }, '99'],
  ])('gets no address for a file that is refused inside a 200: %j', async (settings, code) => {
    const { workspaceId, file } = await someFile();
    const { addresses, refused } = await target.during(settings, () =>
      askAddresses(target.client, workspaceId, [file]),
    );
    expect([addresses, refused]).toMatchObject([[], [{ localId: '1', code }]]);
    expect(refused[0]?.message).not.toBe('');
  });

  it('comes too late for its address, and the address is in no error', async () => {
    const { workspaceId, file } = await someFile();
    const [address] = (
      await target.during({ presignedLifetimeMs: 0 }, () => askAddresses(target.client, workspaceId, [file]))
    ).addresses;
    if (address === undefined) throw new Error('No address was given.');
    const error = (await errorOf(put(address, file))) as RemoteCallError;
    expect(error).toMatchObject({ system: 'object store', status: 403 });
    expect(JSON.stringify([Object.entries(error), error.message])).not.toMatch(/X-Amz|Signature/);
  });

  it('carries every header that was promised', async () => {
    await target.control.during({ store: { extraUploadHeaders: { 'x-amz-tagging': 'a=b' } } }, () => expectUpload());
  });

  it.each([true, false])('is compared with its MD5 by the store, or is not: %s', async (md5Check) => {
    await target.control.during({ store: { md5Check } }, () => expectUpload());
  });

  it.each(['kms', 'none'] as const)(
    'is held against its ETag only where that is an MD5 (encryption %s)',
    async (encryption) => {
      await target.control.during({ store: { encryption } }, () => expectUpload());
    },
  );

  it('is refused while its assets are not known yet, and taken afterwards', async () => {
    const reference = await nextTask();
    const assets = await prepare(target.client, reference);
    const early = await target.during({ assetKnownAfterMs: 60_000 }, () =>
      errorOf(target.client.submitAssets(reference, assets)),
    );
    expect(early).toMatchObject({ kind: 'refused', code: 24, mayHaveActed: false });
    await expect(submitWhenKnown(target.client, reference, assets)).resolves.toBeUndefined();
  });

  it.each([
    [0, true],
    [60_000, false],
  ])('can be read back, with its size once it is analysed (after %i ms)', async (assetAnalysedAfterMs, isAnalysed) => {
    const reference = await nextTask();
    const assets = await prepare(target.client, reference);
    const { found } = await target.during({ assetAnalysedAfterMs }, () =>
      target.client.readInputAssets(assets.map(({ assetId }) => assetId)),
    );
    expect(found).toHaveLength(assets.length);
    expect(found.every(({ width }) => (width === undefined) !== isAnalysed)).toBe(true);
  });

  it('is tried in the guide’s other spelling where the default one is not known', async () => {
    const reference = await nextTask();
    const assets = await prepare(target.client, reference);
    await target.during({ submitSpelling: 'export' }, async () => {
      const paths = { submit: '/extpost/tasks/{taskId}/submit-assets' };
      const error = await errorOf(target.clientWith({ paths }).submitAssets(reference, assets));
      expect(error).toMatchObject({ kind: 'not found', mayHaveActed: false });
      await target.clientWith({}).submitAssets(reference, assets);
    });
  });

  it.each([
    ['refused', 'refused'],
    ['accepted', undefined],
  ] as const)('of more than the corrections is %s after a rejection', async (correctionSuperset, kind) => {
    const reference = await nextTask();
    const { client, control } = target;
    await submitWhenKnown(client, reference, await prepare(client, reference));
    const [first, ...others] = (await client.readTask(reference)).shots.flatMap(
      ({ expectedOutputs }) => expectedOutputs,
    );
    expect(others.length).toBeGreaterThan(0);
    const everything = await prepare(client, reference);
    await control.call('POST', `/tasks/${reference.taskId}/reject`, {
      outputs: [await rejectable(reference, first?.name ?? '')],
    });
    const end = await target.during({ correctionSuperset }, async () =>
      client.submitAssets(reference, everything).catch((error: unknown) => error as RemoteCallError),
    );
    expect(end instanceof Error ? end.kind : undefined).toBe(kind);
  });

  /** The whole file name of an output, by which the sandbox's people reject it. */
  const rejectable = async (reference: TaskReference, name: string): Promise<string> => {
    const { files } = await makeFiles(target.client, reference);
    return files.find(({ output }) => output.expected.name === name)?.file.fileName ?? name;
  };
});
