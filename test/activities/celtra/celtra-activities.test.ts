import { ApplicationFailureCategory } from '@temporalio/common';

import { createCeltraActivities, type RenderRequest } from '../../../activities/celtra/celtra-activities';
import { createAddressSeal } from '../../../activities/creative-force/address-seal';
import { openAddresses } from '../../../activities/celtra/sealed-addresses';
import type { ExportRequest } from '../../../clients';
import { RemoteCallError } from '../../../clients/remote-call-error';
import type { CeltraOutput } from '../../../domain/render/celtra-output';
import { initialPollState } from '../../../domain/render/render-poll-state';
import type { SealedAddresses } from '../../../domain/render/renders';
import { aCeltraAsset, aCeltraOutput, anExportGroup, aPlannedOutput, TASK_ID } from '../../support/facts';
import { quickSettings } from '../../support/fake-world';
import { aCeltraClient, anActivity, failureOf, quickRules, reportsOf, studiosWith, run } from '../activity-harness';

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

/** The activities before a Celtra that gives one answer after another; an error is thrown. */
function celtraAnsweringInTurn(...answers: (CeltraOutput[] | Error)[]) {
  const asked: ExportRequest[] = [];
  const celtra = aCeltraClient((request) => {
    asked.push(request);
    const answer = answers[asked.length - 1] ?? [];
    return answer instanceof Error ? Promise.reject(answer) : Promise.resolve(answer);
  });
  return { asked, ...createCeltraActivities(studiosWith({ celtra })) };
}

function celtraError(kind: RemoteCallError['kind'], status: number, code?: string): RemoteCallError {
  const facts = { system: 'Celtra', endpoint: 'POST /export', kind, status, code, mayHaveActed: false } as const;
  return new RemoteCallError(`Celtra answered with ${status}.`, facts);
}

const missingThrice = { ...initialPollState, missing: { 'output-1': 3 } };

function renderRequest(...outputIds: string[]): RenderRequest {
  return {
    studio: 'acme',
    taskId: TASK_ID,
    filters: { designFile: { id: ['design-1'] } },
    assetFormats: { Image: { image: { format: 'png' } } },
    outputs: outputIds.map((outputId) => ({ outputId, designFileId: 'design-1', contentHash: 'hash-1' })),
  };
}

describe('finding creatives', () => {
  const request = { studio: 'acme', taskId: TASK_ID, group: anExportGroup([aPlannedOutput('Front/Feed')]) };

  it('asks for what the recipe says, and names us and the task', async () => {
    const { asked, pairCreatives } = celtraAnswering(aCeltraOutput('output-1'));
    await run(pairCreatives, request);
    expect(asked).toEqual([
      {
        filters: { designFile: { id: ['design-1'] } },
        assetFormats: { Image: { image: { format: 'jpeg', quality: 90 } } },
        caller: `extpost acme/${TASK_ID}`,
      },
    ]);
  });

  it('gives the creatives that were paired, with their keys and no addresses', async () => {
    const { pairCreatives } = celtraAnswering(aCeltraOutput('output-1'));
    const matching = await run(pairCreatives, request);
    expect(matching.chosen).toMatchObject([{ outputId: 'output-1', key: 'Front/Feed', contentHash: 'hash-1' }]);
    expect(JSON.stringify(matching)).not.toContain('https://');
  });

  it('waits an empty answer out a few times, and then says that there is nothing', async () => {
    const { pairCreatives } = celtraAnswering();
    const environment = anActivity({ heartbeatDetails: { progress: '', empty: 1 } });
    const reports = reportsOf(environment);
    expect(await failureOf(() => pairCreatives(request), environment)).toMatchObject({
      type: 'NotRendered',
      category: ApplicationFailureCategory.BENIGN,
      message: 'Celtra finds no output for the filters; attempt 1; next poll in 1 second.',
    });
    expect(reports).toMatchObject([{ empty: 2 }]);
    const last = anActivity({ heartbeatDetails: { progress: '', empty: 2 } });
    await expect(run(pairCreatives, request, last)).resolves.toMatchObject({ chosen: [] });
  });

  it('asks at once for a person when the studio wants no empty answer waited out', async () => {
    const renders = { ...quickRules, emptyAnswers: 0 };
    const celtra = aCeltraClient(() => Promise.resolve([]));
    const { pairCreatives } = createCeltraActivities(studiosWith({ celtra, renders }));
    await expect(run(pairCreatives, request)).resolves.toMatchObject({ chosen: [] });
  });

  it('asks again after an answer that cannot be read', async () => {
    const { pairCreatives } = celtraAnsweringInTurn(celtraError('unreadable', 200));
    expect(await failureOf(() => pairCreatives(request))).toMatchObject({ type: 'Transient', nonRetryable: false });
  });

  it('fails without a retry when this worker does not know the studio', async () => {
    const { pairCreatives } = celtraAnswering();
    const failure = await failureOf(() => pairCreatives({ ...request, studio: 'bolt' }));
    expect(failure).toMatchObject({
      type: 'UnknownStudio',
      nonRetryable: true,
      message: expect.stringContaining('has no studio "bolt"; it has acme'),
    });
  });
});

