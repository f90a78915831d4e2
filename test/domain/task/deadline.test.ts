import { deadlineMessage, earliestDeadline } from '../../../domain/task/deadline';
import { aTask, someFacts } from '../../support/facts';

describe('a deadline', () => {
  const facts = someFacts({ task: aTask({ deadline: 5_000 }), job: { code: 'JOB-1', deadline: 4_000 } });

  it('is the earliest of all that are known', () => {
    expect(earliestDeadline(facts, 0, undefined)).toEqual({ at: 4_000, by: 'job' });
    expect(earliestDeadline(facts, 1_000, 2_000)).toEqual({ at: 3_000, by: 'service level' });
  });

  it('is none when nobody says one', () => {
    expect(earliestDeadline(someFacts(), 0, undefined)).toBeUndefined();
  });

  it('is announced before and reported afterwards', () => {
    const due = { at: 3_600_000, by: 'task' } as const;
    expect(deadlineMessage(due, 0)).toContain('60 minutes left');
    expect(deadlineMessage(due, 3_600_001)).toContain('the deadline has passed');
  });
});
