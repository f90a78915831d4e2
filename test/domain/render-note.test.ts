import { isWorthTelling, noteInWords, type RenderNote } from '../../domain/render-note';

const note = (changes: Partial<RenderNote> = {}): RenderNote => ({
  waitId: '1',
  rendered: 7,
  wanted: 9,
  attempt: 4,
  at: Date.UTC(2026, 0, 1, 14, 3, 20),
  nextLookAt: Date.UTC(2026, 0, 1, 14, 3, 32),
  ...changes,
});

/** How often a wait tells its workflow, when one more is rendered at each look. */
function tellings(wanted: number): number {
  let told = 0;
  let count = 0;
  for (let rendered = 0; rendered < wanted; rendered++) {
    if (!isWorthTelling({ rendered, wanted, told })) continue;
    told = rendered;
    count++;
  }
  return count;
}

describe('telling the workflow how far the renders are', () => {
  it('happens at most four times a wait, however many outputs there are', () => {
    expect([1, 2, 5, 9, 100, 9_999].map(tellings)).toEqual([0, 1, 4, 4, 4, 4]);
  });

  it('does not happen while nothing changes', () => {
    expect(isWorthTelling({ rendered: 3, wanted: 9, told: 3 })).toBe(false);
  });

  it('is read as how many, which attempt, and when the next look is', () => {
    expect(noteInWords([note()], 9)).toBe('7 of 9 rendered; attempt 4 at 14:03:20, the next look at 14:03:32 UTC.');
  });

  it('adds up the waits of a round, with the attempt of the newest look', () => {
    const later = note({ waitId: '2', rendered: 2, wanted: 3, attempt: 6, at: Date.UTC(2026, 0, 1, 14, 4) });
    expect(noteInWords([later, note()], 12)).toContain('9 of 12 rendered; attempt 6 at 14:04:00');
  });
});
