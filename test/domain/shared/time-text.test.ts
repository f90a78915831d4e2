import { exactDuration, relativeTime, shortDuration } from '../../../domain/shared/time-text';

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const now = Date.parse('2026-11-29T14:05:07Z');

describe('a moment', () => {
  it.each([
    [0, 'now'],
    [-59_000, 'now'],
    [-20 * MINUTE, '20 min ago'],
    [-3 * HOUR, '3 h ago'],
    [-50 * HOUR, '2 days ago'],
    [20 * MINUTE, 'in 20 min'],
    [120 * HOUR, 'in 5 days'],
  ])('%d ms from now is %s', (distance, text) => {
    expect(relativeTime(now + distance, now)).toBe(text);
  });
});

describe('a duration', () => {
  it.each([
    [0, '1 s', '0.0 s'],
    [420, '1 s', '0.4 s'],
    [59_000, '59 s', '59 s'],
    [5 * MINUTE, '5 min', '5 min'],
    [90 * MINUTE, '90 min', '1 h 30 min'],
    [47 * HOUR, '47 h', '47 h 0 min'],
    [72 * HOUR, '3 days', '72 h 0 min'],
  ])('of %d ms is %s in a list, and %s of a step', (milliseconds, short, exact) => {
    expect([shortDuration(milliseconds), exactDuration(milliseconds)]).toEqual([short, exact]);
  });
});
