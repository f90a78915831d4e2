import type { TaskReference } from '../../domain/task/task';
import { taskEventSignal } from '../../workflows/external-post-task/messages/messages';
import { eventually } from '../support/temporal';
import { detailsOf, reaches, WorkflowStage } from './stage';

const stage = WorkflowStage.forEach();

describe('a task whose flavour no event has told', () => {
  it('is read in both, and all that follows is sent to the one that answered', async () => {
    const asked: TaskReference[] = [];
    const { readTask, startTask } = stage.world.activities;
    stage.world.activities.readTask = async (task) => {
      asked.push(task);
      return { ...(await readTask(task)), contentCreationType: 'editorial' };
    };
    stage.world.activities.startTask = (task) => {
      asked.push(task);
      return startTask(task);
    };
    const handle = await stage.startTask({ isFlavourGuessed: true });
    await reaches(handle, 'Done');
    const [first, ...others] = asked.map(({ contentCreationType, isFlavourGuessed }) => [
      contentCreationType,
      isFlavourGuessed,
    ]);
    expect(first).toEqual(['ecom', true]);
    expect(new Set(others.map(String))).toEqual(new Set(['editorial,']));
  });
});

describe('a task that is not read yet', () => {
  it('is shown by what its event has told', async () => {
    let read = (): void => undefined;
    const { readTask } = stage.world.activities;
    const held = new Promise<void>((resolve) => (read = resolve));
    stage.world.activities.readTask = (task) => held.then(() => readTask(task));
    const handle = await stage.startTask();
    const hints = { productCode: 'SKU-77', jobCode: 'JOB-77' };
    await handle.signal(taskEventSignal, { kind: 'ready', source: 'webhook', eventId: 'event-1', hints });
    const details = await eventually(
      () => detailsOf(handle),
      (shown) => shown.includes('SKU-77'),
    );
    expect(details).toContain('JOB-77');
    read();
    await reaches(handle, 'Done');
  });
});
