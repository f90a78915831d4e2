import type { RemoteCallError } from '../../clients';
import type { TaskReference } from '../../domain/task/task';
import { errorOf } from '../clients/test-server';
import { askAddresses, makeFiles, prepare, put, submitWhenKnown } from './deliver';
import { elsewhere } from './environment';
import { describeIf, leaveOut, mayWrite, NO_WRITES, openTarget, unknownId, USES_UP_TASKS, type Target } from './target';

/** Elsewhere an asset may take a while to be known. */
const PATIENCE_MS = 180_000;

describeIf(mayWrite, `Writing to ${elsewhere?.baseUrl ?? 'a sandbox'}`, NO_WRITES, () => {
  let target: Target;
  beforeAll(async () => {
    target = await openTarget();
  });
  afterAll(() => target.close());

  it.each(['ecom', 'editorial'] as const)(
    'takes an %s task all the way: start, upload, submit, and the files stand in the task',
    async (type) => {
      const reference = await target.taskToUseUp(type);
      expect(elsewhere === undefined && reference === undefined).toBe(false);
      if (reference === undefined) {
        leaveOut(`EXTPOST_CONTRACT_USE_UP names no ${type} task`);
        return;
      }
      await allTheWay(target, reference);
    },
    PATIENCE_MS,
  );
});

describeIf(elsewhere === undefined, 'Writing to a sandbox', USES_UP_TASKS, () => {
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

  it('refuses a submission that lacks a file, with a message', async () => {
    const reference = await nextTask();
    const assets = await prepare(target.client, reference);
    const error = await errorOf(target.client.submitAssets(reference, assets.slice(1)));
    expect(error).toMatchObject({ kind: 'refused', status: 400, code: 403, mayHaveActed: false });
    expect((error as Error).message).toContain('too few assets');
  });

  it('refuses an asset that nobody has uploaded, with a message', async () => {
    const reference = await nextTask();
    const assets = (await prepare(target.client, reference)).map((asset) => ({ ...asset, assetId: unknownId() }));
    const error = await errorOf(target.client.submitAssets(reference, assets));
    expect(error).toMatchObject({ kind: 'refused', code: 24, mayHaveActed: false });
    expect((error as Error).message).toContain('not known yet');
  });

  it('takes only the corrections after a rejection', async () => {
    const reference = await nextTask();
    await allTheWay(target, reference);
    const before = await target.client.readTask(reference);
    const [output] = before.shots.flatMap(({ expectedOutputs }) => expectedOutputs);
    const name = output?.name ?? '';
    const { rejected } = (await target.control.call('POST', `/tasks/${reference.taskId}/reject`)) as {
      rejected: string[];
    };
    expect(rejected.join()).toContain(name);
    const notes = await target.client.readAnnotations(reference);
    expect(notes.filter(({ kind }) => kind === 'rejection')).toHaveLength(rejected.length);
    const corrections = await prepare(target.client, reference);
    expect(corrections).toHaveLength(rejected.length);
    await submitWhenKnown(target.client, reference, corrections);
  });

  it('gives an address only to the files that can have one, and says why another has none', async () => {
    const reference = await nextTask();
    const { workspaceId, files } = await makeFiles(target.client, reference);
    const [first] = files;
    if (first === undefined) throw new Error('Nothing is due.');
    const answer = await askAddresses(target.client, workspaceId, [{ ...first.file, fileName: ' ' }, first.file]);
    expect(answer.addresses.map(({ localId }) => localId)).toEqual(['2']);
    expect(answer.refused).toEqual([{ localId: '1', code: '1', message: 'its file name is missing' }]);
  });

  it('gives no address in a workspace that is not the studio’s', async () => {
    const { files } = await makeFiles(target.client, await nextTask());
    const answer = await askAddresses(target.client, unknownId(), [...files.map(({ file }) => file)]);
    expect(answer.addresses).toEqual([]);
    expect(new Set(answer.refused.map(({ code }) => code))).toEqual(new Set(['14']));
  });

  it('refuses bytes that are not those that were announced', async () => {
    const { workspaceId, files } = await makeFiles(target.client, await nextTask());
    const file = files.map((each) => each.file)[0];
    if (file === undefined) throw new Error('Nothing is due.');
    const { addresses } = await askAddresses(target.client, workspaceId, [{ ...file, md5: '0'.repeat(32) }]);
    const [address] = addresses;
    if (address === undefined) throw new Error('No address was given.');
    // Bytes that changed on their way are worth another try.
    await expect(put(address, file)).rejects.toMatchObject({ system: 'object store', code: 'BadDigest' });
  });
});

async function allTheWay({ client }: Target, reference: TaskReference): Promise<void> {
  await client.startTask(reference);
  expect((await client.readTask(reference)).status).not.toBe('to do');
  const assets = await prepare(client, reference);
  await submitWhenKnown(client, reference, assets);
  const returned = (await client.readTask(reference)).shots.flatMap(({ expectedOutputs }) =>
    expectedOutputs.map(({ assetId }) => assetId),
  );
  expect(returned).toEqual(expect.arrayContaining(assets.map(({ assetId }) => assetId)));
  const again = (await errorOf(client.submitAssets(reference, assets))) as RemoteCallError;
  expect(again).toMatchObject({ kind: 'refused', mayHaveActed: false });
}
