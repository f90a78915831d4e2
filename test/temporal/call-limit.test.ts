import { limitCalls } from '../../temporal/closed-calls';

type Options = Parameters<ReturnType<typeof limitCalls>>[0];

function deadlineOf(options: Partial<Options>): unknown {
  let deadline: unknown;
  const nextCall = (given: Options) => {
    ({ deadline } = given);
    return {} as ReturnType<ReturnType<typeof limitCalls>>;
  };
  limitCalls(5_000)(options as Options, nextCall);
  return deadline;
}

describe('a call to Temporal', () => {
  it('ends after the limit when its caller sets no deadline', () => {
    const before = Date.now();
    const deadline = deadlineOf({});
    expect(deadline).toBeGreaterThanOrEqual(before + 5_000);
    expect(deadline).toBeLessThanOrEqual(Date.now() + 5_000);
  });

  it.each([
    ['earlier', 1_000],
    ['later', 9_999_999_999_999],
  ])('keeps a deadline of its caller that is %s', (_, deadline) => {
    expect(deadlineOf({ deadline })).toBe(deadline);
  });
});
