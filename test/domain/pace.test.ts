import { assert, double, integer, property } from 'fast-check';

import { waitBefore } from '../../domain/pace';

const pace = { firstMs: 1_000, factor: 1.5, maxMs: 4_000 };

describe('a pace', () => {
  it('begins with the first wait', () => {
    expect(waitBefore(pace, 0)).toBe(1_000);
  });

  it('grows by its factor up to the longest wait', () => {
    expect([1, 2, 3, 4, 5].map((look) => waitBefore(pace, look))).toEqual([1_500, 2_250, 3_375, 4_000, 4_000]);
  });

  it('never gets shorter, nor longer than the longest wait', () => {
    const anyFactor = double({ min: 1, max: 10, noNaN: true });
    expect(() => {
      assert(
        property(anyFactor, integer({ min: 0, max: 10_000 }), (factor, look) => {
          const [now, next] = [look, look + 1].map((one) => waitBefore({ firstMs: 500, factor, maxMs: 60_000 }, one));
          return now !== undefined && next !== undefined && now <= next && next <= 60_000;
        }),
      );
    }).not.toThrow();
  });
});
