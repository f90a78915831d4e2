import { isTaskAction, isTaskEvent, taskEventFromNotice } from '../../../domain/task/task-event';
import type { TaskNotice } from '../../../domain/task/task-event';

const notice: TaskNotice = {
  action: 'ExternalPostTaskReadyToWork',
  payloadId: '5f0a3c1e-7b52-4a0e-9d43-0c1d5a9b7e10',
  taskId: 'A3B4C5D6-1111-4222-8333-944445555666',
  contentCreationType: 'editorial',
  happenedAt: 1_767_225_600_123,
};

describe('a notice from Creative Force', () => {
  it('names the task of the studio it was sent for, in lower case', () => {
    expect(taskEventFromNotice('acme', notice)?.task).toEqual({
      studio: 'acme',
      taskId: 'a3b4c5d6-1111-4222-8333-944445555666',
      contentCreationType: 'editorial',
    });
  });

  it('is the event that its payload id names', () => {
    expect(taskEventFromNotice('acme', notice)?.event).toEqual({
      kind: 'ready',
      source: 'webhook',
      eventId: notice.payloadId,
      happenedAt: notice.happenedAt,
    });
  });

  it('distinguishes a rejection from a task that is ready', () => {
    const rejected = { ...notice, action: 'ExternalPostTaskRejected' };
    expect(taskEventFromNotice('acme', rejected)?.event.kind).toBe('rejected');
  });

  it.each(['ExternalPostTaskForgotten', '', 'toString', '__proto__'])(
    'is nothing to us when its action is "%s"',
    (action) => {
      expect(taskEventFromNotice('acme', { ...notice, action })).toBeUndefined();
      expect(isTaskAction(action)).toBe(false);
    },
  );
});

describe('the content of a signal', () => {
  const event = { kind: 'ready', source: 'webhook', eventId: 'event-1' };

  it.each([event, { ...event, kind: 'rejected', source: 'sweep', happenedAt: 1, hints: {}, says: 'status Rejected' }])(
    'is an event: %j',
    (value) => {
      expect(isTaskEvent(value)).toBe(true);
    },
  );

  it.each([
    undefined,
    null,
    'event-1',
    {},
    { ...event, eventId: undefined },
    { ...event, eventId: '' },
    { ...event, kind: 'other' },
    { ...event, source: undefined },
    { ...event, happenedAt: 'today' },
    { ...event, hints: null },
  ])('is no event: %j', (value) => {
    expect(isTaskEvent(value)).toBe(false);
  });
});
