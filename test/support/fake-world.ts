import { createHash } from 'node:crypto';

import { Context } from '@temporalio/activity';
import { ApplicationFailure } from '@temporalio/common';

import type {
  ConversionActivities,
  InputActivities,
  PreflightActivities,
  AuditActivities,
  CeltraActivities,
  CreativeForceActivities,
  CreativeWatchActivities,
  FetchActivities,
  NotificationActivities,
  PlanningActivities,
  RecordActivities,
  SpoolActivities,
  SummaryActivities,
  SweepActivities,
  VerdictActivities,
} from '../../activities';
import { createRecordActivities } from '../../activities/planning/earlier-record';
import type { PreparedWrite } from '../../activities/creative-force/creative-force-activities';
import type { FetchRequest } from '../../activities/transfer/fetch-render';
import type { SubmittedAsset } from '../../domain/delivery/verdict';
import { assertSameRun, currentRunId } from '../../activities/runtime/one-shot-write';
import { resolvePlan } from '../../activities/planning/planning-work';
import type { DeliveryEntry } from '../../domain/audit/audit-entry';
import { stopIn } from '../../domain/audit/task-entries';
import { failureTypes } from '../../domain/shared/failure-type';
import { toMatchingSummary, matchGroup } from '../../domain/plan/matching';
import { type Candidate } from '../../domain/plan/candidate';
import type { Notice } from '../../domain/notification/notice';
import { judgeRender } from '../../domain/preflight/preflight';
import type { Recipe } from '../../domain/recipe/recipe';
import type { StudioSettings } from '../../domain/task/studio-settings';
import type { SpooledFile } from '../../domain/render/rendered-asset';
import type { Annotation, ExpectedOutput, Task, TaskReference } from '../../domain/task/task';
import { fakeWatches } from './fake-watches';
import { aCandidate, aRecipe, aTask, feedSpec, storySpec } from './facts';

export type AllActivities = PreflightActivities &
  ConversionActivities &
  InputActivities &
  CreativeForceActivities &
  CeltraActivities &
  FetchActivities &
  SpoolActivities &
  PlanningActivities &
  SweepActivities &
  VerdictActivities &
  CreativeWatchActivities &
  NotificationActivities &
  SummaryActivities &
  RecordActivities &
  AuditActivities &
  TransfersOfOneFile &
  SingleReads;

/** What the fake transfers do with each file; a test may change and count it like an activity. */
interface TransfersOfOneFile {
  fetchRender(request: FetchRequest): Promise<SpooledFile>;
  uploadFile(): Promise<unknown>;
}

/** What the fake reads of a task are made of; a test may change and count it like an activity. */
interface SingleReads {
  readAnnotations(task: TaskReference): Promise<readonly Annotation[]>;
}

/** Waits of less than a second, so that no test sleeps for long; and no shorter, because each look of a task that waits costs 20 ms of processor time. */
export const quickSettings: StudioSettings = {
  polls: { firstMs: 50, factor: 1.5, maxMs: 800 },
  freshForMs: 60_000,
  goneAfterMs: 500,
  reviewWindowMs: 300,
  assetKnown: { pace: { firstMs: 10, factor: 2, maxMs: 50 }, giveUpMs: 5_000 },
  renderDeadlineMs: 600_000,
  reads: { job: true, product: true, inputAssets: true, project: true, deliverable: true, ifMissing: [] },
  onDesignChange: 'ask',
  savesInputs: false,
  bulkSize: 50,
  onMismatch: 'block',
  lifecycle: {
    corrections: { firstMs: 250, factor: 1, maxMs: 250 },
    correctionWindowMs: 60_000,
    settlingMs: 300,
    unclearAfterMs: 60_000,
    retries: { firstMs: 30_000, factor: 1, maxMs: 30_000 },
    maxRounds: 10,
    warnBeforeMs: 60_000,
    notifies: false,
    escalateAfterMs: 60_000,
  },
};

/** A backoff for what must not happen by itself during a test. */
export const later = { firstMs: 60_000, factor: 1, maxMs: 60_000 };

/** The task queue of all fake spools, which the workers of a test serve. */
export const FAKE_SPOOL_QUEUE = 'extpost-transfer/fake';

/**
 * Creative Force and Celtra as plain data, behind fake activities. A submission is accepted once, a repeat is
 * refused, an accepted task is done. A test replaces `activities` to make something fail.
 */
export class FakeWorld {
  task: Task = aTask();
  candidates: Candidate[] = [aCandidate('Front/Feed'), aCandidate('Front/Story')];
  recipes: Recipe[] = [aRecipe];
  settings: StudioSettings = quickSettings;
  annotations: Annotation[] = [];
  readonly notices: Notice[] = [];
  readonly audit: DeliveryEntry[] = [];
  /** Whether the workflow can read the audit; a test switches it off. */
  isAudited = true;
  private corrections = 0;
  private readonly blobs = new Map<string, string>();
  /** Every activity call in order, by type. */
  readonly calls: string[] = [];
  readonly submissions: (readonly SubmittedAsset[])[] = [];
  readonly activities: AllActivities;

