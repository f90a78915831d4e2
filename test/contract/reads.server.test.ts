import { isAllUnderstood, probeAdvice } from '../../cli/probe/probe-advice';
import { probeCreativeForce, type ListedTask, type RemoteCallError } from '../../clients';
import type { TaskReference } from '../../domain/task/task';
import { errorOf } from '../clients/test-server';
import { elsewhere } from './environment';
import { idsOf, readEverything, type IdsOfTask } from './every-read';
import { leaveOut, openTarget, unknownId, type Target } from './target';

describe(`Reading from ${elsewhere?.baseUrl ?? 'a sandbox'}`, () => {
  let target: Target;
  beforeAll(async () => {
    target = await openTarget();
  });
  afterAll(() => target.close());

  describe.each(['ecom', 'editorial'] as const)('an %s task', (type) => {
    let reference: TaskReference | undefined;
    let ids: IdsOfTask;
    let read: Awaited<ReturnType<typeof readEverything>> | undefined;
    beforeAll(async () => {
      reference = await target.openTask(type);
      if (reference === undefined) return;
      ids = await idsOf(target, reference, await target.client.readTask(reference));
      read = await readEverything(target.client, reference, ids);
    });
    /** Runs a test where there is a task of the flavour, else says that there is none. */
    const withTask =
      (test: (everything: NonNullable<typeof read>, of: TaskReference) => void | Promise<void>) => async () => {
        if (read !== undefined && reference !== undefined) await test(read, reference);
        else
          leaveOut(
            `no open ${type} task is known; name one with EXTPOST_CONTRACT_${type === 'ecom' ? '' : 'EDITORIAL_'}TASK`,
          );
        expect(read === undefined).toBe(reference === undefined);
      };

    it(
      'is the one that was asked for, in its workspace, and wants at least one file',
      withTask(({ task }, of) => {
        expect(task).toMatchObject({ taskId: of.taskId, contentCreationType: type });
        expect(task.workspace.id).toMatch(/^[0-9a-f-]{36}$/);
        expect(task.shots.flatMap(({ expectedOutputs }) => expectedOutputs).length).toBeGreaterThan(0);
      }),
    );

    it(
      'is found in any letter case of its id',
      withTask(async (_, of) => {
        const loud = { ...of, taskId: of.taskId.toUpperCase() };
        await expect(target.client.readTask(loud)).resolves.toMatchObject({ taskId: of.taskId });
      }),
    );

    it(
      'has annotations, each with an id',
      withTask(({ annotations }) => {
        expect(annotations.every(({ annotationId }) => annotationId !== '')).toBe(true);
      }),
    );

    it(
      'has input pictures that come back whole',
      withTask(({ assets }) => {
        expect(assets.found.map(({ assetId }) => assetId)).toEqual(ids.assetIds);
        expect(assets.missing).toEqual([]);
      }),
    );

    it(
      'has files that come back whole, with an address each',
      withTask(({ files }) => {
        expect(files.found.map(({ fileId }) => fileId)).toEqual(ids.fileIds);
        expect(files.found.every(({ hasUrl }) => hasUrl)).toBe(true);
      }),
    );

    it(
      'has specs that come back whole',
      withTask(({ specs }) => {
        expect(specs.found.map(({ specId }) => specId)).toEqual(ids.specIds);
        expect(specs.missing).toEqual([]);
      }),
    );

    it(
      'names what did not come back of what was asked',
      withTask(async () => {
        const unknown = unknownId();
        const first = ids.assetIds.slice(0, 1);
        expect((await target.client.readInputAssets([...first, unknown])).missing).toEqual([unknown]);
        expect((await target.client.readFiles([unknown, ...ids.fileIds.slice(0, 1)])).missing).toEqual([unknown]);
        expect((await target.client.readSpecs(type, [...ids.specIds, unknown])).missing).toEqual([unknown]);
      }),
    );

    it(
      'leads to what it belongs to',
      withTask(({ job, product, project, deliverable, task }) => {
        expect([job === undefined, product === undefined]).toEqual([
          task.job?.id === undefined,
          task.product?.id === undefined,
        ]);
        expect(project === undefined).toBe(task.editorialProjectId === undefined);
        expect(deliverable === undefined).toBe(task.editorialDeliverableIds === undefined);
      }),
    );

    it(
      'is understood by the probe',
      withTask(async (_, of) => {
        const { vendorId, settings, tools } = target;
        const rows = await probeCreativeForce({ vendorId, taskId: of.taskId }, settings, tools);
        expect(isAllUnderstood(rows) ? 'all is understood' : probeAdvice(rows)).toBe('all is understood');
      }),
    );
  });

  it('walks the listing page by page and meets each task once', async () => {
    const { vendorId } = target;
    const met: ListedTask[] = [];
    if (vendorId === undefined) leaveOut('the listing needs EXTPOST_CONTRACT_VENDOR_ID');
    for (let pageNumber = 1, isLast = vendorId === undefined; !isLast && pageNumber <= 20; pageNumber += 1) {
      const page = await target.client.listTasks({ vendorId: vendorId ?? '', pageNumber, pageSize: 10 });
      met.push(...page.rows);
      isLast = page.isLast;
    }
    expect(new Set(met.map(({ taskId }) => taskId)).size).toBe(met.length);
    expect(met.filter(({ status }) => status === 'done')).toEqual([]);
  });

  it.each(['ecom', 'editorial'] as const)(
    'refuses an unknown %s task in words, and that is no fault of reading',
    async (type) => {
      const unknown = { studio: 'contract', taskId: unknownId(), contentCreationType: type };
      const error = (await errorOf(target.client.readTask(unknown))) as RemoteCallError;
      expect(['refused', 'not found', 'forbidden']).toContain(error.kind);
    },
  );

  it.each([
    ['job', (id: string) => target.client.readJob(id)],
    ['product', (id: string) => target.client.readProduct(id)],
    ['project', (id: string) => target.client.readProject(id)],
    ['deliverable', (id: string) => target.client.readDeliverable(id)],
  ])('refuses an unknown %s in words', async (_name, read) => {
    const error = (await errorOf(read(unknownId()))) as RemoteCallError;
    expect(['refused', 'not found', 'forbidden']).toContain(error.kind);
  });

  it('says that the credentials are wrong when they are, and shows none of them', async () => {
    const clientSecret = 'not-the-secret-of-anybody';
    const unknown = { studio: 'contract', taskId: unknownId(), contentCreationType: 'ecom' } as const;
    const error = (await errorOf(target.clientWith({ clientSecret }).readTask(unknown))) as RemoteCallError;
    expect(error).toMatchObject({ kind: 'unauthorized', mayHaveActed: false });
    expect(JSON.stringify([Object.entries(error), error.message])).not.toContain(clientSecret);
  });
});
