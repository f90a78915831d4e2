import { createVerdictActivities } from '../../../activities/creative-force/verdict-watch';
import { RemoteCallError } from '../../../clients/remote-call-error';
import { aTask } from '../../support/facts';
import { aCreativeForceClient, anActivity, failureOf, run, studiosWith } from '../activity-harness';

const task = { studio: 'acme', taskId: 'task-1', contentCreationType: 'ecom' as const };
const anHour = () => Date.now() + 3_600_000;
const second = () => anActivity({ attempt: 2 });

function watch(readTask: () => Promise<ReturnType<typeof aTask>>) {
  return createVerdictActivities(studiosWith({ creativeForce: aCreativeForceClient({ readTask }) }), 15).awaitTask;
}

const answering = (status: number) => () =>
  Promise.reject(
    new RemoteCallError(`It answered ${status}.`, {
      system: 'Creative Force',
      endpoint: 'GET /extpost/tasks/{taskId}',
      kind: status === 403 ? 'forbidden' : 'not found',
      status,
      mayHaveActed: false,
    }),
  );

describe('the watch of a task that was never read', () => {
  it('waits before its first poll, because the workflow has just tried', async () => {
    const awaitTask = watch(() => Promise.reject(new Error('Nobody expected a request.')));
    expect((await failureOf(() => awaitTask({ task, until: anHour() }))).type).toBe('NotYet');
  });

  it('ends when the task can be read', async () => {
    const awaitTask = watch(() => Promise.resolve(aTask()));
    await expect(run(awaitTask, { task, until: anHour() }, second())).resolves.toBe(true);
  });

  it.each([400, 404, 410])(
    'goes on after a %i while there is time, and then says that it is not there',
    async (status) => {
      const awaitTask = watch(answering(status));
      expect((await failureOf(() => awaitTask({ task, until: anHour() }), second())).type).toBe('NotYet');
      await expect(run(awaitTask, { task, until: Date.now() - 1 }, second())).resolves.toBe(false);
    },
  );

  it('spreads the looks at many tasks of a studio, and leaves those of others as they are', async () => {
    const { awaitTask } = createVerdictActivities(studiosWith({}), 20);
    const nextLookAt = async (taskId: string) => {
      const { nextRetryDelay } = await failureOf(() => awaitTask({ task: { ...task, taskId }, until: anHour() }));
      return Date.now() + Number(nextRetryDelay);
    };
    const first = await nextLookAt('task-1');
    for (let other = 2; other <= 20; other++) await nextLookAt(`task-${other}`);
    expect((await nextLookAt('task-21')) - first).toBeGreaterThan(9_000);
  });

  it('fails with another answer, which people have to know', async () => {
    const awaitTask = watch(answering(403));
    expect((await failureOf(() => awaitTask({ task, until: anHour() }), second())).type).toBe('Forbidden');
  });
});