  constructor() {
    this.activities = {
      readStudioSettings: ({ eventOf }) =>
        Promise.resolve({
          settings: this.settings,
          runId: currentRunId(),
          stop: eventOf === undefined ? undefined : stopIn(this.entriesOf(eventOf)),
        }),
      readTask: () => Promise.resolve(this.task),
      readAnnotations: () => Promise.resolve(this.annotations),
      readTaskAndNotes: async (task) => {
        const [read, annotations] = await Promise.all([
          this.call('readTask', task),
          this.call('readAnnotations', task),
        ]);
        return { task: read as Task, annotations: annotations as readonly Annotation[] };
      },
      readInputAssets: ({ assetIds }) =>
        Promise.resolve(assetIds.map((assetId) => ({ assetId, width: 4000, height: 5000 }))),
      readAssetFiles: () => Promise.resolve({ found: [], missing: [] }),
      readFiles: () => Promise.resolve({ found: [], missing: [] }),
      knownSpecs: () => Promise.resolve([]),
      readSpecs: () => Promise.resolve([feedSpec, storySpec]),
      readJob: () => Promise.resolve({ code: 'JOB-1', properties: { 'Celtra project': 'design-1' } }),
      readProduct: () => Promise.resolve({ code: 'SKU-1', name: 'Trail runner' }),
      readProject: () => Promise.resolve({ code: 'PRJ-1', properties: { 'Celtra project': 'design-1' } }),
      readDeliverable: ({ deliverableId }) => Promise.resolve({ code: deliverableId.toUpperCase(), name: 'Opener' }),
      startTask: () => {
        this.task = { ...this.task, status: 'in progress', statusText: 'In Progress' };
        return Promise.resolve();
      },
      resolveRecipes: (request) => Promise.resolve(resolvePlan(this.recipes, request)),
      readRecipeNames: () => Promise.resolve(this.recipes.map(({ name }) => name)),
      pairCreatives: ({ group }) => Promise.resolve(toMatchingSummary(matchGroup(group, this.candidates))),
      awaitRenders: ({ outputs }) =>
        Promise.resolve({
          assets: outputs.map(({ outputId }) => ({
            outputId,
            assetKey: 'image',
            type: 'image',
            extension: 'jpg',
            blobHash: this.blobOf(outputId),
          })),
          addresses: [],
        }),
      fetchRender: ({ output }) => Promise.resolve(this.spooled(output.outputId)),
      fetchRenders: async ({ files }) =>
        Promise.all(files.map(async (file) => (await this.call('fetchRender', file)) as SpooledFile)),
      fetchSuppliedFile: ({ expectedKey }) => Promise.resolve(this.spooled(`supplied-${expectedKey}`)),
      checkRenders: ({ files }) =>
        Promise.resolve(
          files.map(({ expected, file }) => ({
            expectedKey: expected.expectedKey,
            ...judgeRender({ ...expected, picture: file }, this.settings),
          })),
        ),
      convertRenders: ({ files }) => Promise.resolve(files.map(({ file }) => ({ file, warnings: [] }))),
      saveInputs: () => Promise.resolve({ place: '/designers', folder: 'SKU-1', fetched: 1, kept: 0, missing: [] }),
      ...fakeWatches(this),
      requestUploadAddresses: ({ files }) =>
        Promise.resolve({
          slots: files.map(({ expectedKey }) => ({
            expectedKey,
            assetId: `asset-${this.submissions.length}-${expectedKey}`,
            sealedAddress: 'sealed',
          })),
          refused: [],
        }),
      uploadFile: () => Promise.resolve({ uploadedAt: new Date().toISOString() }),
      uploadFiles: async ({ files }) => {
        await Promise.all(files.map((file) => this.call('uploadFile', file)));
        return files.map(() => ({ uploadedAt: new Date().toISOString(), uploads: 1 }));
      },
      dropFiles: () => Promise.resolve(),
      submitAssets: ({ assets }) => {
        this.takeSubmission(assets);
        return Promise.resolve();
      },
      listTasks: () => Promise.resolve({ rows: [], isLast: true }),
      ensureTasksRun: () => Promise.resolve({ started: [], signalled: [], found: [], notified: [] }),
      notifyUnlisted: () => Promise.resolve({ unlisted: [], notified: [] }),
      postSummary: () => Promise.resolve(),
      summariseDay: (span) => Promise.resolve({ ...span, waiting: [], late: 0 }),
      notifyPeople: (notice) => {
        this.notices.push(notice);
        return Promise.resolve();
      },
      postNotices: () => Promise.resolve(),
      recordDelivery: (entry) => {
        this.audit.push(entry);
        return Promise.resolve(undefined);
      },
      ...createRecordActivities((_studio, taskId) => Promise.resolve(this.entriesOf(taskId))),
    };
  }

