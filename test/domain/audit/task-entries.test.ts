import { deliveriesIn, stopIn } from '../../../domain/audit/task-entries';
import { anAuditedFile, anEntry } from '../../support/audit-facts';

describe('the deliveries among the entries of a task', () => {
  it('are its submissions, with all that later rounds need of their files', () => {
    const entries = [anEntry(), anEntry({ event: 'cancelled', round: 1 })];
    const { state: _, ...file } = anAuditedFile();
    expect(deliveriesIn(entries)).toEqual([
      { run: 'run-1', round: 0, submittedAt: '2026-11-03T09:15:00.000Z', plan: anEntry().plan, files: [file] },
    ]);
  });
});

describe('a decision that a task is left alone', () => {
  it.each([
    ['cancelled', 'It was cancelled.'],
    ['abandoned', 'It was abandoned.'],
    ['terminated', 'It was terminated.'],
  ] as const)('counts as long as it is the last entry: %s', (event, sentence) => {
    const stop = anEntry({ event, at: '2026-11-04T09:00:00.000Z' });
    expect(stopIn([anEntry(), stop])).toEqual({ at: stop.at, sentence });
    expect(stopIn([stop, anEntry({ round: 1 })])).toBeUndefined();
  });
});
