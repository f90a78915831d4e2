import { Registry } from 'prom-client';

import type { SweepOutcome } from '../../../domain/sweep/sweep';
import { withSweepMetrics } from '../../../starters/sweep/sweep-metrics';

const task = { studio: 'acme', taskId: 'task-1', contentCreationType: 'ecom' } as const;
const outcomes: Record<string, Omit<SweepOutcome, 'workflowId' | 'reason'>> = {
  found: { action: 'start', isFound: true },
  failed: { action: 'start', isFound: false },
  rejected: { action: 'signal' },
  running: { action: 'leave' },
};

/** What is counted when the sweep does this with tasks of these ids. */
async function countedFor(...ids: string[]): Promise<Record<string, number>> {
  const registry = new Registry();
  const starter = withSweepMetrics(
    {
      start: () => Promise.resolve('is running' as const),
      notify: () => Promise.reject(new Error('nobody asked for this')),
      ensureRunning: ({ taskId }) =>
        Promise.resolve({ workflowId: taskId, reason: 'as decided', action: 'leave', ...outcomes[taskId] }),
      notifyUnlisted: () => Promise.resolve({ unlisted: ['task-2', 'task-3'], notified: [] }),
    },
    registry,
  );
  for (const taskId of ids) await starter.ensureRunning({ ...task, taskId }, { status: 'to do' });
  await starter.notifyUnlisted({ studio: 'acme', taskIds: [], notified: [], readFrom: 0 });
  const { values } = (await registry.getSingleMetric('extpost_sweep_tasks_total')?.get()) ?? { values: [] };
  return Object.fromEntries(values.map(({ labels, value }) => [String(labels['result']), value]));
}

describe('the count of what sweeps find', () => {
  it('distinguishes tasks found without a webhook from those that were started again', async () => {
    expect(await countedFor('found', 'failed', 'found', 'rejected', 'running')).toEqual({
      found: 2,
      'started again': 1,
      rejected: 1,
      unlisted: 2,
    });
  });
});