  /**
   * Accepts a submission as Creative Force does: once; the same again is refused with 24
   * (docs/reference/creative-force.md#refusals).
   */
  takeSubmission(assets: readonly SubmittedAsset[]): void {
    if (this.task.status === 'done') throw refusal('24', 'The same submission was sent again.');
    this.submissions.push(assets);
    this.task = { ...this.mapOutputs((output) => withAsset(output, assets)), status: 'done', statusText: 'Done' };
  }

  /** Celtra's hash of the pixels of an output. */
  blobOf(outputId: string): string {
    return this.blobs.get(outputId) ?? 'blob';
  }

  /** A designer changes the pixels of an output. */
  correct(outputId: string): void {
    const version = ++this.corrections;
    this.blobs.set(outputId, `blob-${version}`);
    this.candidates = this.candidates.map((one) =>
      one.outputId === outputId ? { ...one, contentHash: `corrected-${version}` } : one,
    );
  }

  private spooled(outputId: string): SpooledFile {
    const sha256 = createHash('sha256')
      .update(`${outputId} ${this.blobOf(outputId)}`)
      .digest('hex');
    return {
      queue: FAKE_SPOOL_QUEUE,
      fileId: `file-${outputId}`,
      outputId,
      bytes: 12_345,
      md5: sha256.slice(0, 32),
      sha256,
      format: 'jpeg',
      width: 1080,
      height: /story/i.test(outputId) ? 1920 : 1080,
    };
  }

  /** Rejects returned files, as QC does: the task is To Do again. */
  reject(specId: string): void {
    this.task = {
      ...this.mapOutputs((output) => (output.specId === specId ? { ...output, isRejected: true } : output)),
      status: 'to do',
      statusText: 'To Do',
    };
  }

  /** What the audit tells of a task. */
  private entriesOf(taskId: string): readonly DeliveryEntry[] {
    return this.isAudited ? this.audit.filter((entry) => entry.taskId === taskId) : [];
  }

  /** Somebody returns a file in Creative Force, without extpost. */
  returnByHand(specId: string): void {
    const assetId = `by-hand-${specId}`;
    this.task = this.mapOutputs((output) => (output.specId === specId ? { ...output, assetId } : output));
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

  /** One counted activity call, looked up late, so that a test can replace an activity while the workflow runs. */
  async call(name: string, argument: unknown): Promise<unknown> {
    // As the real activities do, also where a test has replaced them.
    if (name === 'startTask' || name === 'submitAssets') assertSameRun((argument as PreparedWrite).runId);
    this.calls.push(name);
    return (
      (this.activities as unknown as Record<string, (argument: unknown) => Promise<unknown>>)[name]?.(argument) ??
      Promise.reject(new Error(`There is no activity ${name}.`))
    );
  }
}

/** A call that is never answered; it sends heartbeats and ends on cancellation, as ours do. */
export async function hanging(): Promise<never> {
  const { cancelled, heartbeat } = Context.current();
  const timer = setInterval(() => {
    heartbeat();
  }, 50);
  try {
    return await cancelled;
  } finally {
    clearInterval(timer);
  }
}

/** The same for a write that is given up without an answer; `hasEffect` is what it has done by then. */
export async function givenUp(hasEffect: () => unknown = () => undefined): Promise<never> {
  await hanging().catch(hasEffect);
  throw ApplicationFailure.nonRetryable('No answer. Whether it took effect is not known.', failureTypes.outcomeUnknown);
}

/** A refusal of the gateway, as activities report it. */
export function refusal(code: string, message: string, status = 400): ApplicationFailure {
  return ApplicationFailure.nonRetryable(message, 'Refused', {
    system: 'Creative Force',
    endpoint: 'POST …',
    status,
    code,
  });
}

function withAsset(output: ExpectedOutput, assets: readonly SubmittedAsset[]): ExpectedOutput {
  const taken = assets.find(({ specId }) => specId === output.specId);
  return taken === undefined ? output : { ...output, assetId: taken.assetId, isRejected: false };
}

/** A check that finds every picture too high, which blocks its delivery. */
export const aBlockingCheck: AllActivities['checkRenders'] = ({ files }) =>
  Promise.resolve(
    files.map(({ expected: { expectedKey, label, fileName } }) => ({
      expectedKey,
      fileName,
      corrections: [],
      findings: [
        {
          rule: 'pixelSize' as const,
          expected: '1080 × 1080 pixels',
          found: 'has 1080 × 1350',
          message: `${label}: the spec asks for 1080 × 1080 pixels, the render has 1080 × 1350.`,
          action: 'block' as const,
        },
      ],
    })),
  );
