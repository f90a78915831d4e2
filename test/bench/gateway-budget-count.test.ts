import { countGateway } from '../../bench/gateway-budget-count';

const request = (at: number, endpoint = 'getTask', facts: object = {}) => ({
  at,
  kind: 'gateway',
  status: 200,
  endpoint,
  ...(endpoint === 'getTask' && { taskId: `task-${at}` }),
  ...facts,
});

describe('the requests to the gateway', () => {
  it('have their rate and their longest gap from the first request of a task on', () => {
    // Two workers listed what is open, a while before the day began.
    const events = [0, 4_000].map((at) => request(at, 'listTasks'));
    for (let at = 30_000; at <= 40_000; at += 100) if (at <= 33_000 || at >= 35_000) events.push(request(at));
    const { rate, rates, longestGap } = countGateway(events, 1);
    expect(rates).toEqual([8.1]);
    expect(longestGap).toEqual({ ms: 2_000, afterMs: 3_000 });
    expect(rate).toBeCloseTo(8.2);
  });

  it('are counted for each task without what tasks share', () => {
    const events = [
      request(0, 'token'),
      request(10, 'bulkGetSpecs'),
      request(20),
      request(30),
      request(40, 'getTask', { status: 429 }),
      { at: 50, kind: 'violation' },
    ];
    expect(countGateway(events, 2)).toMatchObject({ perTask: 1.5, mostOfOneTask: 1, violations: 1, tooMany: 1 });
  });

  it('are counted in the busiest second, wherever it begins', () => {
    const events = [0, 900, 950, 1_000, 1_800, 1_900].map((at) => request(at));
    expect(countGateway(events, 6).busiestSecond).toBe(4);
  });
});
