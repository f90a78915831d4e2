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

  it('is none where .NET writes the last moment that it knows', () => {
    const never = Date.parse('9999-12-31T23:59:59.999Z');
    expect(earliestDeadline({ task: aTask({ deadline: never }) }, Date.now(), undefined)).toBeUndefined();
    expect(earliestDeadline({ ...facts, task: aTask({ deadline: never }) }, 0, undefined)).toEqual({
      at: 4_000,
      by: 'job',
    });
  });

  it('is announced before and reported afterwards', () => {
    const due = { at: 3_600_000, by: 'task' } as const;
    const at = (now: number) => deadlineMessage(due, { now, isCorrection: false });
    expect(at(0)).toContain('60 minutes left, and nothing has been submitted yet');
    expect(at(3_600_001)).toContain('the deadline has passed, and nothing was submitted in time');
  });

  it('of a correction says that only the correction is late', () => {
    const passed = deadlineMessage({ at: 0, by: 'task' }, { now: 1, isCorrection: true });
    expect(passed).toContain('no correction was submitted in time');
  });
});
