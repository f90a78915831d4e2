import { dailySummaryMessage, summaryBegin } from '../../../domain/notification/daily-summary';
import { messageText } from '../../../domain/notification/message';

const until = Date.parse('2026-11-30T07:30:00Z');
const hours = (count: number): number => count * 3_600_000;

describe('a daily summary', () => {
  const summary = {
    studio: 'acme',
    from: until - hours(24),
    until,
    delivered: 12,
    corrected: 3,
    waiting: [
      { cause: 'no creative', count: 2 },
      { cause: 'rejected', count: 1 },
    ],
    late: 1,
  };

  it('tells what was delivered and corrected, and what is waiting and late', () => {
    const message = dailySummaryMessage(summary, { timeZone: 'UTC' });
    expect(message.subject).toBe('acme: 12 delivered, 3 corrected, 3 waiting, 1 late');
    expect(messageText(message)).toContain('Waiting for somebody: 3 (no creative: 2, rejected: 1)');
  });

  it('says why it does not know what was delivered', () => {
    const { delivered, corrected, ...known } = summary;
    expect(messageText(dailySummaryMessage(known, { timeZone: 'UTC' }))).toContain(
      'Delivered: not known, because the audit is switched off',
    );
    expect([delivered, corrected]).toEqual([12, 3]);
  });

  it.each([
    ['a day without one before', undefined, 24],
    ['the time since the one before, such as over a weekend', { until: until - hours(72) }, 72],
    ['a week at most', { until: until - hours(500) }, 168],
    ['a day after a result that is none', { until: 'soon' }, 24],
  ])('tells of %s', (_, before, expected) => {
    expect(until - summaryBegin(until, before)).toBe(hours(expected));
  });
});
