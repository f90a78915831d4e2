import { shownTime } from '../../board/shared/times';

describe('times on the board', () => {
  it('are shown in UTC, for a script, and as the distance from now', () => {
    const now = Date.parse('2026-11-29T14:05:07Z');
    expect(shownTime(now + 300_000, now)).toEqual({
      iso: '2026-11-29T14:10:07.000Z',
      text: '2026-11-29 14:10 UTC',
      away: 'in 5 min',
    });
  });
});
