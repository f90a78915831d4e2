import { assert, double, integer, property } from 'fast-check';

import { withJitter, backoffDelay } from '../../../domain/shared/backoff';
import { formatDuration } from '../../../domain/shared/text';

const pace = { firstMs: 1_000, factor: 1.5, maxMs: 4_000 };

describe('a pace', () => {
  it('begins with the first wait', () => {
    expect(backoffDelay(pace, 0)).toBe(1_000);
  });

  it('grows by its factor up to the longest wait', () => {
    expect([1, 2, 3, 4, 5].map((look) => backoffDelay(pace, look))).toEqual([1_500, 2_250, 3_375, 4_000, 4_000]);
  });

  it('never gets shorter, nor longer than the longest wait', () => {
    const anyFactor = double({ min: 1, max: 10, noNaN: true });
    expect(() => {
      assert(
        property(anyFactor, integer({ min: 0, max: 10_000 }), (factor, look) => {
          const [now, next] = [look, look + 1].map((one) => backoffDelay({ firstMs: 500, factor, maxMs: 60_000 }, one));
          return now !== undefined && next !== undefined && now <= next && next <= 60_000;
        }),
      );
    }).not.toThrow();
  });
});

describe('a wait that is spread', () => {
  it('is shortened by a fifth at most, and never made longer', () => {
    expect([0, 0.5, 1].map((random) => withJitter(1_000, random))).toEqual([1_000, 900, 800]);
  });
});

describe('the text of a duration', () => {
  it.each([
    [20, '1 second'],
    [12_345, '12 seconds'],
    [60_000, '1 minute'],
    [90_000, '90 seconds'],
    [3_600_000, '60 minutes'],
    [3_601_000, '60 minutes'],
  ])('%i ms is "%s"', (ms, words) => {
    expect(formatDuration(ms)).toBe(words);
  });
});
