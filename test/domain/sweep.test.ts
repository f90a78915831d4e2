import { decideSweep, isRejectedRow, listingRefusalSentence, sweepEvent, warningOfLastSweep } from '../../domain/sweep';
import type { LastRun, ListedTask } from '../../domain/sweep';

const toDo: ListedTask = { status: 'to do' };
const inProgress: ListedTask = { status: 'in progress' };
const rejected: ListedTask = { status: 'to do', isRejected: true };
const done: ListedTask = { status: 'done' };

describe('the sweep, looking at a listed task', () => {
  it.each<[string, LastRun, ListedTask, 'start' | 'signal' | 'leave']>([
    ['starts a task that has no run', { status: 'none' }, toDo, 'start'],
    ['starts a rejected task that has no run', { status: 'none' }, rejected, 'start'],
    ['starts a task that someone began and that has no run', { status: 'none' }, inProgress, 'start'],
    ['leaves a done task that has no run', { status: 'none' }, done, 'leave'],
    ['leaves a running task', { status: 'running', stage: 'Export' }, toDo, 'leave'],
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
    expect(decideSweep({ status: 'cancelled' }, toDo).reason).toBe('a person cancelled it');
  });
});

describe('a listing row', () => {
  it.each(['Rejected', 'QCRejected', 'QC Rejected'])('is rejected when its status is called %s', (statusText) => {
    expect(isRejectedRow({ status: 'open', statusText })).toBe(true);
  });

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

  it('has the same id for the same news, so that a repeat is the same event', () => {
    expect(sweepEvent(task, toDo, { status: 'none' })).toEqual({
      kind: 'ready',
      source: 'sweep',
      eventId: 'sweep/a3b4c5d6-1111-4222-8333-944445555666/to-do',
    });
  });

  it('has another id for a rejection than for a task that is ready', () => {
    expect(sweepEvent(task, rejected, { status: 'none' }).eventId).toMatch(/\/rejected$/);
  });

  it('has another id for the rejection of another round', () => {
    expect(sweepEvent(task, rejected, waiting(1)).eventId).not.toBe(sweepEvent(task, rejected, waiting(0)).eventId);
  });
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
      'webhooks work as before',
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
    expect(warningOfLastSweep({ listed: 0, started: [], signalled: [], warning })).toEqual(warning);
  });

  it.each([undefined, null, 'text', {}, { warning: null }, { warning: { sentence: 'alone' } }])(
    'is none in %j',
    (result) => {
      expect(warningOfLastSweep(result)).toBeUndefined();
    },
  );
});
