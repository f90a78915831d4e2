import { ApplicationFailure } from '@temporalio/common';

import { failureTypes } from '../../domain/shared/failure-type';
import { resumeUpdate, statusQuery } from '../../workflows/external-post-task/messages/messages';
import { searchAttributes } from '../../workflows/search-attributes';
import { aCandidate, aRecipe } from '../support/facts';
import { aBlockingCheck, later, refusal } from '../support/fake-world';
import { eventually } from '../support/temporal';
import { detailsOf, withLifecycle, reaches, WorkflowStage } from './stage';

const stage = WorkflowStage.forEach();
const both = [aCandidate('Front/Feed'), aCandidate('Front/Story')];
const forbidden = () =>
  Promise.reject(ApplicationFailure.nonRetryable('403 on get-presigned-url', failureTypes.forbidden));
const soon = { firstMs: 300, factor: 1, maxMs: 300 };

describe('a task that needs attention goes on by itself', () => {
  it('when the missing creative is there', async () => {
    stage.world.candidates = [aCandidate('Front/Feed')];
    const handle = await stage.startTask();
    await reaches(handle, 'Needs attention');
    stage.world.candidates = both;
    expect((await handle.result()).outcome).toBe('done');
  });

  it('when one of two creatives with the same key is gone', async () => {
    stage.world.candidates = [...both, aCandidate('Front/Story', { outputId: 'output-near-match' })];
    const handle = await stage.startTask();
    expect((await reaches(handle, 'Needs attention')).attention?.cause).toBe('ambiguous');
    stage.world.candidates = both;
    expect((await handle.result()).outcome).toBe('done');
  });

  it('when a recipe fits', async () => {
    stage.world.recipes = [{ ...aRecipe, when: { specification: ['OTHER'] } }];
    const handle = await stage.startTask();
    expect((await reaches(handle, 'Needs attention')).attention?.cause).toBe('no recipe');
    stage.world.recipes = [aRecipe];
    expect((await handle.result()).outcome).toBe('done');
  });

  it('when the permission is back', async () => {
    stage.world.settings = withLifecycle({ retries: soon });
    const { requestUploadAddresses } = stage.world.activities;
    stage.world.activities.requestUploadAddresses = forbidden;
    const handle = await stage.startTask();
    expect((await reaches(handle, 'Needs attention')).attention?.cause).toBe('permission missing');
    stage.world.activities.requestUploadAddresses = requestUploadAddresses;
    expect((await handle.result()).outcome).toBe('done');
  });

  it('when a render that did not fit its spec has other pixels', async () => {
    const { checkRenders } = stage.world.activities;
    stage.world.activities.checkRenders = aBlockingCheck;
    const handle = await stage.startTask();
    expect((await reaches(handle, 'Needs attention')).waitingFor?.what).toContain('changed pixels');
    stage.world.activities.checkRenders = checkRenders;
    stage.world.correct('output-Front/Feed');
    stage.world.correct('output-Front/Story');
    expect((await handle.result()).outcome).toBe('done');
  });

  it('when Creative Force knows the task no more', async () => {
    stage.world.candidates = [];
    const handle = await stage.startTask();
    await reaches(handle, 'Needs attention');
    stage.world.activities.readTask = () => Promise.reject(refusal('6', 'Gone.'));
    expect((await handle.result()).outcome).toBe('gone');
  });
});

describe('a task in needs attention', () => {
  it('can be found by its cause, and by none once it went on', async () => {
    stage.world.candidates = [aCandidate('Front/Feed')];
    const handle = await stage.startTask();
    await reaches(handle, 'Needs attention');
    const waiting = (await handle.describe()).typedSearchAttributes.get(searchAttributes.cause);
    stage.world.candidates = both;
    await handle.result();
    const after = (await handle.describe()).typedSearchAttributes.get(searchAttributes.cause);
    expect([waiting, after]).toEqual(['no creative', undefined]);
  });

  it('says in its details what it waits for, until when, and the exact command to go on', async () => {
    stage.world.candidates = [];
    const handle = await stage.startTask();
    await reaches(handle, 'Needs attention');
    const details = await detailsOf(handle);
    const [, , taskId] = handle.workflowId.split('/');
    expect(details).toMatch(/Waits for creatives in Celtra, or another recipe, .* until \d{4}-/);
    expect(details).toContain(`extpost task resume acme ${taskId ?? ''}`);
  });
});

