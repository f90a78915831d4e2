import { hasNews, receiveEvent } from '../../workflows/external-post-task/state/inbox';
import { newTaskState, snapshotOf } from '../../workflows/external-post-task/state/task-state';

const task = { studio: 'acme', taskId: 'a3b4c5d6-1111-4222-8333-944445555666', contentCreationType: 'ecom' } as const;
const newState = () => newTaskState(task, Date.parse('2026-03-02T09:00:00Z'));

describe('the state that the next run begins with', () => {
  it('lets inputs be saved again that this run had not saved to the end', () => {
    expect(snapshotOf({ ...newState(), inputs: 'being saved' }).inputs).toBeUndefined();
  });

  it('lets inputs be saved only once', () => {
    expect(snapshotOf({ ...newState(), inputs: 'settled' }).inputs).toBe('settled');
  });
});

describe('news', () => {
  const event = { kind: 'ready', source: 'webhook', eventId: 'event-1' } as const;

  it('is an event that came since, and none that was there before', () => {
    const state = newState();
    expect(hasNews(state)).toBe(false);
    receiveEvent(state, event);
    expect([hasNews(state), hasNews(state, ['event-1'])]).toEqual([true, false]);
    receiveEvent(state, { ...event, eventId: 'event-2' });
    expect(hasNews(state, ['event-1'])).toBe(true);
  });

  it('is what an operator wants, whatever was there before', () => {
    const resume = { by: 'Ha', force: false, isExplicit: true };
    expect(hasNews({ ...newState(), resume }, ['event-1'])).toBe(true);
  });

  it('does not grow without bounds', () => {
    const state = newState();
    for (let number = 0; number < 300; number++) receiveEvent(state, { ...event, eventId: `event-${number}` });
    expect(state.pendingEvents).toHaveLength(200);
    expect(state.pendingEvents.at(-1)?.eventId).toBe('event-299');
  });

  it('keeps a rejection, however many events come after it', () => {
    const state = newState();
    receiveEvent(state, { ...event, kind: 'rejected', eventId: 'rejection' });
    for (let number = 0; number < 300; number++) receiveEvent(state, { ...event, eventId: `event-${number}` });
    expect(state.pendingEvents[0]?.eventId).toBe('rejection');
  });
});
