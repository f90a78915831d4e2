import type { RemoteCallError } from '../../clients';
import type { TaskReference } from '../../domain/task/task';
import { errorOf } from '../clients/test-server';
import { prepare } from './deliver';
import { elsewhere } from './environment';
import { canChangeSettings, describeIf, NO_CONTROL, openTarget, USES_UP_TASKS, type Target } from './target';

describeIf(canChangeSettings, 'An answer that does not arrive whole', NO_CONTROL, () => {
  let target: Target;
  let reference: TaskReference;
  beforeAll(async () => {
    target = await openTarget();
    const found = await target.openTask('ecom');
    if (found === undefined) throw new Error('The sandbox lists no open ecom task.');
    reference = found;
  });
  afterAll(() => target.close());

  it.each([
    ['cutJson', { kind: 'unreadable', status: 200 }],
    ['cutConnection', { kind: 'transient', status: 200 }],
    ['answerLost', { kind: 'transient' }],
  ] as const)('is an error of a read that has done nothing: %s', async (answer, expected) => {
    const fault = { endpoint: 'getTask', answer } as const;
    const error = await target.control.withFault(fault, () => errorOf(target.client.readTask(reference)));
    expect(error).toMatchObject({ ...expected, mayHaveActed: false });
  });

  it('is waited for when it is slow, and given up when it is too slow', async () => {
    const fault = { endpoint: 'getTask', answer: 'slow', delayMs: 80, times: 'always' } as const;
    const hasty = target.clientWith({ timeouts: { headersMs: 20, totalMs: 30 } });
    // Its token is there before the clock of the slow call runs.
    await hasty.readAnnotations(reference).catch(() => undefined);
    await target.control.withFault(fault, async () => {
      await expect(target.client.readTask(reference)).resolves.toMatchObject({ taskId: reference.taskId });
      expect(await errorOf(hasty.readTask(reference))).toMatchObject({ kind: 'transient', mayHaveActed: false });
    });
  });

  describeIf(elsewhere === undefined, 'where a write has acted', USES_UP_TASKS, () => {
    it('says that it may have, and a look at the task shows that it has', async () => {
      const { client, control } = target;
      const of = await target.taskToUseUp('ecom');
      if (of === undefined) throw new Error('All tasks are used up.');
      const lost = (endpoint: 'startTask' | 'submitAssets') => ({ endpoint, answer: 'answerLost' }) as const;
      const start = await control.withFault(lost('startTask'), () => errorOf(client.startTask(of)));
      expect(start).toMatchObject({ kind: 'transient', mayHaveActed: true });
      expect((await client.readTask(of)).status).toBe('in progress');

      const assets = await prepare(client, of);
      const submit = await control.withFault(lost('submitAssets'), () => errorOf(client.submitAssets(of, assets)));
      expect(submit).toMatchObject({ kind: 'transient', mayHaveActed: true });
      const outputs = (await client.readTask(of)).shots.flatMap(({ expectedOutputs }) => expectedOutputs);
      expect(outputs.map(({ assetId }) => assetId)).toEqual(assets.map(({ assetId }) => assetId));
      const again = (await errorOf(client.submitAssets(of, assets))) as RemoteCallError;
      expect(again).toMatchObject({ kind: 'refused', mayHaveActed: false });
    });
  });
});
