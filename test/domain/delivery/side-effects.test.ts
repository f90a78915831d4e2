import type { DeliveredRound } from '../../../domain/delivery/delivery-record';
import { sideEffectsText, type SideEffects } from '../../../domain/delivery/side-effects';

const aRound = { round: 0, submittedAt: '2026-11-03T12:00:00Z', files: [{}, {}] } as unknown as DeliveredRound;
const nothing: SideEffects = { rounds: [], uploaded: 0 };

describe('what had been sent', () => {
  it.each<[Partial<SideEffects>, string]>([
    [{}, 'nothing had been submitted'],
    [{ uploaded: 1 }, 'nothing had been submitted, and 1 file had been uploaded'],
    [{ rounds: [aRound] }, '2 files had been submitted in 1 round'],
    [
      { uploaded: 2, submission: 'unknown' },
      '2 uploaded files had been sent for submission, and whether that took effect is not known',
    ],
    [
      { rounds: [aRound], uploaded: 1, submission: 'not shown' },
      '2 files had been submitted in 1 round, and 1 uploaded file had been sent for submission, but Creative Force did not show that it had taken effect',
    ],
    [{ start: 'taken' }, 'nothing had been submitted; Creative Force had just been told that work begins'],
    [
      { start: 'unknown' },
      'nothing had been submitted; the start had been sent, and whether it took effect is not known',
    ],
    [
      { start: 'not shown' },
      'nothing had been submitted; the start had been sent, but Creative Force did not show that it had taken effect',
    ],
  ])('by %j is: %s', (left, words) => {
    expect(sideEffectsText({ ...nothing, ...left })).toBe(words);
  });
});
