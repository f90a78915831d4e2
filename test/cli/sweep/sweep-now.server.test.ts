import { sweepNow } from '../../../cli/sweep/sweep-now';
import { eventually, TestTemporal } from '../../support/temporal';

describe('a sweep by hand', () => {
  let temporal: TestTemporal;
  beforeAll(async () => {
    temporal = await TestTemporal.connect();
  });
  afterAll(() => temporal.close());

  it('is cancelled when nobody does it in time, with a sentence that says so', async () => {
    await expect(sweepNow(temporal.client, { studio: 'acme', withinMs: 2_500 })).rejects.toThrow(
      /^acme: the listing was not read within 3 s, so this sweep was cancelled\. At the end: no worker takes it/,
    );
    const query = 'WorkflowType = "listingSweep"';
    const runs = await eventually(
      async () => {
        const found = [];
        for await (const run of temporal.client.workflow.list({ query })) found.push(run.workflowId);
        return found;
      },
      (found) => found.length > 0,
    );
    const [workflowId = ''] = runs;
    const { historyLength } = await temporal.client.workflow.getHandle(workflowId).describe();
    // Started, its first workflow task, and the cancellation that the next worker will see.
    expect([runs.length, historyLength]).toEqual([1, 3]);
  });
});
