import { type Client, ServiceError } from '@temporalio/client';

import { cancelAction, updateAction } from '../../../starters/tasks/task-action';
import { TaskProblem } from '../../../starters/tasks/task-problem';
import { abandonUpdate } from '../../../workflows/external-post-task/messages/messages';

/** What Temporal answers when a newer event makes it repeat the workflow task. */
function dropped(): ServiceError {
  const details = 'Unable to perform workflow execution update due to unexpected workflow task failure.';
  return new ServiceError('Workflow Update failed', {
    cause: Object.assign(new Error(`9 FAILED_PRECONDITION: ${details}`), { code: 9, details, metadata: {} }),
  });
}

/** A client of a task that needs attention, whose first `drops` updates are dropped. */
function aClient(drops: number): { client: Client; updateIds: string[]; requests: unknown[] } {
  const updateIds: string[] = [];
  const requests: unknown[] = [];
  const handle = {
    query: () =>
      Promise.resolve({
        stage: 'Needs attention',
        revision: 3,
        sentence: 'No creative.',
        attention: { cause: 'template' },
      }),
    describe: () => Promise.resolve({ status: { name: 'RUNNING' }, runId: 'run-1' }),
    executeUpdate: (_: unknown, { updateId, args }: { updateId: string; args: unknown[] }) => {
      updateIds.push(updateId);
      requests.push(...args);
      return updateIds.length > drops ? Promise.resolve('Abandoned by Ha.') : Promise.reject(dropped());
    },
  };
  const client = { withDeadline: (_: number, work: () => unknown) => work(), workflow: { getHandle: () => handle } };
  return { client: client as unknown as Client, updateIds, requests };
}

const action = updateAction(abandonUpdate, { by: 'Ha' }, { wait: 0, endsTask: true });

describe('an update that the server drops', () => {
  it('is sent again with the same id, so that it is executed once', async () => {
    const { client, updateIds } = aClient(2);
    expect((await action(client, { workflowId: 'extpost/acme/1' })).text).toContain(
      'Abandoned by Ha. Now: still running',
    );
    expect([updateIds.length, new Set(updateIds).size]).toEqual([3, 1]);
  });

  it('every time is reported in words', async () => {
    const { client, updateIds } = aClient(Infinity);
    const { text, hasTakenEffect } = await action(client, { workflowId: 'extpost/acme/1' });
    expect([text, hasTakenEffect]).toEqual([
      expect.stringContaining('not done: The workflow cannot respond now'),
      false,
    ]);
    expect(updateIds).toHaveLength(3);
  });
});

describe('an action after which no worker responds', () => {
  const task = { workflowId: 'extpost/acme/1' };
  const silent = (): Client => {
    const { client } = aClient(0);
    const handle = {
      query: () => client.workflow.getHandle('').query('status'),
      executeUpdate: () => Promise.resolve('Abandoned by Ha.'),
      signal: () => Promise.resolve(),
      describe: () => Promise.reject(new TaskProblem('no worker', 'No worker responds.')),
    };
    const workflowService = { requestCancelWorkflowExecution: () => Promise.resolve() };
    const withDeadline = (_: number, work: () => unknown) => work();
    return { withDeadline, options: {}, workflow: { getHandle: () => handle }, workflowService } as unknown as Client;
  };

  it.each([
    ['an update', action, 'Abandoned by Ha. Its state now is not known: No worker responds.'],
    [
      'a cancellation',
      cancelAction({ by: 'Ha' }, 0),
      'Cancelled by Ha. Its state now is not known: No worker responds.',
    ],
  ])('has taken effect: %s', async (_, act, text) => {
    await expect(act(silent(), task)).resolves.toEqual({ text, hasTakenEffect: true });
  });
});

describe('an update', () => {
  it('names the revision of the status that was read right before', async () => {
    const { client, requests } = aClient(0);
    await action(client, { workflowId: 'extpost/acme/1' });
    expect(requests).toEqual([{ by: 'Ha', expectedRevision: 3 }]);
  });
});
