import { z } from 'zod';

import { duration, growthFactor, ascending } from '../shared/duration';
import { wholeNumber } from '../shared/values';

/** How Celtra is polled for what a waiting task needs. */
export const correctionsSchema = z
  .strictObject({
    first: duration().prefault('2m').describe('The wait between the first two polls.'),
    factor: growthFactor().prefault(1.5).describe('By what factor each wait is longer than the one before.'),
    max: duration().prefault('1h').describe('The longest wait between two polls.'),
    for: duration().prefault('90d').describe('How long it is polled; then only an operator can resume the task.'),
    settlingTime: duration()
      .prefault('10m')
      .describe(
        'Where Creative Force does not say which outputs were rejected: how long nothing may change in Celtra before those that have changed are delivered.',
      ),
    unclearAfter: duration()
      .prefault('10m')
      .describe(
        'How long after a rejection Creative Force may take to show what was rejected, before the task needs attention.',
      ),
    maxRounds: wholeNumber(10, { min: 1 }).describe(
      'How often a task may be rejected before an operator is asked whether to continue.',
    ),
  })
  .superRefine(ascending('first', 'max'));

/** How a step is retried that a fault of the other side stopped. */
export const retriesSchema = z
  .strictObject({
    first: duration().prefault('5m').describe('The first wait.'),
    factor: growthFactor().prefault(2).describe('By what factor each wait is longer than the one before.'),
    max: duration().prefault('6h').describe('The longest wait.'),
  })
  .superRefine(ascending('first', 'max'));

export const deadlineSchema = z.strictObject({
  sla: duration()
    .optional()
    .describe('How long after its arrival a task is due by your own agreement; absent means that there is none.'),
  warnBefore: duration().prefault('4h').describe('How long before a deadline a warning is sent.'),
});
