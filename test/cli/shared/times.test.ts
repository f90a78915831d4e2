import { exactText, momentText, shortMomentText } from '../../../cli/shared/times';

const now = Date.parse('2026-11-29T14:05:07Z');
const utc = { now, utc: true };

describe('a moment', () => {
  it('has its date, and in a table only when that is another day', () => {
    expect(momentText(now - 3_600_000, utc)).toBe('2026-11-29 13:05 UTC (60 min ago)');
    expect(shortMomentText(now - 3_600_000, utc)).toBe('13:05Z (60 min ago)');
    expect(shortMomentText(now - 86_400_000, utc)).toBe('11-28 14:05Z (24 h ago)');
  });

  it('is local unless UTC is asked for', () => {
    const local = new Date(now);
    const clock = [local.getHours(), local.getMinutes()].map((part) => String(part).padStart(2, '0')).join(':');
    expect(momentText(now, { now, utc: false })).toContain(` ${clock} (now)`);
    expect(exactText(now, { utc: true })).toBe('2026-11-29 14:05:07Z');
  });
});
