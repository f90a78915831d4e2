import { createCreativeWatchActivities } from '../../../activities/celtra/creative-watch';
import type { CeltraOutput } from '../../../domain/render/celtra-output';
import { noDecisions } from '../../../domain/operator/decisions';
import { failureTypes } from '../../../domain/shared/failure-type';
import { expectedOutputKey, expectedOutputs } from '../../../domain/task/expected-output';
import { aCeltraAsset, aCeltraOutput, aTask, someFacts, TASK_ID } from '../../support/facts';
import { aCeltraClient, anActivity, failureOf, reportsOf, run, studiosWith } from '../activity-harness';

const [feed] = expectedOutputs(aTask());
const feedKey = feed === undefined ? '' : expectedOutputKey(feed.expected);
const watch = {
  taskId: TASK_ID,
  facts: someFacts(),
  dueKeys: [feedKey],
  decisions: noDecisions,
  pace: { firstMs: 60_000, factor: 2, maxMs: 240_000 },
  firstWaitMs: 0,
  settlingMs: 600_000,
  corrected: [],
};
const pixels = [{ expectedKey: feedKey, outputId: 'output-1', contentHash: 'hash-1', blobHash: 'blob-1' }];
const shows = (...outputs: CeltraOutput[]) =>
  createCreativeWatchActivities(studiosWith({ celtra: aCeltraClient(() => Promise.resolve(outputs)) }));
const saved = (changes: Parameters<typeof aCeltraAsset>[0]): CeltraOutput =>
  aCeltraOutput('output-1', {
    designFile: { id: 'design-1', contentHash: 'hash-2' },
    assets: [aCeltraAsset(changes)],
  });

describe('the watch for a correction', () => {
  it('ends once the pixels differ', async () => {
    await expect(
      run(shows(saved({ blobHash: 'blob-2' })).awaitCorrection, { ...watch, pixels }),
    ).resolves.toMatchObject({ isReady: true, changed: [feedKey] });
  });

  it.each([
    ['the design is as it was', aCeltraOutput('output-1'), 'same'],
    ['the design was only saved anew', saved({ blobHash: 'blob-1' }), 'same'],
    ['the new pixels are still being rendered', saved({ status: 'pending', blobHash: undefined }), 'rendering'],
    ['the creative is gone', aCeltraOutput('output-1', { facts: {} }), 'not found'],
  ])('goes on while %s', async (_what, output, state) => {
    const failure = await failureOf(() => shows(output).awaitCorrection({ ...watch, pixels }));
    expect([failure.type, failure.message]).toEqual([failureTypes.notYet, expect.stringContaining(state)]);
  });

  /** The waits between looks, each with what the one before has left. */
  const waitsOf = async (...looks: CeltraOutput[]): Promise<number[]> => {
    const waits: number[] = [];
    let heartbeatDetails: unknown;
    for (const [index, output] of looks.entries()) {
      const environment = anActivity({ attempt: index + 1, heartbeatDetails });
      const reports = reportsOf(environment);
      const failure = await failureOf(() => shows(output).awaitCorrection({ ...watch, pixels }), environment);
      waits.push(Number(failure.nextRetryDelay));
      heartbeatDetails = reports.at(-1);
    }
    return waits;
  };
  const rendering = saved({ status: 'pending', blobHash: undefined });

  it('looks at a slowing pace', async () => {
    const [first, , third] = await waitsOf(
      aCeltraOutput('output-1'),
      aCeltraOutput('output-1'),
      aCeltraOutput('output-1'),
    );
    expect(first).toBeLessThanOrEqual(60_000);
    expect(third).toBeGreaterThan(60_000);
  });

  it('looks at the pace of a first delivery while a correction is rendered', async () => {
    // The pace of renders: 100 ms, twice as long each time.
    const [, ...waits] = await waitsOf(aCeltraOutput('output-1'), rendering, rendering, rendering, rendering);
    const atMost = [1, 100, 200, 400];
    expect(waits.map((wait, look) => wait <= (atMost[look] ?? 0))).toEqual([true, true, true, true]);
  });

  it('tells when others have changed than were known, so that people see it', async () => {
    const two = { ...watch, pixels: [...pixels, { expectedKey: 'another', outputId: 'output-2' }] };
    const progress = await run(shows(saved({ blobHash: 'blob-2' })).awaitCorrection, two);
    expect(progress).toMatchObject({ isReady: false, changed: [feedKey], unchanged: ['another'] });
  });
});

describe('the watch for creatives', () => {
  it('ends once each due output has its creative', async () => {
    await expect(run(shows(aCeltraOutput('output-1')).awaitCreatives, watch)).resolves.toBeUndefined();
  });

  it('says what is still missing', async () => {
    const failure = await failureOf(() => shows().awaitCreatives(watch));
    expect(failure.message).toContain('No creative for Front, Feed');
  });

  it('waits before its first look where a look was just taken', async () => {
    const failure = await failureOf(() =>
      shows(aCeltraOutput('output-1')).awaitCreatives({ ...watch, firstWaitMs: 500 }),
    );
    expect(failure.nextRetryDelay).toBe(500);
  });
});
