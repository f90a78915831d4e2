import { randomUUID } from 'node:crypto';

import { ApplicationFailure } from '@temporalio/common';

import type { ListedTask } from '../../clients';
import { abandonUpdate } from '../../workflows/external-post-task/messages/messages';
import { eventually } from '../support/temporal';
import { reaches, withLifecycle, withoutRecovery, WorkflowStage } from './stage';

const stage = WorkflowStage.forEach();

/** Creative Force answers every reading of the task with this status, as for a task that was deleted. */
function answerWith(status: number): () => void {
  const { readTask } = stage.world.activities;
  const details = { system: 'Creative Force', endpoint: 'GET /extpost/tasks/{taskId}', status };
  stage.world.activities.readTask = () =>
    Promise.reject(ApplicationFailure.nonRetryable(`It answered with ${status}.`, 'Refused', details));
  return () => {
    stage.world.activities.readTask = readTask;
  };
}

describe('a task that Creative Force never shows', () => {
  it.each([400, 404, 410])('and answers with %i is looked for, then ends as gone with the reason', async (status) => {
    answerWith(status);
    const handle = await stage.startTask();
    const { outcome, sentence } = await handle.result();
    expect([outcome, stage.world.count('awaitTask') > 0]).toEqual(['gone', true]);
    expect(sentence).toMatch(new RegExp(`probably deleted before it could be read. It answered with ${status}.`));
    await reaches(handle, 'Gone');
  });

  it('is delivered when it shows after all', async () => {
    stage.world.settings = { ...stage.world.settings, goneAfterMs: 60_000 };
    const show = answerWith(404);
    const handle = await stage.startTask();
    await eventually(
      () => Promise.resolve(stage.world.count('awaitTask')),
      (count) => count > 1,
    );
    show();
    expect((await handle.result()).outcome).toBe('done');
  });

  it('is read at once when an event tells of it', async () => {
    const rarely = { firstMs: 60_000, factor: 1, maxMs: 60_000 };
    stage.world.settings = { ...stage.world.settings, goneAfterMs: 60_000, polls: rarely, reviewWindowMs: 0 };
    const show = answerWith(404);
    const handle = await stage.startTask();
    await eventually(
      () => Promise.resolve(stage.world.count('awaitTask')),
      (count) => count === 1,
    );
    show();
    await handle.signal('taskEvent', { kind: 'ready', source: 'webhook', eventId: 'event-1' });
    expect((await handle.result()).rounds).toHaveLength(1);
  });

  it('is waited for although the event that told of it is not answered yet', async () => {
    const rarely = { firstMs: 60_000, factor: 1, maxMs: 60_000 };
    stage.world.settings = { ...stage.world.settings, goneAfterMs: 60_000, polls: rarely, reviewWindowMs: 0 };
    const show = answerWith(404);
    const handle = await stage.startTask({ isFlavourGuessed: true });
    await handle.signal('taskEvent', { kind: 'ready', source: 'webhook', eventId: 'event-1' });
    await eventually(
      () => Promise.resolve(stage.world.count('awaitTask')),
      (count) => count > 0,
    );
    show();
    await handle.signal('taskEvent', { kind: 'ready', source: 'webhook', eventId: 'event-2' });
    expect((await handle.result()).rounds).toHaveLength(1);
  });

  it('can be given up meanwhile', async () => {
    stage.world.settings = { ...stage.world.settings, goneAfterMs: 60_000 };
    answerWith(404);
    const handle = await stage.startTask();
    await eventually(
      () => Promise.resolve(stage.world.count('awaitTask')),
      (count) => count > 1,
    );
    await handle.executeUpdate(abandonUpdate, { args: [{ by: 'Ha' }] });
    expect((await handle.result()).outcome).toBe('abandoned');
  });

  it.each(['first page', 'last page', 'editorial listing'])(
    'asks a person when it is listed (%s), because then an address or a permission is wrong',
    async (place) => {
      const settings = withoutRecovery();
      stage.world.settings = {
        ...settings,
        goneAfterMs: 0,
        lifecycle: { ...settings.lifecycle, vendorId: 'vendor-1' },
      };
      answerWith(404);
      const taskId = randomUUID();
      stage.world.activities.listTasks = ({ pageNumber, flavour }) => {
        const wanted = place === 'editorial listing' ? flavour === 'editorial' : flavour === undefined;
        const isHere = wanted && pageNumber === (place === 'last page' ? 3 : 1);
        const row: ListedTask = {
          taskId: isHere ? taskId : `another-${pageNumber}`,
          status: 'to do',
          statusText: 'To Do',
          contentCreationType: 'ecom',
        };
        return Promise.resolve({ rows: [row], isLast: pageNumber === 3, hasEditorial: true });
      };
      const handle = await stage.startTask({ taskId });
      const status = await reaches(handle, 'Needs attention');
      expect(status.attention?.message).toContain('404');
    },
  );

  it('is gone when the listing does not have it, and says so', async () => {
    stage.world.settings = { ...withLifecycle({ vendorId: 'vendor-1' }), goneAfterMs: 0 };
    answerWith(404);
    const { outcome, sentence } = await (await stage.startTask()).result();
    expect([outcome, sentence]).toEqual(['gone', expect.stringContaining(', and does not list it') as unknown]);
  });
});
