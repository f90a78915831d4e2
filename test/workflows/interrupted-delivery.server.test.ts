import { WorkflowFailedError } from '@temporalio/client';
import { ApplicationFailure, CancelledFailure } from '@temporalio/common';
import { Context } from '@temporalio/activity';

import { failureTypes } from '../../domain/shared/failure-type';
import { aCandidate, anExpectedOutput, aShot, aTask } from '../support/facts';
import { refusal } from '../support/fake-world';
import { detailsOf, withLifecycle, WorkflowStage } from './stage';

const stage = WorkflowStage.forEach();
const receipt = { uploadedAt: '2026-11-03T09:15:00.000Z', uploads: 2 };

/** What an upload of two files tells when only the first was stored. */
const firstStored = { done: { 0: receipt } };

describe('a round whose uploads are interrupted', () => {
  it.each<[string, () => ApplicationFailure]>([
    ['fails', () => ApplicationFailure.nonRetryable('Expired.', failureTypes.addressRefused, null, firstStored)],
    ['finds the spool empty', () => ApplicationFailure.nonRetryable('Gone.', failureTypes.notInSpool, {}, firstStored)],
  ])('stores nothing again that was stored when it %s', async (_how, failure) => {
    const { uploadFiles, requestUploadAddresses } = stage.world.activities;
    const asked: string[][] = [];
    stage.world.activities.requestUploadAddresses = (request) => {
      asked.push(request.files.map(({ expectedKey }) => expectedKey));
      return requestUploadAddresses(request);
    };
    stage.world.activities.uploadFiles = () => {
      stage.world.activities.uploadFiles = uploadFiles;
      return Promise.reject(failure());
    };
    const record = await (await stage.startTask()).result();
    expect(record.outcome).toBe('done');
    expect([asked[0]?.length, asked[1]]).toEqual([2, asked[0]?.slice(1)]);
    expect(stage.world.audit[0]?.files.map(({ attempts }) => attempts?.upload)).toEqual([2, 1]);
  });

  it('waits for the other uploads before it begins again, so that nothing is sent twice', async () => {
    const outputs = Array.from({ length: 26 }, (_, n) => anExpectedOutput('feed', { variant: n, name: `SKU-1_${n}` }));
    const expected = '{{ shot.position }}/{{ expected.variant }}';
    stage.world.task = aTask({ shots: [aShot({ expectedOutputs: outputs })] });
    stage.world.candidates = outputs.map(({ variant }) => aCandidate(`Front/${variant ?? ''}`));
    stage.world.recipes = stage.world.recipes.map((recipe) => ({ ...recipe, match: { ...recipe.match, expected } }));
    const { uploadFiles } = stage.world.activities;
    const stored: string[] = [];
    let isFirst = true;
    stage.world.activities.uploadFiles = async (request) => {
      if (request.files.length === 2 && isFirst) {
        isFirst = false;
        throw ApplicationFailure.nonRetryable('Expired.', failureTypes.addressRefused);
      }
      if (request.files.length > 2) await new Promise((resolve) => setTimeout(resolve, 200));
      stored.push(...request.files.map(({ fileId }) => fileId));
      return uploadFiles(request);
    };
    await (await stage.startTask()).result();
    expect([stored.length, new Set(stored).size]).toEqual([26, 26]);
  });
});

describe('a task that is cancelled while it uploads', () => {
  it('is not submitted when the upload ends well all the same', async () => {
    const { uploadFiles } = stage.world.activities;
    const uploading = new Promise<void>((begun) => {
      stage.world.activities.uploadFiles = async (request) => {
        begun();
        await new Promise((resolve) => setTimeout(resolve, 300));
        return uploadFiles(request);
      };
    });
    const handle = await stage.startTask();
    await uploading;
    await handle.cancel();
    await expect(handle.result()).rejects.toBeInstanceOf(WorkflowFailedError);
    expect(stage.world.submissions).toEqual([]);
    expect(stage.world.audit).toMatchObject([
      { event: 'cancelled', files: [{ state: 'uploaded' }, { state: 'uploaded' }] },
    ]);
  });

  it('writes down what was stored by then', async () => {
    let begun: () => void = () => undefined;
    const uploading = new Promise<void>((resolve) => (begun = resolve));
    stage.world.activities.uploadFiles = async () => {
      begun();
      const { cancelled, heartbeat } = Context.current();
      const beating = setInterval(() => {
        heartbeat.call(Context.current());
      }, 100);
      await cancelled.catch(() => undefined);
      clearInterval(beating);
      throw new CancelledFailure('CANCELLED', [firstStored]);
    };
    const handle = await stage.startTask();
    await uploading;
    await handle.cancel();
    await expect(handle.result()).rejects.toBeInstanceOf(WorkflowFailedError);
    expect(stage.world.audit).toMatchObject([
      { event: 'cancelled', files: [{ state: 'uploaded', uploadedAt: receipt.uploadedAt }] },
    ]);
    expect(await detailsOf(handle)).toContain('1 file had been uploaded');
  });
});

describe('the record of a submission', () => {
  it('names the attempt whose answer was lost, not the one that was refused because of it', async () => {
    const { readTask } = stage.world.activities;
    stage.world.activities.submitAssets = ({ assets }) => {
      if (stage.world.submissions.length > 0) {
        stage.world.activities.readTask = readTask;
        return Promise.reject(refusal('152', 'Already submitted.'));
      }
      // For a while the task does not show what it has taken.
      const before = stage.world.task;
      stage.world.activities.readTask = () => Promise.resolve(before);
      stage.world.takeSubmission(assets);
      return Promise.reject(ApplicationFailure.create({ message: 'Lost.', type: failureTypes.outcomeUnknown }));
    };
    await (await stage.startTask()).result();
    expect(stage.world.audit[0]?.submission).toMatchObject({ attempts: 2, effectiveAttempt: 1, knownFrom: 'task' });
  });

  it('also reports a submission that is only found in effect when the round is repeated', async () => {
    const { submitAssets, readTask } = stage.world.activities;
    stage.world.activities.submitAssets = ({ assets }) => {
      stage.world.takeSubmission(assets);
      stage.world.activities.submitAssets = submitAssets;
      stage.world.activities.readTask = () => {
        stage.world.activities.readTask = readTask;
        return Promise.reject(ApplicationFailure.nonRetryable('403', failureTypes.forbidden));
      };
      return Promise.reject(ApplicationFailure.create({ message: 'Lost.', type: failureTypes.outcomeUnknown }));
    };
    stage.world.settings = withLifecycle({ retries: { firstMs: 50, factor: 1, maxMs: 50 } });
    await (await stage.startTask()).result();
    expect(stage.world.audit[0]?.submission).toMatchObject({ attempts: 1, effectiveAttempt: 1, knownFrom: 'task' });
  });
});