describe('people', () => {
  it('are notified once of a wait, however often the same fault comes back', async () => {
    stage.world.settings = withLifecycle({ notifies: true, retries: soon });
    stage.world.activities.requestUploadAddresses = forbidden;
    const handle = await stage.startTask();
    await eventually(
      () => Promise.resolve(stage.world.count('requestUploadAddresses')),
      (count) => count >= 3,
    );
    await reaches(handle, 'Needs attention');
    expect(stage.world.notices).toMatchObject([{ kind: 'needs attention', cause: 'permission missing' }]);
  });

  it('are notified once more when nobody has helped', async () => {
    stage.world.settings = withLifecycle({ notifies: true, escalateAfterMs: 300 });
    stage.world.candidates = [];
    await stage.startTask();
    await eventually(
      () => Promise.resolve(stage.world.notices.map(({ kind }) => kind)),
      (kinds) => kinds.length === 2,
    );
    expect(stage.world.notices[1]?.kind).toBe('still needs attention');
  });

  it('are not notified where the studio has no address for it', async () => {
    stage.world.candidates = [];
    await reaches(await stage.startTask(), 'Needs attention');
    expect(stage.world.count('notifyPeople')).toBe(0);
  });

  it('who cannot be notified do not hold up the task, and its warnings say why', async () => {
    stage.world.settings = withLifecycle({ notifies: true, corrections: later });
    stage.world.activities.notifyPeople = () => Promise.reject(ApplicationFailure.nonRetryable('No such address.'));
    stage.world.candidates = [];
    const handle = await stage.startTask();
    await reaches(handle, 'Needs attention');
    await eventually(
      async () => (await handle.query(statusQuery)).warnings,
      (warnings) => warnings?.includes('People could not be notified. No such address.') === true,
    );
    stage.world.candidates = both;
    await handle.executeUpdate(resumeUpdate, { args: [{ by: 'Ha' }] });
    expect((await handle.result()).outcome).toBe('done');
  });
});

describe('the step that an operator resumes from', () => {
  /** A task that waits at the submission, when everything else has been made. */
  const waitingAtSubmit = async () => {
    const { submitAssets } = stage.world.activities;
    stage.world.activities.submitAssets = () => Promise.reject(refusal('406', 'Wrong set of assets.'));
    const handle = await stage.startTask();
    await reaches(handle, 'Needs attention');
    stage.world.activities.submitAssets = submitAssets;
    return handle;
  };
  const counts = () => [
    stage.world.count('readSpecs'),
    stage.world.count('pairCreatives'),
    stage.world.count('fetchRender'),
  ];

  it.each([
    ['brief', [2, 2, 4]],
    ['export', [1, 2, 4]],
    ['deliver', [1, 1, 4]],
    ['submit', [1, 1, 2]],
  ] as const)('%s keeps what was made before it', async (from, expected) => {
    const handle = await waitingAtSubmit();
    await handle.executeUpdate(resumeUpdate, { args: [{ by: 'Ha', from }] });
    await handle.result();
    expect(counts()).toEqual(expected);
  });

  it('never uploads again what is stored in the same bytes', async () => {
    const handle = await waitingAtSubmit();
    await handle.executeUpdate(resumeUpdate, { args: [{ by: 'Ha' }] });
    await handle.result();
    expect([stage.world.count('fetchRender'), stage.world.count('uploadFile')]).toEqual([4, 2]);
  });

  it('is recorded with who decided it, and why', async () => {
    const handle = await waitingAtSubmit();
    await handle.executeUpdate(resumeUpdate, { args: [{ by: 'Ha', reason: 'asked the studio', from: 'submit' }] });
    await reaches(handle, 'Done');
    const { actions: acts } = await handle.query(statusQuery);
    expect(acts).toMatchObject([{ by: 'Ha', reason: 'asked the studio', what: 'Resumed from submit' }]);
    expect((await handle.result()).actions).toEqual(acts);
  });
});
