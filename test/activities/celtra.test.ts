import { ApplicationFailureCategory } from '@temporalio/common';

import { createCeltraActivities, type RenderRequest } from '../../activities/celtra';
import type { ExportRequest } from '../../clients';
import type { CeltraOutput } from '../../domain/celtra-output';
import { aCeltraAsset, aCeltraOutput, anExportGroup, aPlannedOutput, TASK_ID } from '../support/facts';
import { aCeltraClient, anActivity, failureOf, reportsOf, studiosWith, run } from './stage';

const rendering = aCeltraOutput('output-1', { assets: [aCeltraAsset({ status: 'pending', url: undefined })] });
const broken = aCeltraOutput('output-1', { assets: [aCeltraAsset({ status: 'error', error: 'Font missing' })] });

/** The activities before a Celtra that always answers the same; `asked` is what it was asked. */
function celtraAnswering(...outputs: CeltraOutput[]) {
  const asked: ExportRequest[] = [];
  const celtra = aCeltraClient((request) => {
    asked.push(request);
    return Promise.resolve(outputs);
  });
  return { asked, ...createCeltraActivities(studiosWith({ celtra })) };
}

function renderRequest(...outputIds: string[]): RenderRequest {
  return {
    studio: 'acme',
    taskId: TASK_ID,
    assetFormats: { Image: { image: { format: 'png' } } },
    outputs: outputIds.map((outputId) => ({ outputId, designFileId: 'design-1', contentHash: 'hash-1' })),
  };
}

describe('finding creatives', () => {
  const request = { studio: 'acme', taskId: TASK_ID, group: anExportGroup([aPlannedOutput('Front/Feed')]) };

  it('asks for what the recipe says, and names us and the task', async () => {
    const { asked, findCreatives } = celtraAnswering();
    await run(findCreatives, request);
    expect(asked).toEqual([
      {
        filters: { designFile: { id: ['design-1'] } },
        assetFormats: { Image: { image: { format: 'jpeg', quality: 90 } } },
        caller: `extpost acme/${TASK_ID}`,
      },
    ]);
  });

  it('gives candidates with their keys, and no addresses', async () => {
    const { findCreatives } = celtraAnswering(aCeltraOutput('output-1'));
    const candidates = await run(findCreatives, request);
    expect(candidates).toMatchObject([{ outputId: 'output-1', key: 'Front/Feed', contentHash: 'hash-1' }]);
    expect(JSON.stringify(candidates)).not.toContain('https://');
  });

  it('fails for good when this worker does not know the studio', async () => {
    const { findCreatives } = celtraAnswering();
    const failure = await failureOf(() => findCreatives({ ...request, studio: 'bolt' }));
    expect(failure).toMatchObject({
      type: 'UnknownStudio',
      nonRetryable: true,
      message: expect.stringContaining('has no studio "bolt"; it has acme'),
    });
  });
});

describe('waiting for renders', () => {
  it('ends with the finished pictures, without their addresses', async () => {
    const { awaitRenders } = celtraAnswering(aCeltraOutput('output-1'));
    await expect(run(awaitRenders, renderRequest('output-1'))).resolves.toEqual([
      { outputId: 'output-1', assetKey: 'image', extension: 'jpg', blobHash: 'blob-1' },
    ]);
  });

  it('fails benignly while a render is under way, so that nobody is alarmed', async () => {
    const { awaitRenders } = celtraAnswering(rendering);
    expect(await failureOf(() => awaitRenders(renderRequest('output-1')))).toMatchObject({
      type: 'NotRendered',
      nonRetryable: false,
      category: ApplicationFailureCategory.BENIGN,
      message: '0 of 1 rendered.',
    });
  });

  it('has the server ask again at a pace that slows down', async () => {
    const { awaitRenders } = celtraAnswering(rendering);
    const delays: unknown[] = [];
    for (const attempt of [1, 2, 3, 10]) {
      const failure = await failureOf(() => awaitRenders(renderRequest('output-1')), anActivity({ attempt }));
      delays.push(failure.nextRetryDelay);
    }
    expect(delays).toEqual([100, 200, 400, 1_000]);
  });

  it('counts its troubles over the attempts', async () => {
    const { awaitRenders } = celtraAnswering(broken);
    const environment = anActivity({ heartbeatDetails: { erroredLooks: 1, missingLooks: 2 } });
    const reports = reportsOf(environment);
    const failure = await failureOf(() => awaitRenders(renderRequest('output-1')), environment);
    expect([failure.type, reports]).toEqual(['NotRendered', [{ erroredLooks: 2, missingLooks: 2 }]]);
  });

  it('gives up on a render that failed at every look', async () => {
    const { awaitRenders } = celtraAnswering(broken);
    const environment = anActivity({ heartbeatDetails: { erroredLooks: 2, missingLooks: 0 } });
    expect(await failureOf(() => awaitRenders(renderRequest('output-1')), environment)).toMatchObject({
      type: 'RenderFailed',
      nonRetryable: true,
      message: expect.stringContaining('Font missing'),
    });
  });

  it('gives up on an output that has vanished', async () => {
    const { awaitRenders } = celtraAnswering();
    const environment = anActivity({ heartbeatDetails: { erroredLooks: 0, missingLooks: 3 } });
    expect(await failureOf(() => awaitRenders(renderRequest('output-1')), environment)).toMatchObject({
      type: 'CreativeVanished',
      nonRetryable: true,
    });
  });

  it('asks for exactly the outputs and versions that were chosen', async () => {
    const { asked, awaitRenders } = celtraAnswering(aCeltraOutput('output-1'), aCeltraOutput('output-2'));
    await run(awaitRenders, renderRequest('output-1', 'output-2'));
    expect(asked).toEqual([
      expect.objectContaining({
        outputIds: ['output-1', 'output-2'],
        pinnedVersions: [{ id: 'design-1', contentHash: 'hash-1' }],
        assetFormats: { Image: { image: { format: 'png' } } },
      }),
    ]);
  });

  it('asks for the design alone when its version is not known', async () => {
    const { asked, awaitRenders } = celtraAnswering(aCeltraOutput('output-1'));
    const outputs = [{ outputId: 'output-1', designFileId: 'design-1', contentHash: undefined }];
    await run(awaitRenders, { ...renderRequest(), outputs });
    expect([asked[0]?.filters, asked[0]?.pinnedVersions]).toEqual([{ designFile: { id: ['design-1'] } }, undefined]);
  });

  it('asks apart for outputs whose version is not known, because pins would exclude them', async () => {
    const { asked, awaitRenders } = celtraAnswering(aCeltraOutput('output-1'), aCeltraOutput('output-2'));
    const { outputs, ...rest } = renderRequest('output-1');
    const unknown = { outputId: 'output-2', designFileId: 'design-2', contentHash: undefined };
    await run(awaitRenders, { ...rest, outputs: [unknown, ...outputs] });
    expect(asked.map(({ outputIds, pinnedVersions }) => [outputIds, pinnedVersions])).toEqual([
      [['output-1'], [{ id: 'design-1', contentHash: 'hash-1' }]],
      [['output-2'], undefined],
    ]);
  });

  it('asks for at most fifty outputs at once', async () => {
    const outputIds = Array.from({ length: 120 }, (_, index) => `output-${index}`);
    const { asked, awaitRenders } = celtraAnswering(...outputIds.map((outputId) => aCeltraOutput(outputId)));
    await run(awaitRenders, renderRequest(...outputIds));
    expect(asked.map((request) => request.outputIds?.length)).toEqual([50, 50, 20]);
  });
});
