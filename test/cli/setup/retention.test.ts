import { neededRetention, retentionWarning } from '../../../cli/setup/retention';

const DAY_MS = 86_400_000;
const acme = { name: 'acme', reviewWindowMs: 14 * DAY_MS };

describe('the retention of a namespace', () => {
  it('has to be the review window and thirty days', () => {
    expect(neededRetention(acme.reviewWindowMs)).toBe(44 * DAY_MS);
  });

  it.each([1, 30, 43.9])('of %d days is too short for a review window of 14 days', (days) => {
    const warning = retentionWarning('default', days * DAY_MS, acme);
    expect(warning).toContain(`keeps ended tasks for ${days} day`);
    expect(warning).toContain('acme needs 44 days');
    expect(warning).toContain('--namespace default --retention 44d');
  });

  it.each([44, 90, undefined])('of %p days is no reason for a warning', (days) => {
    expect(retentionWarning('default', days === undefined ? days : days * DAY_MS, acme)).toBeUndefined();
  });
});
