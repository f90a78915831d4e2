import { type Client, ServiceError } from '@temporalio/client';

import { updateAction } from '../../../cli/operator/action';
import { abandonUpdate } from '../../../workflows/messages';

/** What Temporal answers when the workflow had to take in something newer than the update. */
function dropped(): ServiceError {
  const details = 'Unable to perform workflow execution update due to unexpected workflow task failure.';
  return new ServiceError('Workflow Update failed', {
    cause: Object.assign(new Error(`9 FAILED_PRECONDITION: ${details}`), { code: 9, details, metadata: {} }),
  });
}

/** A client of a task that needs attention, and whose first `drops` updates are dropped. */
function aClient(drops: number): { client: Client; updateIds: string[] } {
  const updateIds: string[] = [];
  const handle = {
    query: () =>
      Promise.resolve({ stage: 'Needs attention', sentence: 'No creative.', attention: { cause: 'template' } }),
    describe: () => Promise.resolve({ status: { name: 'RUNNING' }, runId: 'run-1' }),
    executeUpdate: (_: unknown, { updateId }: { updateId: string }) => {
      updateIds.push(updateId);
      return updateIds.length > drops ? Promise.resolve('Given up by Ha.') : Promise.reject(dropped());
    },
  };
  const client = { withDeadline: (_: number, work: () => unknown) => work(), workflow: { getHandle: () => handle } };
  return { client: client as unknown as Client, updateIds };
}

const act = updateAction(abandonUpdate, { by: 'Ha' }, { waitMs: 0, ends: true });

describe('an action that the server drops', () => {
  it('is sent again as the same one, so that it is done once', async () => {
    const { client, updateIds } = aClient(2);
    expect((await act(client, { workflowId: 'extpost/acme/1' })).text).toContain('Given up by Ha. Now: still running');
    expect([updateIds.length, new Set(updateIds).size]).toEqual([3, 1]);
  });

  it('time after time is explained', async () => {
    const { client, updateIds } = aClient(Infinity);
    const { text, hasTakenEffect: isTaken } = await act(client, { workflowId: 'extpost/acme/1' });
    expect([text, isTaken]).toEqual([expect.stringContaining('not done: The workflow cannot answer just now'), false]);
    expect(updateIds).toHaveLength(3);
  });
});
