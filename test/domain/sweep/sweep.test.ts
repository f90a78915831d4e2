import { eventsSince } from '../../../domain/delivery/last-submission';
import { decideSweep, isRejectedRow, sweepEvent, unlistedEvent } from '../../../domain/sweep/sweep';
import type { LastRun, ListingRow } from '../../../domain/sweep/sweep';
import {
  previousRowFaults,
  listingRefusalSentence,
  previouslyNotified,
  previousSweepWarning,
} from '../../../domain/sweep/previous-sweep';
import { aTask } from '../../support/facts';

const toDo: ListingRow = { status: 'to do' };
const inProgress: ListingRow = { status: 'in progress' };
const rejected: ListingRow = { status: 'to do', isRejected: true };
const done: ListingRow = { status: 'done' };
const NOON = Date.parse('2026-01-01T12:00:00Z');

describe('the sweep, looking at a listed task', () => {
  it.each<[string, LastRun, ListingRow, 'start' | 'signal' | 'leave']>([
    ['starts a task that has no run', { status: 'none' }, toDo, 'start'],
    ['starts a rejected task that has no run', { status: 'none' }, rejected, 'start'],
    ['starts a task that someone began and that has no run', { status: 'none' }, inProgress, 'start'],
    ['leaves a done task that has no run', { status: 'none' }, done, 'leave'],
    ['leaves a bypassed task that has no run', { status: 'none' }, { status: 'bypassed' }, 'leave'],
    ['leaves a running task', { status: 'running', stage: 'Export' }, toDo, 'leave'],
    ['wakes one that waits for its turn', { status: 'running', stage: 'Brief', isDelayed: true }, toDo, 'signal'],
    ['leaves a run that awaits the verdict', { status: 'running', stage: 'Awaiting verdict' }, inProgress, 'leave'],
    [
      'tells a run that awaits the verdict of a reset',
      { status: 'running', stage: 'Awaiting verdict' },
      toDo,
      'signal',
    ],
    ['tells a run that was done of a reset', { status: 'running', stage: 'Done' }, toDo, 'signal'],
    ['tells a run whose row says rejected', { status: 'running', stage: 'Done' }, { status: 'rejected' }, 'signal'],
    ['tells a run that awaits the verdict', { status: 'running', stage: 'Awaiting verdict' }, rejected, 'signal'],
    ['tells a run whose stage is not known', { status: 'running' }, rejected, 'signal'],
    ['leaves a run that works on a correction', { status: 'running', stage: 'Export' }, rejected, 'leave'],
    [
      'leaves a rejected run that a person has to look at',
      { status: 'running', stage: 'Needs attention' },
      rejected,
      'leave',
    ],
    ['starts a task again whose last run failed', { status: 'failed' }, toDo, 'start'],
    ['starts a task again whose last run timed out', { status: 'timed out' }, inProgress, 'start'],
    ['leaves a failed run of a done task', { status: 'failed' }, done, 'leave'],
    ['starts a completed task again that is to do', { status: 'completed', stage: 'Done' }, toDo, 'start'],
    ['starts a completed task again that was rejected', { status: 'completed', stage: 'Done' }, rejected, 'start'],
    [
      'starts a rejected task that is done on paper',
      { status: 'completed' },
      { status: 'done', isRejected: true },
      'start',
    ],
    ['leaves a completed task that is in progress', { status: 'completed' }, inProgress, 'leave'],
    ['leaves what settled after a cancel', { status: 'completed', stage: 'Cancelled' }, rejected, 'leave'],
    ['leaves what a person cancelled', { status: 'cancelled' }, rejected, 'leave'],
    ['leaves what a person terminated', { status: 'terminated' }, toDo, 'leave'],
    ['leaves what a person paused', { status: 'paused' }, rejected, 'leave'],
    ['leaves a state that it does not know', { status: 'unknown' }, toDo, 'leave'],
  ])('%s', (_sentence, lastRun, row, action) => {
    expect(decideSweep(lastRun, row).action).toBe(action);
  });

  it('says why it leaves a task alone', () => {
    expect(decideSweep({ status: 'cancelled' }, toDo).reason).toBe('an operator cancelled it');
  });
});

describe('a listing row', () => {
  it.each<ListingRow>([{ status: 'rejected' }, { status: 'to do', isRejected: true }])(
    'is rejected by its status or its flag: %j',
    (row) => {
      expect(isRejectedRow(row)).toBe(true);
    },
  );

  it.each(['To Do', 'Not rejected', '3000', undefined])(
    'is not rejected when its status is called %s',
    (statusText) => {
      expect(isRejectedRow({ status: 'open', statusText, isRejected: false })).toBe(false);
    },
  );
});