/** The addresses that only a worker of the studio can read. */
function urlsIn(addresses: readonly SealedAddresses[]): string[] {
  const sealed = addresses.map((one) => one.sealed);
  return [...openAddresses(createAddressSeal('client-secret'), TASK_ID, sealed).values()];
}

describe('a search that shows what it found as rendered', () => {
  const group = anExportGroup([aPlannedOutput('Front/Feed')]);
  const request = { studio: 'acme', taskId: TASK_ID, group };

  it('gives the renders and their sealed addresses at once, so that nothing is polled', async () => {
    const { pairCreatives } = celtraAnswering(aCeltraOutput('output-1'));
    const { renders } = await run(pairCreatives, request);
    expect(renders?.assets).toMatchObject([{ outputId: 'output-1', assetKey: 'image', blobHash: 'blob-1' }]);
    expect(urlsIn(renders?.addresses ?? [])).toEqual(['https://files.example/render.jpg?token=secret']);
    expect(JSON.stringify(renders)).not.toContain('https://');
  });

  it.each<[string, CeltraOutput]>([
    ['one is pending', rendering],
    ['one has failed', broken],
    ['one has no address', aCeltraOutput('output-1', { assets: [aCeltraAsset({ url: undefined })] })],
    ['one lacks the asset', aCeltraOutput('output-1', { assets: [] })],
  ])('gives none when %s', async (_what, output) => {
    const { pairCreatives } = celtraAnswering(output);
    expect(await run(pairCreatives, request)).not.toHaveProperty('renders');
  });

  it('gives none when a creative is missing', async () => {
    const { pairCreatives } = celtraAnswering(aCeltraOutput('output-1'));
    const expected = [aPlannedOutput('Front/Feed'), aPlannedOutput('Front/Story')];
    expect(await run(pairCreatives, { ...request, group: { ...group, expected } })).not.toHaveProperty('renders');
  });
});

describe('pairing creatives', () => {
  const request = {
    studio: 'acme',
    taskId: TASK_ID,
    group: anExportGroup([aPlannedOutput('Front/Feed', { spec: { specId: 'spec-feed', width: 1080 } })]),
  };
  const keyed = (outputId: string, Key: string, width?: number) =>
    aCeltraOutput(outputId, { facts: { contentDimensionsByName: { Key } }, assets: [aCeltraAsset({ width })] });

  it('reports what was chosen and how many were left over, and nothing of those', async () => {
    const { pairCreatives } = celtraAnswering(keyed('output-1', 'Front/Feed'), keyed('output-2', 'Back/Feed'));
    const { renders: _, ...matching } = await run(pairCreatives, request);
    expect(matching).toEqual({
      chosen: [
        {
          expectedKey: 'expected-Front/Feed',
          outputId: 'output-1',
          name: 'Creative output-1',
          designFileId: 'design-1',
          contentHash: 'hash-1',
          key: 'Front/Feed',
        },
      ],
      problems: [],
      extras: 1,
    });
  });

  it('refuses a size that cannot fit, unless the studio only wants to be warned', async () => {
    const celtra = aCeltraClient(() => Promise.resolve([keyed('output-1', 'Front/Feed', 1350)]));
    const strict = createCeltraActivities(studiosWith({ celtra, settings: { ...quickSettings, onMismatch: 'block' } }));
    const lenient = createCeltraActivities(studiosWith({ celtra, settings: { ...quickSettings, onMismatch: 'warn' } }));
    expect((await run(strict.pairCreatives, request)).problems).toMatchObject([{ cause: 'spec mismatch' }]);
    expect((await run(lenient.pairCreatives, request)).chosen).toHaveLength(1);
  });

  it('waits an empty answer out as a search does', async () => {
    const { pairCreatives } = celtraAnswering();
    expect(await failureOf(() => pairCreatives(request))).toMatchObject({ type: 'NotRendered' });
    const last = anActivity({ heartbeatDetails: { progress: '', empty: 2 } });
    expect((await run(pairCreatives, request, last)).problems).toMatchObject([{ cause: 'no creative' }]);
  });
});

