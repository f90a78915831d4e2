import { resumeUpdate, statusQuery } from '../../workflows/external-post-task/messages/messages';
import { searchAttributes } from '../../workflows/search-attributes';
import { aCandidate } from '../support/facts';
import { hanging, later, refusal } from '../support/fake-world';
import { eventually } from '../support/temporal';
import { detailsOf, withLifecycle, withoutRecovery, reaches, signalRejection, watching, WorkflowStage } from './stage';

const stage = WorkflowStage.forEach();
/** Reads the task before each step. */
const neverFresh = () => {
  stage.world.settings = { ...stage.world.settings, freshForMs: -1 };
};
/** Something happens to the task while Celtra renders. */
const duringExport = (happen: () => void) => {
  const { awaitRenders } = stage.world.activities;
  stage.world.activities.awaitRenders = (request) => {
    happen();
    stage.world.activities.awaitRenders = awaitRenders;
    return awaitRenders(request);
  };
};

describe('a task that meanwhile', () => {
  it('was given to another vendor is left alone', async () => {
    stage.world.settings = { ...withLifecycle({ vendorId: 'vendor-1' }), freshForMs: -1 };
    stage.world.task = { ...stage.world.task, vendorId: 'VENDOR-1' };
    duringExport(() => (stage.world.task = { ...stage.world.task, vendorId: 'vendor-2' }));
    const record = await (await stage.startTask()).result();
    expect(record).toMatchObject({ outcome: 'gone', sentence: expect.stringContaining('another vendor') as unknown });
    expect(stage.world.submissions).toEqual([]);
  });

  it('is shown as bypassed ends with what Creative Force says, and nothing is submitted', async () => {
    neverFresh();
    duringExport(() => (stage.world.task = { ...stage.world.task, status: 'bypassed', statusText: 'Bypassed' }));
    const record = await (await stage.startTask()).result();
    expect(record).toMatchObject({ outcome: 'gone', sentence: expect.stringContaining('“Bypassed”') as unknown });
    expect(stage.world.submissions).toEqual([]);
  });

  it('was bypassed or deleted ends with a sentence, and nothing is submitted', async () => {
    neverFresh();
    duringExport(() => (stage.world.activities.readTask = () => Promise.reject(refusal('6', 'Gone.'))));
    const record = await (await stage.startTask()).result();
    expect([record.outcome, stage.world.count('submitAssets')]).toEqual(['gone', 0]);
  });

  it('was finished by somebody ends without a submission', async () => {
    neverFresh();
    duringExport(() => (stage.world.task = { ...stage.world.task, status: 'done', statusText: 'Done' }));
    const record = await (await stage.startTask()).result();
    expect([record.outcome, stage.world.count('submitAssets')]).toEqual(['nothing due', 0]);
  });

  it('was finished by somebody although outputs are marked as rejected is not taken for delivered', async () => {
    const handle = await stage.submittedTask();
    stage.world.reject('spec-story');
    await signalRejection(handle);
    await reaches(handle, 'Rejected');
    stage.world.task = { ...stage.world.task, status: 'done', statusText: 'Done' };
    stage.world.activities.submitAssets = () => Promise.reject(refusal('154', 'Task has already been submitted.'));
    stage.world.correct('output-Front/Story');
    const { outcome, sentence, rounds } = await handle.result();
    expect([outcome, rounds.length]).toEqual(['nothing due', 1]);
    expect(sentence).toContain('Somebody has finished the task');
  });

  it('was finished by somebody after our submission was refused is not taken for delivered either', async () => {
    stage.world.settings = withoutRecovery();
    stage.world.activities.submitAssets = () => Promise.reject(refusal('406', 'Wrong set of assets.'));
    const handle = await stage.startTask();
    await reaches(handle, 'Needs attention');
    stage.world.task = { ...stage.world.task, status: 'done', statusText: 'Done' };
    await handle.executeUpdate(resumeUpdate, { args: [{ by: 'Ha' }] });
    expect(await handle.result()).toMatchObject({ outcome: 'nothing due', rounds: [] });
  });

  it('wants other files is begun again with what it wants now', async () => {
    neverFresh();
    duringExport(() => {
      const [shot] = stage.world.task.shots;
      if (shot === undefined) return;
      stage.world.task = {
        ...stage.world.task,
        shots: [{ ...shot, expectedOutputs: shot.expectedOutputs.slice(0, 1) }],
      };
    });
    await (await stage.startTask()).result();
    expect(stage.world.submissions.map((assets) => assets.map(({ specId }) => specId))).toEqual([['spec-feed']]);
  });

  it('got a file by hand is not overwritten: the others are delivered', async () => {
    neverFresh();
    duringExport(() => {
      stage.world.returnByHand('spec-feed');
    });
    const handle = await stage.startTask();
    await handle.result();
    expect(stage.world.submissions.map((assets) => assets.map(({ specId }) => specId))).toEqual([['spec-story']]);
  });

  it('had got a file by hand before its run began is not overwritten either', async () => {
    stage.world.returnByHand('spec-feed');
    stage.world.task = { ...stage.world.task, status: 'in progress', statusText: 'In Progress' };
    const handle = await stage.startTask();
    await handle.result();
    expect(stage.world.submissions.map((assets) => assets.map(({ specId }) => specId))).toEqual([['spec-story']]);
  });

  it('got every file by hand is only watched', async () => {
    stage.world.settings = { ...watching(), freshForMs: -1 };
    duringExport(() => {
      stage.world.returnByHand('spec-feed');
      stage.world.returnByHand('spec-story');
    });
    const handle = await stage.startTask();
    await reaches(handle, 'Awaiting verdict');
    expect(stage.world.submissions).toEqual([]);
    expect(await detailsOf(handle)).toContain('Somebody returned Front, Feed; Front, Story in Creative Force');
  });

  it('got a file by hand after an operator had resumed it is not overwritten, however young its brief is', async () => {
    stage.world.settings = withoutRecovery();
    stage.world.candidates = [aCandidate('Front/Feed')];
    const handle = await stage.startTask();
    await reaches(handle, 'Needs attention');
    stage.world.candidates = [aCandidate('Front/Feed'), aCandidate('Front/Story')];
    duringExport(() => {
      stage.world.returnByHand('spec-feed');
    });
    await handle.executeUpdate(resumeUpdate, { args: [{ by: 'Ha' }] });
    await handle.result();
    expect(stage.world.submissions.map((assets) => assets.map(({ specId }) => specId))).toEqual([['spec-story']]);
  });

  it('is as it was costs no reading while the last one is young', async () => {
    await (await stage.startTask()).result();
    // One for the brief; the others are looks for the verdict.
    const calls = stage.world.calls.slice(0, stage.world.calls.indexOf('submitAssets'));
    expect(calls.filter((call) => call === 'readTask')).toHaveLength(1);
  });
});

