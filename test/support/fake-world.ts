import { ApplicationFailure } from '@temporalio/common';

import type {
  CeltraActivities,
  CreativeForceActivities,
  FetchActivities,
  PlanningActivities,
  SpoolActivities,
  SweepActivities,
} from '../../activities';
import type { AssetToSubmit } from '../../activities/creative-force';
import { matchGroup, type Candidate } from '../../domain/matching';
import { planRound } from '../../domain/plan';
import { preflight } from '../../domain/preflight';
import type { Recipe } from '../../domain/recipe';
import type { StudioSettings } from '../../domain/studio-settings';
import type { ExpectedOutput, Task } from '../../domain/task';
import { aCandidate, aRecipe, aTask, feedSpec, storySpec } from './facts';

export type AllActivities = CreativeForceActivities &
  CeltraActivities &
  FetchActivities &
  SpoolActivities &
  PlanningActivities &
  SweepActivities;

/** Waits of milliseconds, so that no test sleeps for long. */
export const quickSettings: StudioSettings = {
  looks: { firstMs: 50, factor: 1.5, maxMs: 200 },
  freshForMs: 60_000,
  reviewWindowMs: 300,
  assetKnown: { pace: { firstMs: 10, factor: 2, maxMs: 50 }, giveUpMs: 5_000 },
  renderDeadlineMs: 10_000,
  reads: { job: true, product: true, inputAssets: true, project: true, deliverable: true },
  onMismatch: 'block',
};

/** The queue that all fake spools answer on: the workers of a test serve it. */
export const FAKE_SPOOL_QUEUE = 'extpost-transfer/fake';

/**
 * Creative Force and Celtra as plain data, behind fake activities. It behaves: a submission is taken once, a repeat is
 * refused, a taken task is done. A test changes `activities` for what it wants to go wrong.
 */
export class FakeWorld {
  task: Task = aTask();
  candidates: Candidate[] = [aCandidate('Front/Feed'), aCandidate('Front/Story')];
  recipes: Recipe[] = [aRecipe];
  settings: StudioSettings = quickSettings;
  /** Every activity call in order, by type. */
  readonly calls: string[] = [];
  readonly submissions: (readonly AssetToSubmit[])[] = [];
  readonly activities: AllActivities;

  constructor() {
    this.activities = {
      readStudioSettings: () => Promise.resolve(this.settings),
      readTask: () => Promise.resolve(this.task),
      readAnnotations: () => Promise.resolve([]),
      readInputAssets: ({ assetIds }) =>
        Promise.resolve(assetIds.map((assetId) => ({ assetId, width: 4000, height: 5000 }))),
      readSpecs: () => Promise.resolve([feedSpec, storySpec]),
      readJob: () => Promise.resolve({ code: 'JOB-1', properties: { 'Celtra project': 'design-1' } }),
      readProduct: () => Promise.resolve({ code: 'SKU-1', name: 'Trail runner' }),
      readProject: () => Promise.resolve({ code: 'PRJ-1', properties: { 'Celtra project': 'design-1' } }),
      readDeliverable: ({ deliverableId }) => Promise.resolve({ code: deliverableId.toUpperCase(), name: 'Opener' }),
      startTask: () => {
        this.task = { ...this.task, status: 'in progress', statusText: 'In Progress' };
        return Promise.resolve();
      },
      resolveRecipes: ({ facts, due }) => Promise.resolve(planRound(facts, due, this.recipes)),
      matchCreatives: ({ group, candidates }) => Promise.resolve(matchGroup(group, candidates)),
      findCreatives: () => Promise.resolve(this.candidates),
      awaitRenders: ({ outputs }) =>
        Promise.resolve(
          outputs.map(({ outputId }) => ({ outputId, assetKey: 'image', extension: 'jpg', blobHash: 'blob' })),
        ),
      fetchRender: ({ output }) =>
        Promise.resolve({
          queue: FAKE_SPOOL_QUEUE,
          fileId: `file-${output.outputId}`,
          outputId: output.outputId,
          bytes: 12_345,
          md5: '0cc175b9c0f1b6a831c399e269772661',
          sha256: 'ca978112ca1bbdcafac231b39a23dc4da786eff8147c4e72b9807785afee48bb',
          format: 'jpeg',
          width: 1080,
          height: output.outputId.endsWith('Story') ? 1920 : 1080,
        }),
      checkFiles: ({ files }) =>
        Promise.resolve(files.flatMap(({ expected, file }) => preflight(expected.label, file, expected.spec))),
      requestUploadAddresses: ({ files }) =>
        Promise.resolve({
          slots: files.map(({ expectedKey }) => ({
            expectedKey,
            assetId: `asset-${this.submissions.length}-${expectedKey}`,
            sealedAddress: 'sealed',
          })),
          refused: [],
        }),
      uploadFile: () => Promise.resolve(),
      dropFiles: () => Promise.resolve(),
      submitAssets: ({ assets }) => {
        this.takeSubmission(assets);
        return Promise.resolve();
      },
      listTasks: () => Promise.resolve({ rows: [], isLast: true }),
      ensureTasksRun: () => Promise.resolve({ started: [], signalled: [] }),
    };
  }

  /** Takes a submission as Creative Force does: once; the same again is refused with 24 (creative-force.md §11.2). */
  takeSubmission(assets: readonly AssetToSubmit[]): void {
    if (this.task.status === 'done') throw refusal('24', 'The same submission was sent again.');
    this.submissions.push(assets);
    this.task = { ...this.mapOutputs((output) => withAsset(output, assets)), status: 'done', statusText: 'Done' };
  }

  /** Refuses returned files, as QC does: the task is to do again. */
  reject(specId: string): void {
    this.task = {
      ...this.mapOutputs((output) => (output.specId === specId ? { ...output, isRejected: true } : output)),
      status: 'to do',
      statusText: 'To Do',
    };
  }

  count(activity: keyof AllActivities): number {
    return this.calls.filter((call) => call === activity).length;
  }

  private mapOutputs(change: (output: ExpectedOutput) => ExpectedOutput): Task {
    return {
      ...this.task,
      shots: this.task.shots.map((shot) => ({ ...shot, expectedOutputs: shot.expectedOutputs.map(change) })),
    };
  }

  get activityNames(): string[] {
    return Object.keys(this.activities);
  }

  /** One activity call, counted; looked up now, so that a test can replace an activity while the workflow runs. */
  call(name: string, argument: unknown): Promise<unknown> {
    this.calls.push(name);
    return (
      (this.activities as unknown as Record<string, (argument: unknown) => Promise<unknown>>)[name]?.(argument) ??
      Promise.reject(new Error(`There is no activity ${name}.`))
    );
  }
}

/** A refusal of the gateway, as activities report it. */
export function refusal(code: string, message: string): ApplicationFailure {
  return ApplicationFailure.nonRetryable(message, 'Refused', {
    system: 'Creative Force',
    endpoint: 'POST …',
    status: 400,
    code,
  });
}

function withAsset(output: ExpectedOutput, assets: readonly AssetToSubmit[]): ExpectedOutput {
  const taken = assets.find(({ specId }) => specId === output.specId);
  return taken === undefined ? output : { ...output, assetId: taken.assetId, isRejected: false };
}