describe('waiting for renders', () => {
  it('ends with the finished pictures, without their addresses', async () => {
    const { awaitRenders } = celtraAnswering(aCeltraOutput('output-1'));
    const renders = await run(awaitRenders, renderRequest('output-1'));
    expect(renders.assets).toMatchObject([
      { outputId: 'output-1', assetKey: 'image', type: 'image', extension: 'jpg', blobHash: 'blob-1' },
    ]);
    expect(JSON.stringify(renders)).not.toContain('https://');
  });

  it('gives their addresses sealed', async () => {
    const { awaitRenders } = celtraAnswering(aCeltraOutput('output-1'));
    const { addresses } = await run(awaitRenders, renderRequest('output-1'));
    expect(addresses.map(({ of }) => of)).toEqual([['output-1/image']]);
    expect(urlsIn(addresses)).toEqual(['https://files.example/render.jpg?token=secret']);
  });

  it('leaves the first poll out right after the search, and waits', async () => {
    const { asked, awaitRenders } = celtraAnswering(aCeltraOutput('output-1'));
    const request = { ...renderRequest('output-1'), isJustSearched: true };
    expect(await failureOf(() => awaitRenders(request))).toMatchObject({
      type: 'NotRendered',
      category: ApplicationFailureCategory.BENIGN,
      message: '0 of 1 rendered; attempt 1; next poll in 1 second. Still pending: output-1.',
    });
    expect(asked).toEqual([]);
    await expect(run(awaitRenders, request, anActivity({ attempt: 2 }))).resolves.toMatchObject({
      assets: [{ outputId: 'output-1' }],
    });
  });

  it('fails benignly while a render is under way, and says how far it is', async () => {
    const { awaitRenders } = celtraAnswering(rendering);
    expect(await failureOf(() => awaitRenders(renderRequest('output-1')), anActivity({ attempt: 4 }))).toMatchObject({
      type: 'NotRendered',
      nonRetryable: false,
      category: ApplicationFailureCategory.BENIGN,
      message: '0 of 1 rendered; attempt 4; next poll in 1 second. Still pending: Creative output-1.',
    });
  });

  it('has the server ask again at a pace that slows down, a little earlier each time', async () => {
    const { awaitRenders } = celtraAnswering(rendering);
    const longest = [100, 200, 400, 1_000];
    for (const [index, attempt] of [1, 2, 3, 10].entries()) {
      const failure = await failureOf(() => awaitRenders(renderRequest('output-1')), anActivity({ attempt }));
      const limit = longest[index] ?? 0;
      expect(failure.nextRetryDelay).toBeLessThanOrEqual(limit);
      expect(failure.nextRetryDelay).toBeGreaterThanOrEqual(limit * 0.8);
    }
  });

  it('reports what a person reads under the pending activity, and no address', async () => {
    const { awaitRenders } = celtraAnswering(rendering, aCeltraOutput('output-2'));
    const environment = anActivity({ attempt: 4 });
    const reports = reportsOf(environment);
    await failureOf(() => awaitRenders(renderRequest('output-1', 'output-2')), environment);
    expect(reports).toMatchObject([
      {
        progress: '1 of 2 rendered; attempt 4; next poll in 1 second',
        waitingFor: ['Creative output-1'],
        rendered: [{ outputId: 'output-2' }],
      },
    ]);
    expect(JSON.stringify(reports)).not.toContain('https://');
  });

  it('asks only for what was not finished at the look before', async () => {
    const { asked, awaitRenders } = celtraAnsweringInTurn(
      [rendering, aCeltraOutput('output-2')],
      [aCeltraOutput('output-1')],
    );
    const request = renderRequest('output-1', 'output-2');
    const first = anActivity();
    const reports = reportsOf(first);
    await failureOf(() => awaitRenders(request), first);
    const environment = anActivity({ attempt: 2, heartbeatDetails: reports.at(-1) });
    const { assets, addresses } = await run(awaitRenders, request, environment);
    expect(addresses.flatMap(({ of }) => of)).toEqual(['output-2/image', 'output-1/image']);
    expect(asked.map(({ outputIds }) => outputIds)).toEqual([['output-1', 'output-2'], ['output-1']]);
    expect(assets.map(({ outputId }) => outputId)).toEqual(['output-1', 'output-2']);
  });

  it('starts over from a report that another version of extpost left', async () => {
    const { awaitRenders } = celtraAnswering(aCeltraOutput('output-1'));
    const environment = anActivity({ heartbeatDetails: { erroredLooks: 1, missingLooks: 2 } });
    await expect(run(awaitRenders, renderRequest('output-1'), environment)).resolves.toMatchObject({ assets: [{}] });
  });

  it('counts failed renders over the attempts', async () => {
    const { awaitRenders } = celtraAnswering(broken);
    const environment = anActivity({ heartbeatDetails: { ...initialPollState, errored: { 'output-1': 1 } } });
    const reports = reportsOf(environment);
    const failure = await failureOf(() => awaitRenders(renderRequest('output-1')), environment);
    expect([failure.type, reports]).toMatchObject(['NotRendered', [{ errored: { 'output-1': 2 } }]]);
  });

  it('gives up on a render that failed at every look', async () => {
    const { awaitRenders } = celtraAnswering(broken);
    const environment = anActivity({ heartbeatDetails: { ...initialPollState, errored: { 'output-1': 2 } } });
    expect(await failureOf(() => awaitRenders(renderRequest('output-1')), environment)).toMatchObject({
      type: 'RenderFailed',
      nonRetryable: true,
      message: expect.stringContaining('(output output-1), asset image: Font missing'),
    });
  });

  it('asks again after an answer that cannot be read, and keeps what it has counted', async () => {
    const { awaitRenders } = celtraAnsweringInTurn(celtraError('unreadable', 200));
    const environment = anActivity({ heartbeatDetails: { ...initialPollState, missing: { 'output-1': 2 } } });
    const reports = reportsOf(environment);
    expect(await failureOf(() => awaitRenders(renderRequest('output-1')), environment)).toMatchObject({
      type: 'Transient',
      nonRetryable: false,
    });
    expect(reports).toMatchObject([{ unreadableAnswers: 1, missing: { 'output-1': 2 } }]);
  });

  it('does not ask again when Celtra ignored a filter', async () => {
    const { awaitRenders } = celtraAnsweringInTurn(celtraError('contract', 200, 'filter ignored'));
    expect((await failureOf(() => awaitRenders(renderRequest('output-1')))).type).toBe('ContractChanged');
  });
});