describe('the event of a sweep', () => {
  const task = { taskId: 'A3B4C5D6-1111-4222-8333-944445555666' };
  const waiting = (round: number): LastRun => ({ status: 'running', stage: 'Awaiting verdict', round });
  const idFor = (lastRun: LastRun, now: number): string => sweepEvent(task, rejected, lastRun, now).eventId;

  it('has the same id for the same news, so that a repeat is the same event', () => {
    expect(sweepEvent(task, toDo, { status: 'none' }, NOON)).toEqual({
      kind: 'ready',
      source: 'sweep',
      eventId: 'sweep/a3b4c5d6-1111-4222-8333-944445555666/to-do',
      happenedAt: NOON,
    });
  });

  it('has another id for a rejection than for a task that is ready', () => {
    expect(sweepEvent(task, rejected, { status: 'none' }, NOON).eventId).toMatch(/\/rejected$/);
  });

  it('has the same id when the listing is read twice within seconds', () => {
    expect(idFor(waiting(1), NOON + 10_000)).toBe(idFor(waiting(1), NOON));
  });

  it('counts as news in the next sweep when its first row was too close to the submission', () => {
    const submission = { at: NOON, assets: {}, notesBefore: [] };
    const [tooEarly, next] = [NOON + 20_000, NOON + 60_000].map((readAt) =>
      sweepEvent(task, rejected, waiting(1), readAt),
    );
    expect(next?.eventId).not.toBe(tooEarly?.eventId);
    const told = [tooEarly, next].flatMap((event) => event ?? []);
    expect(eventsSince(told, submission, aTask())).toEqual([next]);
  });

  it.each<[ListingRow, string]>([
    [{ status: 'rejected', statusText: 'QCRejected' }, 'status QCRejected in the listing'],
    [rejected, 'marked as rejected in the listing'],
  ])('says what the row %j says', (row, says) => {
    expect(sweepEvent(task, row, waiting(1), NOON)).toMatchObject({ kind: 'rejected', says });
  });

  it('has an id of its own for each run whose task is no longer listed', () => {
    expect(unlistedEvent(task, 'run-1')).toEqual({
      kind: 'ready',
      source: 'sweep',
      eventId: 'sweep/a3b4c5d6-1111-4222-8333-944445555666/not-listed/run-1',
    });
  });

  it('has another id for the rejection of another round', () => {
    expect(idFor(waiting(1), NOON)).not.toBe(idFor(waiting(0), NOON));
  });
});

describe('the sweep, looking at a task whose run has ended by itself', () => {
  const gone: LastRun = { status: 'completed', stage: 'Gone', end: { outcome: 'gone', hasDelivered: false } };

  it('leaves what a person gave up', () => {
    expect(decideSweep({ status: 'completed', stage: 'Abandoned' }, rejected)).toEqual({
      action: 'leave',
      reason: 'an operator abandoned it',
    });
  });

  it('leaves a gone task whose row is as its run has known it', () => {
    const end = { outcome: 'gone', hasDelivered: true, lastStatus: 'to do' };
    expect(decideSweep({ ...gone, end }, toDo).action).toBe('leave');
  });

  it('starts a gone task again that has changed since', () => {
    const end = { outcome: 'gone', hasDelivered: true, lastStatus: 'in progress' };
    expect(decideSweep({ ...gone, end }, toDo).action).toBe('start');
  });

  it('leaves a task of which a person left out everything, until its row changes', () => {
    const end = { outcome: 'left out', hasDelivered: true, lastStatus: 'to do' };
    expect(decideSweep({ status: 'completed', stage: 'Done', end }, rejected).action).toBe('leave');
    const changed = { ...end, lastStatus: 'in progress' };
    expect(decideSweep({ status: 'completed', stage: 'Done', end: changed }, rejected).action).toBe('start');
  });

  it('starts a task once for a row, when its run finds nothing to deliver', () => {
    expect(decideSweep({ ...gone, triggerEventId: 'webhook-1' }, toDo, 'sweep/t/to-do').action).toBe('start');
    expect(decideSweep({ ...gone, triggerEventId: 'sweep/t/to-do' }, toDo, 'sweep/t/to-do').action).toBe('leave');
  });

  it('starts a task again that was rejected twice after its runs had ended', () => {
    const end = { outcome: 'no verdict', hasDelivered: true, lastStatus: 'done' };
    const lastRun: LastRun = { status: 'completed', stage: 'Done', end, triggerEventId: 'sweep/t/rejected' };
    expect(decideSweep(lastRun, rejected, 'sweep/t/rejected').action).toBe('start');
  });
});

describe('what one sweep hands to the next', () => {
  it('is what it has reported, and the faults of rows that it has named', () => {
    const result = { notified: ['event-1'], unread: { count: 2, faults: ['$.pageData[*].taskId: expected an id'] } };
    expect(previouslyNotified(result)).toEqual(['event-1']);
    expect(previousRowFaults(result)).toEqual(['$.pageData[*].taskId: expected an id']);
  });

  it.each([undefined, null, 'text', {}, { notified: 'all', unread: null }, { notified: [1], unread: { faults: [2] } }])(
    'is nothing in %j',
    (result) => {
      expect([previouslyNotified(result), previousRowFaults(result)]).toEqual([[], []]);
    },
  );
});

describe('what is said of a listing that may not be read', () => {
  const endpoint = 'GET /extpost/tasks';

  it('names the endpoint, the level, whom to ask and where it is ticked', () => {
    const sentence = listingRefusalSentence('acme', { endpoint });
    for (const word of [
      endpoint,
      '403',
      'Edit',
      'administrator of acme’s',
      '“Developer API”',
      'Webhooks work as before',
    ])
      expect(sentence).toContain(word);
  });

  it('speaks of the workspace when that is what Creative Force refuses', () => {
    expect(listingRefusalSentence('acme', { endpoint, code: 'PER-3' })).toContain('access to every workspace');
  });
});

describe('the warning of the last sweep', () => {
  const warning = { sentence: 'It may not.', since: '2026-01-01T00:00:00.000Z' };

  it('is found in the result that Temporal kept', () => {
    expect(previousSweepWarning({ listed: 0, started: [], signalled: [], warning })).toEqual(warning);
  });

  it.each([undefined, null, 'text', {}, { warning: null }, { warning: { sentence: 'alone' } }])(
    'is none in %j',
    (result) => {
      expect(previousSweepWarning(result)).toBeUndefined();
    },
  );
});