describe('a deadline', () => {
  const inMs = (ms: number) => (stage.world.task = { ...stage.world.task, deadline: Date.now() + ms });

  it('that comes near is notified, and again once it has passed', async () => {
    stage.world.settings = withLifecycle({ notifies: true });
    stage.world.candidates = [aCandidate('Front/Feed')];
    inMs(2_000);
    const handle = await stage.startTask();
    const kinds = await eventually(
      () => Promise.resolve(stage.world.notices.map(({ kind }) => kind)),
      (told) => told.includes('deadline passed'),
    );
    expect([...kinds].sort()).toEqual(['deadline near', 'deadline passed', 'needs attention']);
    expect(await detailsOf(handle)).toContain('the deadline has passed');
  });

  it('of the studio’s own agreement counts when it is earlier', async () => {
    stage.world.settings = withLifecycle({ notifies: true, slaMs: 300, warnBeforeMs: 0 });
    stage.world.candidates = [];
    inMs(3_600_000);
    await stage.startTask();
    await eventually(
      () => Promise.resolve(stage.world.notices),
      (told) => told.some(({ kind, sentence }) => kind === 'deadline passed' && sentence.includes('service level')),
    );
    expect(stage.world.count('notifyPeople')).toBeGreaterThan(0);
  });

  it('that is kept is notified to nobody, and leaves no timer behind', async () => {
    stage.world.settings = withLifecycle({ notifies: true });
    inMs(3_600_000);
    const handle = await stage.startTask();
    await handle.result();
    const { events = [] } = await handle.fetchHistory();
    const timers = (events ?? []).filter(({ timerStartedEventAttributes }) => timerStartedEventAttributes).length;
    const cancelled = (events ?? []).filter(({ timerCanceledEventAttributes }) => timerCanceledEventAttributes).length;
    expect([stage.world.notices, timers - cancelled]).toEqual([[], 0]);
  });

  it('that has passed lets the task be found by that, until it is submitted', async () => {
    stage.world.settings = watching(withLifecycle({ retries: later }));
    const { awaitRenders } = stage.world.activities;
    let render: () => void = () => undefined;
    const rendered = new Promise<void>((resolve) => (render = resolve));
    stage.world.activities.awaitRenders = (request) => rendered.then(() => awaitRenders(request));
    inMs(300);
    const handle = await stage.startTask();
    const causeOf = async () => (await handle.describe()).typedSearchAttributes.get(searchAttributes.cause);
    await eventually(causeOf, (cause) => cause === 'deadline passed');
    render();
    await reaches(handle, 'Done');
    expect(await causeOf()).toBeUndefined();
  });

  it('that has passed lets the task be found by that in its next round as well', async () => {
    stage.world.settings = watching();
    stage.world.task = { ...stage.world.task, deadline: Date.now() - 1_000 };
    const handle = await stage.startTask();
    await reaches(handle, 'Done');
    stage.world.reject('spec-story');
    await signalRejection(handle);
    stage.world.activities.awaitRenders = hanging;
    await reaches(handle, 'Rejected');
    stage.world.correct('output-Front/Story');
    await eventually(
      async () => (await handle.describe()).typedSearchAttributes.get(searchAttributes.cause),
      (cause) => cause === 'deadline passed',
    );
    expect((await handle.query(statusQuery)).round).toBe(1);
  });

  it('does not hold up the work', async () => {
    inMs(-1_000);
    expect((await (await stage.startTask()).result()).outcome).toBe('done');
  });
});

describe('a task that waits for a verdict', () => {
  it('ends when Creative Force knows it no more', async () => {
    const handle = await stage.submittedTask();
    stage.world.activities.readTask = () => Promise.reject(refusal('6', 'Gone.'));
    await handle.signal('taskEvent', { kind: 'ready', source: 'webhook', eventId: 'event-1' });
    expect((await handle.result()).outcome).toBe('gone');
    await reaches(handle, 'Gone');
  });
});
