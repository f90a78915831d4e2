import { spreadLooks } from '../../../activities/creative-force/verdict-watch';

describe('the spread of looks', () => {
  it('leaves a delay as it is where the time is free', () => {
    expect(spreadLooks(2, () => 10_000)('acme', 30_000)).toBe(30_000);
  });

  it('gives no more looks to a second than it may, in the order in which they are asked for', () => {
    const spread = spreadLooks(2, () => 10_000);
    expect(Array.from({ length: 5 }, () => spread('acme', 30_000))).toEqual([30_000, 30_500, 31_000, 31_500, 32_000]);
  });

  it('uses the time that longer delays have left free', () => {
    const spread = spreadLooks(2, () => 10_000);
    spread('acme', 60_000);
    expect(spread('acme', 30_000)).toBe(30_000);
  });

  it('does not make a studio wait for the looks of another', () => {
    const spread = spreadLooks(2, () => 10_000);
    spread('acme', 30_000);
    expect(spread('nordlicht', 30_000)).toBe(30_000);
  });

  it('takes a part of time again once it is over', () => {
    let now = 10_000;
    const spread = spreadLooks(2, () => now);
    spread('acme', 0);
    now = 10_600;
    expect(spread('acme', 0)).toBe(0);
  });
});
