import { countCeltra } from '../../bench/celtra-count';
import { median, percentile } from '../../bench/median';
import { parseRealistic, realisticSandbox } from '../../bench/realistic-options';

describe('the requests to Celtra of a realistic day', () => {
  it('are counted by what they were for', () => {
    const celtra = (facts: object) => ({ at: 0, kind: 'celtra', status: 200, byId: true, pending: 0, ...facts });
    const events = [
      celtra({ byId: false, pending: 4 }),
      celtra({ pending: 3 }),
      celtra({ pending: 1 }),
      // The last poll, and then a request for an address.
      celtra({}),
      celtra({}),
      celtra({ status: 429 }),
      celtra({ status: 503 }),
      { at: 0, kind: 'gateway', status: 429 },
    ];
    expect(countCeltra(events)).toEqual({ searches: 1, polls: 3, addresses: 1, refused: 2, all: 7 });
  });
});

describe('a percentile', () => {
  it.each([
    [[3, 1, 2], 0.5, 2],
    [[4, 1, 3, 2], 0.95, 4],
    [[7], 0.05, 7],
    [[], 0.5, NaN],
  ])('of %j at %d is %d', (values, share, expected) => {
    expect(percentile(values, share)).toBe(expected);
  });

  it('differs from the median where two values are in the middle', () => {
    expect([percentile([1, 2], 0.5), median([1, 2])]).toEqual([1, 1.5]);
  });
});

describe('the options of a realistic day', () => {
  const sandboxOf = (...args: string[]) => realisticSandbox(parseRealistic(args, { tasks: 100 }), {});

  it('are those of real services unless others are asked for', () => {
    expect(sandboxOf()).toMatchObject({
      day: { tasks: 100, filesPerTask: 4 },
      latency: { gateway: 150, celtra: 800, celtraFiles: 200, store: 200 },
      celtra: { rendersTakeMs: 2_000, parallelRequests: { limit: 8, above: 429 } },
    });
    expect(sandboxOf('300', '10', '--celtra-parallel', '4', '--above', 'slow', '--celtra', '500')).toMatchObject({
      day: { tasks: 300, filesPerTask: 10 },
      latency: { gateway: 150, celtra: 500 },
      celtra: { parallelRequests: { limit: 4, above: 'slow' } },
    });
  });

  it('can be a distribution, an answer at once, and no limit', () => {
    expect(sandboxOf('--sigma', '0.5').latency).toMatchObject({ celtra: { medianMs: 800, sigma: 0.5 } });
    expect(sandboxOf('--at-once', '--celtra-parallel', '0')).toMatchObject({
      latency: { gateway: 0, celtra: 0 },
      celtra: { rendersTakeMs: 0, parallelRequests: null },
    });
  });

  it.each([['--celtra', 'much'], ['--above', '500'], ['--unknown']])('refuse %s %s', (...args) => {
    expect(() =>
      parseRealistic(
        args.filter((word) => typeof word === 'string'),
        { tasks: 1 },
      ),
    ).toThrow();
  });
});
