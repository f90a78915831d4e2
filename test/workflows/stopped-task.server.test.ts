import { randomUUID } from 'node:crypto';

import type { ListingRow } from '../../domain/sweep/sweep';
import type { TaskEvent } from '../../domain/task/task-event';
import { taskWorkflowId } from '../../domain/task/workflow-id';
import { createTaskStarter } from '../../starters/tasks/task-starter';
import { EXTERNAL_POST_TASK } from '../../workflows/external-post-task/messages/messages';
import { taskQueues } from '../../workflows/task-queues';
import { anEntry } from '../support/audit-facts';
import { eventually } from '../support/temporal';
import { WorkflowStage } from './stage';

const stage = WorkflowStage.forEach();
const row: ListingRow = { status: 'to do' };
const DAY_MS = 86_400_000;

/** A task of which only the audit knows still that an operator has stopped it. */
function forgotten(event: 'cancelled' | 'abandoned') {
  const task = { studio: 'acme', taskId: randomUUID(), contentCreationType: 'ecom' as const };
  const stoppedAt = Date.now() - 60 * DAY_MS;
  const at = new Date(stoppedAt).toISOString();
  stage.world.audit.push(anEntry({ ...task, event, at, files: [], sentence: 'Ha said so.' }));
  const { client } = stage.server;
  return { task, stoppedAt, starter: createTaskStarter(client), latest: () => stage.latest(taskWorkflowId(task)) };
}

const webhook = (happenedAt: number): TaskEvent => ({
  kind: 'ready',
  source: 'webhook',
  eventId: randomUUID(),
  happenedAt,
});

describe.each(['cancelled', 'abandoned'] as const)('a task that was %s and that Temporal no longer keeps', (event) => {
  it('is left alone when the sweep finds it, and from then on not even started', async () => {
    const { task, starter, latest } = forgotten(event);
    await starter.ensureRunning(task, row);
    const { outcome, sentence } = await latest().result();
    expect([outcome, stage.world.count('readTask'), stage.world.submissions]).toEqual(['abandoned', 0, []]);
    expect(sentence).toMatch(/Ha said so.*extpost task start/);
    expect((await starter.ensureRunning(task, row)).action).toBe('leave');
  });

  it('is left alone when an old webhook comes again', async () => {
    const { task, starter, latest, stoppedAt } = forgotten(event);
    await starter.notify(task, webhook(stoppedAt - 3_600_000));
    expect((await latest().result()).outcome).toBe('abandoned');
  });

  it('is taken up by what happens after the decision', async () => {
    const { task, starter, latest, stoppedAt } = forgotten(event);
    await starter.notify(task, webhook(stoppedAt + 3_600_000));
    expect((await latest().result()).outcome).toBe('done');
  });

  it('is taken up by a person', async () => {
    const { task, starter, latest } = forgotten(event);
    await starter.start(task, { by: 'Ha' });
    expect((await latest().result()).outcome).toBe('done');
  });
});

describe('a run that is started in the Web UI', () => {
  it('can be found by its studio, its id and its stage, as any other', async () => {
    const taskId = randomUUID();
    const task = { studio: 'acme', taskId: taskId.toUpperCase(), contentCreationType: 'ecom' };
    stage.world.candidates = [];
    const { client } = stage.server;
    const workflowId = taskWorkflowId(task);
    await client.workflow.start(EXTERNAL_POST_TASK, { workflowId, taskQueue: taskQueues.main, args: [task] });
    stage.latest(workflowId);
    const query = `ExtpostStudio = 'acme' AND ExtpostTaskId = '${taskId}' AND ExtpostStage = 'Needs attention'`;
    const { count } = await eventually(
      () => client.workflow.count(query),
      (found) => found.count > 0,
    );
    expect(count).toBe(1);
  });
});