describe('an output that goes missing while it is waited for', () => {
  const filters = { designFile: { id: ['design-1'] } };
  const request = { ...renderRequest('output-1'), filters };
  const inAnotherVersion = aCeltraOutput('output-1', { designFile: { id: 'design-1', contentHash: 'hash-2' } });

  it('is searched by the filters that had found it, and its fate is reported', async () => {
    const { asked, awaitRenders } = celtraAnsweringInTurn([], [inAnotherVersion]);
    const failure = await failureOf(() => awaitRenders(request), anActivity({ heartbeatDetails: missingThrice }));
    expect(failure).toMatchObject({
      type: 'CreativeVanished',
      nonRetryable: true,
      message: expect.stringContaining('Design design-1 was changed in Celtra during rendering'),
    });
    expect([asked.length, asked[1]?.filters, asked[1]?.outputIds]).toEqual([2, filters, undefined]);
  });

  it('is waited for further, without pins, when it is there as it was', async () => {
    const { awaitRenders } = celtraAnsweringInTurn([], [aCeltraOutput('output-1')]);
    const environment = anActivity({ heartbeatDetails: missingThrice });
    const reports = reportsOf(environment);
    const failure = await failureOf(() => awaitRenders(request), environment);
    expect([failure.type, reports]).toMatchObject(['NotRendered', [{ unpinned: true, missing: {} }]]);
  });
});

describe('asking for chosen versions', () => {
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

  it('asks for the design alone when the studio wants no pins', async () => {
    const asked: ExportRequest[] = [];
    const celtra = aCeltraClient((wanted) => {
      asked.push(wanted);
      return Promise.resolve([aCeltraOutput('output-1')]);
    });
    const studios = studiosWith({ celtra, renders: { ...quickRules, pinVersion: false } });
    await run(createCeltraActivities(studios).awaitRenders, renderRequest('output-1'));
    expect(asked.map(({ pinnedVersions }) => pinnedVersions)).toEqual([undefined]);
  });

  it('asks without pins when Celtra refuses them, and goes on so', async () => {
    const { asked, awaitRenders } = celtraAnsweringInTurn(celtraError('refused', 400), [rendering], [rendering]);
    const first = anActivity();
    const reports = reportsOf(first);
    await failureOf(() => awaitRenders(renderRequest('output-1')), first);
    await failureOf(() => awaitRenders(renderRequest('output-1')), anActivity({ heartbeatDetails: reports.at(-1) }));
    expect(asked.map(({ pinnedVersions }) => pinnedVersions !== undefined)).toEqual([true, false, false]);
  });

  it('never takes another version for the one it could not pin', async () => {
    const edited = aCeltraOutput('output-1', { designFile: { id: 'design-1', contentHash: 'hash-2' } });
    const { awaitRenders } = celtraAnsweringInTurn(celtraError('refused', 400), [edited]);
    expect(await failureOf(() => awaitRenders(renderRequest('output-1')))).toMatchObject({
      type: 'NotRendered',
      message: expect.stringContaining('output-1 (not returned)'),
    });
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
