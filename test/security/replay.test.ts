import { isFresh } from '../../starters/webhook/freshness';
import {
  event,
  logged,
  notified,
  post,
  receiverForEach,
  serve,
  workflowId,
} from '../starters/webhook/receiver-harness';

receiverForEach();

const DAY_MS = 86_400_000;

describe('a signed webhook that is sent again', () => {
  const at = (EventDatetimeUtc: unknown) => post(JSON.stringify({ ...event, EventDatetimeUtc }));

  it.each([
    ['of 2023', () => 1_688_169_600_000],
    ['of 31 days ago', () => Date.now() - 31 * DAY_MS],
    ['of the day after tomorrow', () => Date.now() + 2 * DAY_MS],
  ])('is refused when it is %s, and the log says who finds the task', async (_when, moment) => {
    expect((await at(moment())).status).toBe(422);
    expect(notified).toEqual([]);
    expect(logged).toContain('the sweep finds its task');
  });

  it.each([
    ['a minute old', () => Date.now() - 60_000],
    ['29 days old', () => Date.now() - 29 * DAY_MS],
    ['dated by a clock that is an hour ahead', () => Date.now() + 3_600_000],
    ['without a time', () => undefined],
    ['of a time that is null', () => null],
  ])('is accepted when it is %s', async (_what, moment) => {
    expect((await at(moment())).status).toBe(202);
  });

  it('is refused after as long as the setting says', async () => {
    await serve({ maxEventAgeMs: DAY_MS });
    expect((await at(Date.now() - 2 * DAY_MS)).status).toBe(422);
  });

  // That the starter refuses it is tested with Temporal in test/starters/tasks/task-starter.server.test.ts.
  it('is refused when the last run of its task has already seen it', async () => {
    const refused = 'the last run of its task has already seen it' as const;
    await serve({ starter: { notify: () => Promise.resolve({ workflowId, runId: 'ended', refused }) } });
    const { status, text } = await at(Date.now());
    expect(status).toBe(409);
    expect(text).not.toContain(workflowId);
    expect(logged).toContain(refused);
  });
});

describe('the freshness of an event', () => {
  const now = Date.UTC(2026, 10, 29);

  it.each([
    ['exactly as old as is allowed', now - DAY_MS, true],
    ['a millisecond older', now - DAY_MS - 1, false],
    ['a day ahead', now + DAY_MS, true],
    ['more than a day ahead', now + DAY_MS + 1, false],
    ['a number of seconds, which says nothing about its age', now / 1000, true],
  ])('%s: %p', (_what, happenedAt, expected) => {
    expect(isFresh(happenedAt, DAY_MS, now)).toBe(expected);
  });
});
