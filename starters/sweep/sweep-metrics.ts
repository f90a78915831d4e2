import { Counter, Gauge, type Registry } from 'prom-client';

import type { SweepOutcome } from '../../domain/sweep/sweep';
import type { TaskStarter } from '../tasks/task-starter';

export function createSweepGauges(registry: Registry) {
  const labelNames = ['studio'];
  const registers = [registry];
  const lastSuccesses = new Gauge({
    name: 'extpost_sweep_last_success_timestamp_seconds',
    help: 'When a sweep last ended that had read the studio’s listing; 0 when Temporal knows of none.',
    labelNames,
    registers,
  });
  const overdue = new Gauge({
    name: 'extpost_sweep_overdue',
    help: '1 when that is longer ago than sweep.alarmAfter.',
    labelNames,
    registers,
  });
  return {
    /** `lastSuccess`: Unix milliseconds; `undefined` is shown as 0. */
    show: (studio: string, lastSuccess: number | undefined, isOverdue: boolean) => {
      lastSuccesses.set({ studio }, (lastSuccess ?? 0) / 1000);
      overdue.set({ studio }, isOverdue ? 1 : 0);
    },
  };
}

/** Wraps a starter to count what sweeps find, above all tasks without a webhook. */
export function withSweepMetrics(starter: TaskStarter, registry: Registry): TaskStarter {
  const tasks = new Counter({
    name: 'extpost_sweep_tasks_total',
    help: 'Tasks for which a sweep had to do something, by what: found (no webhook had come), started again, rejected, unlisted.',
    labelNames: ['studio', 'result'],
    registers: [registry],
  });
  return {
    ...starter,
    ensureRunning: async (task, row, sweep) => {
      const outcome = await starter.ensureRunning(task, row, sweep);
      const result = resultOf(outcome);
      if (result !== undefined) tasks.inc({ studio: task.studio, result });
      return outcome;
    },
    notifyUnlisted: async (listing) => {
      const done = await starter.notifyUnlisted(listing);
      if (done.unlisted.length > 0) tasks.inc({ studio: listing.studio, result: 'unlisted' }, done.unlisted.length);
      return done;
    },
  };
}

function resultOf({ action, isFound }: SweepOutcome): string | undefined {
  if (action === 'start') return isFound === true ? 'found' : 'started again';
  return action === 'signal' ? 'rejected' : undefined;
}
