import { Context } from '@temporalio/activity';
import { ApplicationFailure } from '@temporalio/common';

import { failureTypes } from '../../domain/shared/failure-type';
import { resumeUpdate } from '../../workflows/external-post-task/messages/messages';
import { aRecipe } from '../support/facts';
import { aBlockingCheck, quickSettings } from '../support/fake-world';
import { detailsOf, reaches, WorkflowStage } from './stage';

const stage = WorkflowStage.forEach();

describe('renders that are checked', () => {
  it('are delivered under the corrected name', async () => {
    stage.world.activities.checkRenders = ({ files }) =>
      Promise.resolve(
        files.map(({ expected: { expectedKey } }, index) => ({
          expectedKey,
          fileName: `mended-${index}.jpg`,
          corrections: [`The name of file ${index} was put right.`],
          findings: [],
        })),
      );
    const record = await (await stage.startTask()).result();
    expect(record.rounds[0]?.files.map(({ fileName }) => fileName)).toEqual(['mended-0.jpg', 'mended-1.jpg']);
  });

  it('are remarked, and written to the audit, when a rule only warns', async () => {
    stage.world.settings = { ...quickSettings, onMismatch: 'warn' };
    stage.world.activities.checkRenders = async (request) =>
      (await aBlockingCheck(request)).map((one) => ({
        ...one,
        findings: one.findings.map((finding) => ({ ...finding, action: 'warn' as const })),
      }));
    const handle = await stage.startTask();
    await handle.result();
    expect(await detailsOf(handle)).toContain('Front, Feed: the spec asks for 1080 × 1080 pixels');
    expect(stage.world.audit[0]?.files[0]?.findings).toEqual([
      'Front, Feed: the spec asks for 1080 × 1080 pixels, the render has 1080 × 1350.',
    ]);
  });

  it('are judged by the word of the recipe that chose each', async () => {
    const preflight = { density: 'ignore', pixelSize: 'warn' } as const;
    stage.world.recipes = [{ ...aRecipe, preflight }];
    const { checkRenders } = stage.world.activities;
    const judgedBy: unknown[] = [];
    stage.world.activities.checkRenders = (request) => {
      judgedBy.push(...request.files.map((file) => file.preflight));
      return checkRenders(request);
    };
    await (await stage.startTask()).result();
    expect(judgedBy).toEqual([preflight, preflight]);
  });

  it('go out in spite of a rule that blocks when a person forces it', async () => {
    stage.world.activities.checkRenders = aBlockingCheck;
    const handle = await stage.startTask();
    await reaches(handle, 'Needs attention');
    await handle.executeUpdate(resumeUpdate, { args: [{ by: 'Ha', force: true }] });
    expect((await handle.result()).outcome).toBe('done');
  });

  it('are checked again as soon as those that were refused have changed in Celtra', async () => {
    const { checkRenders } = stage.world.activities;
    let isCorrected = false;
    stage.world.activities.checkRenders = async (request) => {
      const [good, bad] = await Promise.all([checkRenders(request), aBlockingCheck(request)]);
      return good.map((one, index) =>
        request.files[index]?.expected.label.includes('Story') && !isCorrected ? (bad[index] ?? one) : one,
      );
    };
    const handle = await stage.startTask();
    const { attention } = await reaches(handle, 'Needs attention');
    expect(attention?.outputs?.map(({ label }) => label)).toEqual(['Front, Story']);
    isCorrected = true;
    stage.world.correct('output-Front/Story');
    expect((await handle.result()).outcome).toBe('done');
  });

  it('are converted where their recipe asks, and the audit shows from what to what', async () => {
    stage.world.recipes = [{ ...aRecipe, convert: { density: 300 } }];
    stage.world.activities.convertRenders = ({ files }) =>
      Promise.resolve(
        files.map(({ file }) => ({
          file: {
            ...file,
            sha256: 'after',
            conversion: { steps: ['density 300'], before: { bytes: 1, md5: 'm', sha256: 'before' } },
          },
          warnings: [],
        })),
      );
    await (await stage.startTask()).result();
    expect(stage.world.audit[0]?.files[0]?.conversions).toEqual([
      { what: 'density 300', sha256Before: 'before', sha256After: 'after' },
    ]);
  });
});

describe('pictures for designers', () => {
  const saving = () => ({ ...quickSettings, savesInputs: true });

  it('are saved once, beside the delivery, and the details say where', async () => {
    stage.world.settings = saving();
    const handle = await stage.startTask();
    await handle.result();
    expect([stage.world.count('saveInputs'), await detailsOf(handle)]).toEqual([
      1,
      expect.stringContaining('Pictures and brief for designers: /designers, folder SKU-1.'),
    ]);
  });

  it('are asked for again when their addresses have ended', async () => {
    stage.world.settings = saving();
    const { saveInputs } = stage.world.activities;
    stage.world.activities.saveInputs = (request) => {
      stage.world.activities.saveInputs = saveInputs;
      return Promise.reject(
        ApplicationFailure.nonRetryable(`ended of ${request.facts.studio}`, failureTypes.addressRefused),
      );
    };
    await (await stage.startTask()).result();
    expect(stage.world.count('readAssetFiles')).toBe(2);
  });

  it('are said to be missing when the task ends before they are saved', async () => {
    stage.world.settings = saving();
    stage.world.activities.saveInputs = () => Context.current().cancelled;
    const handle = await stage.startTask();
    await handle.result();
    expect(await detailsOf(handle)).toContain('extpost task inputs acme ');
  });

  it('hold up no delivery when they cannot be saved', async () => {
    stage.world.settings = saving();
    stage.world.activities.saveInputs = () => Promise.reject(ApplicationFailure.nonRetryable('The disk is full.'));
    const handle = await stage.startTask();
    expect([(await handle.result()).outcome, await detailsOf(handle)]).toEqual([
      'done',
      expect.stringContaining('could not be saved: The disk is full.'),
    ]);
  });
});
