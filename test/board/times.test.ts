import { duration, shownTime } from '../../board/shared/times';

const MINUTE = 60_000;

describe('times on the board', () => {
  it.each([
    [500, '1 s'],
    [59_000, '59 s'],
    [5 * MINUTE, '5 min'],
    [90 * MINUTE, '2 h'],
    [47 * 60 * MINUTE, '47 h'],
    [72 * 60 * MINUTE, '3 days'],
  ])('%d ms is %s', (milliseconds, text) => {
    expect(duration(milliseconds)).toBe(text);
  });

  it.each([
    [1_000 + 5 * MINUTE, 'in 5 min'],
    [1_000 - 5 * MINUTE, '5 min ago'],
  ])('says how far away %d is', (at, away) => {
    expect(shownTime(at, 1_000).away).toBe(away);
  });
});
