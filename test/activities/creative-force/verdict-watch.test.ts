import { createVerdictActivities } from '../../../activities/creative-force/verdict-watch';
import type { CreativeForceClient } from '../../../clients';
import { RemoteCallError } from '../../../clients/remote-call-error';
import type { VerdictWatch } from '../../../domain/delivery/verdict-watch';
import type { Annotation, Task } from '../../../domain/task/task';
import { taskFingerprint } from '../../../domain/task/task-fingerprint';
import { aRejectionNote, aShot, aTask, anExpectedOutput } from '../../support/facts';
import { aCreativeForceClient, anActivity, failureOf, run, studiosWith } from '../activity-harness';

const MINUTE = 60_000;
const task = { studio: 'acme', taskId: 'task-1', contentCreationType: 'ecom' as const };
const shown = { status: 'in progress', statusText: 'In Progress', returned: 1, hasShownOurs: true } as const;

function aWatch(changes: Partial<VerdictWatch> = {}): VerdictWatch {
  return {
    task,
    submission: { at: Date.now() - 5 * MINUTE, assets: { 'shot-front/spec-feed/1': 'asset-1' }, notesBefore: [] },
    until: Date.now() + 60 * MINUTE,
    isDone: false,
    pollNow: true,
    events: [],
    unclearAfterMs: 10 * MINUTE,
    known: shown,
    ...changes,
  };
}

function aReturnedTask(changes: Partial<Task> = {}, isReturned = true): Task {
  const expectedOutputs = [anExpectedOutput('feed', { assetId: isReturned ? 'asset-1' : undefined })];
  return aTask({ status: 'in progress', statusText: 'In Progress', shots: [aShot({ expectedOutputs })], ...changes });
}

const fault = (kind: RemoteCallError['kind'], status = 503) =>
  new RemoteCallError(`It answered ${status}.`, {
    system: 'Creative Force',
    endpoint: 'GET …',
    kind,
    status,
    mayHaveActed: false,
  });

function activitiesOf(detail: Task | RemoteCallError, notes: readonly Annotation[] | RemoteCallError) {
  const answer = <T>(value: T | RemoteCallError): Promise<T> =>
    value instanceof RemoteCallError ? Promise.reject(value) : Promise.resolve(value);
  const creativeForce: CreativeForceClient = aCreativeForceClient({
    readTask: () => answer(detail),
    readAnnotations: async () => [...(await answer(notes))],
  });
  return createVerdictActivities(studiosWith({ creativeForce }), 15);
}

const watching = (detail: Task | RemoteCallError, notes: readonly Annotation[] | RemoteCallError) =>
  activitiesOf(detail, notes).awaitVerdict;
const note = aRejectionNote({ createdAt: Date.now() });
const emptied = aReturnedTask({ status: 'to do', statusText: 'To Do' }, false);
const passing = ['transient', 'throttled', 'unreadable'] as const;
const unreadFor = (ms: number) => anActivity({ attempt: 3, heartbeatDetails: { unreadNotesSince: Date.now() - ms } });

describe('the watch for a verdict, while the notes cannot be read', () => {
  it.each(passing)('gives what the task itself says of a rejection (%s)', async (kind) => {
    const observed = run(watching(aReturnedTask({ status: 'rejected' }), fault(kind)), aWatch());
    await expect(observed).resolves.toMatchObject({ kind: 'rejected', rejection: { isShown: true } });
  });

  it.each(passing)('gives what people should see (%s)', async (kind) => {
    const observed = run(watching(aReturnedTask(), fault(kind)), aWatch({ known: { ...shown, returned: 2 } }));
    await expect(observed).resolves.toMatchObject({ kind: 'changed', sight: { returned: 1 } });
  });

  it.each(passing)('polls again, and says why (%s)', async (kind) => {
    const failure = await failureOf(() => watching(aReturnedTask(), fault(kind))(aWatch()));
    expect(failure.type).toBe('NotYet');
    expect(failure.message).toContain('The rejection notes cannot be read: It answered 503.');
  });

  it('takes no reset for certain before a while, since a note may say that it is a rejection', async () => {
    const awaitVerdict = watching(emptied, fault('transient'));
    const known = { ...shown, status: 'to do' as const, statusText: 'To Do', returned: 0 };
    expect((await failureOf(() => awaitVerdict(aWatch({ known })))).type).toBe('NotYet');
    await expect(run(awaitVerdict, aWatch({ known }), unreadFor(11 * MINUTE))).resolves.toMatchObject({
      kind: 'reset',
    });
  });

  it('ends with its window after a while', async () => {
    const awaitVerdict = watching(aReturnedTask(), fault('transient'));
    const over = aWatch({ until: Date.now() - 1 });
    expect((await failureOf(() => awaitVerdict(over))).type).toBe('NotYet');
    await expect(run(awaitVerdict, over, unreadFor(11 * MINUTE))).resolves.toMatchObject({ kind: 'window over' });
  });
});

describe('the watch for a verdict, while the task cannot be read', () => {
  it.each(passing)('gives what the notes say of a rejection (%s)', async (kind) => {
    await expect(run(watching(fault(kind), [note]), aWatch())).resolves.toMatchObject({
      kind: 'rejected',
      sight: shown,
      rejection: { isShown: true, evidence: [expect.stringContaining('rejection note')] },
    });
  });

  it.each([
    ['older notes', [aRejectionNote({ createdAt: 1 })], aWatch()],
    ['no note', [], aWatch()],
    ['notes that cannot be read either', fault('refused', 400), aWatch()],
    ['a note, before the task was ever seen', [note], aWatch({ known: undefined })],
  ] as const)('fails like that read with %s', async (_, notes, watch) => {
    expect((await failureOf(() => watching(fault('transient'), notes)(watch))).message).toBe('It answered 503.');
  });

  it('does not ask for the notes of a task that is gone', async () => {
    const failure = await failureOf(() => watching(fault('not found', 404), [note])(aWatch()));
    expect(failure.type).toBe('NotFound');
  });
});

describe('the watch for a change of a task', () => {
  const seen = taskFingerprint(aReturnedTask());

  it('ends with a new note also while the task cannot be read', async () => {
    const { awaitTaskChange } = activitiesOf(fault('transient'), [note]);
    await expect(run(awaitTaskChange, { task, seen, notes: [] }, anActivity({ attempt: 2 }))).resolves.toBeUndefined();
  });

  it('fails like the read of the task when the notes tell nothing new', async () => {
    const { awaitTaskChange } = activitiesOf(fault('transient'), []);
    const failure = await failureOf(() => awaitTaskChange({ task, seen, notes: [] }), anActivity({ attempt: 2 }));
    expect(failure.message).toBe('It answered 503.');
  });
});
