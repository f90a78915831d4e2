import { WorkflowFailedError } from '@temporalio/client';

import { abandonUpdate } from '../../workflows/messages';
import { givenUp, hanging, type AllActivities } from '../support/fake-world';
import { eventually, type TaskHandle } from '../support/temporal';
import { detailsOf, living, WorkflowStage } from './stage';

const stage = WorkflowStage.forEach();

/** Begins a task and waits until it is in the middle of this call. */
async function inTheMiddleOf(call: keyof AllActivities): Promise<TaskHandle> {
  stage.world.settings = living({ settleMs: 200 });
  const handle = await stage.startTask();
  await eventually(
    () => Promise.resolve(stage.world.count(call)),
    (count) => count === 1,
  );
  return handle;
}

async function cancelled(handle: TaskHandle): Promise<string> {
  await handle.cancel();
  await expect(handle.result()).rejects.toBeInstanceOf(WorkflowFailedError);
  return detailsOf(handle);
}

const audited = () => stage.world.audit.map(({ event, files }) => [event, files.map(({ state }) => state)]);
const looksHang = () => (stage.world.activities.readTask = () => hanging());

describe('a task that is cancelled while its submission hangs', () => {
  it('has delivered when Creative Force shows so', async () => {
    const { submitAssets } = stage.world.activities;
    stage.world.activities.submitAssets = (request) => givenUp(() => submitAssets(request));
    const handle = await inTheMiddleOf('submitAssets');
    expect(await cancelled(handle)).toContain('2 files had been submitted in 1 round');
    expect(audited()).toEqual([
      ['delivered', ['submitted', 'submitted']],
      ['cancelled', []],
    ]);
  });

  it('says that it was sent, and that Creative Force does not show it', async () => {
    stage.world.activities.submitAssets = () => givenUp();
    const handle = await inTheMiddleOf('submitAssets');
    expect(await cancelled(handle)).toContain('sent for submission, but Creative Force did not show');
    expect(audited()).toEqual([['cancelled', ['uploaded', 'uploaded']]]);
    expect(stage.world.count('submitAssets')).toBe(1);
  });

  it('says that nobody knows when Creative Force does not answer either', async () => {
    stage.world.activities.submitAssets = () => givenUp(looksHang);
    const handle = await inTheMiddleOf('submitAssets');
    expect(await cancelled(handle)).toContain('2 uploaded files had been sent for submission, and whether');
    expect(stage.world.audit).toMatchObject([
      {
        event: 'cancelled',
        sentence: expect.stringContaining('is not known'),
        files: [{ state: 'sent' }, { state: 'sent' }],
      },
    ]);
  });

  it('asks nothing when nothing had been sent yet', async () => {
    stage.world.activities.submitAssets = hanging;
    const handle = await inTheMiddleOf('submitAssets');
    const reads = stage.world.count('readTask');
    expect(await cancelled(handle)).toContain('nothing had been submitted, and 2 files had been uploaded');
    expect(stage.world.count('readTask')).toBe(reads);
  });

  it('and is given up ends the same, with a record', async () => {
    stage.world.activities.submitAssets = () => givenUp(looksHang);
    const handle = await inTheMiddleOf('submitAssets');
    await handle.executeUpdate(abandonUpdate, { args: [{ by: 'Ha' }] });
    const { outcome, sentence } = await handle.result();
    expect([outcome, sentence]).toEqual([
      'abandoned',
      expect.stringContaining('whether that took effect is not known'),
    ]);
    expect(audited()).toEqual([['abandoned', ['sent', 'sent']]]);
  });
});

describe('a task that is cancelled while its start hangs', () => {
  it.each([
    ['took effect', () => (stage.world.task = { ...stage.world.task, status: 'in progress' }), 'had just been told'],
    ['took none', () => undefined, 'but Creative Force did not show that it had'],
    ['nobody knows of', looksHang, 'whether it took effect is not known'],
  ])('that %s says so, and sends it no second time', async (_, hasEffect, words) => {
    stage.world.activities.startTask = () => givenUp(hasEffect);
    const handle = await inTheMiddleOf('startTask');
    expect(await cancelled(handle)).toContain(words);
    expect([stage.world.count('startTask'), stage.world.count('pairCreatives')]).toEqual([1, 0]);
  });
});

describe('a task that is cancelled while a worker with its files does not answer', () => {
  it('ends all the same', async () => {
    stage.world.activities.uploadFiles = hanging;
    stage.world.activities.dropFiles = hanging;
    const handle = await inTheMiddleOf('uploadFiles');
    expect(await cancelled(handle)).toContain('nothing had been submitted');
    expect(stage.world.count('dropFiles')).toBe(1);
  });
});
