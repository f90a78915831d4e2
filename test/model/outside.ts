import { activityInfo } from '@temporalio/activity';
import { ApplicationFailure } from '@temporalio/common';

import type { SubmittedAsset } from '../../domain/delivery/verdict';
import { expectedOutputKey, expectedOutputs } from '../../domain/task/expected-output';
import { failureTypes } from '../../domain/shared/failure-type';
import type { SpooledFile } from '../../domain/render/rendered-asset';
import type { ListingRow } from '../../domain/sweep/sweep';
import type { StudioSettings } from '../../domain/task/studio-settings';
import type { ExpectedOutput, Task } from '../../domain/task/task';
import type { TaskEvent } from '../../domain/task/task-event';
import { aCandidate, aTask } from '../support/facts';
import { Decided, SUPPLIED } from './decided';
import { FakeWorld, quickSettings, refusal } from '../support/fake-world';

/** Our own vendor, and whose the task is while it is not ours. */
const VENDOR = 'vendor-1';

const SLOW_MS = 150;

/** The files that the task wants, by the spec's name. */
export const outputs = ['Feed', 'Story'] as const;
export type Output = (typeof outputs)[number];

/** How a rejection is told: by flags, by notes, by the status alone, or by nothing but its event. */
export const rejectionForms = ['flags', 'notes', 'status', 'event'] as const;
export type RejectionForm = (typeof rejectionForms)[number];

/** What Creative Force has had from us in one round. */
interface OutsideRound {
  starts: number;
  /** Absent unless the round answers a rejection. */
  readonly form?: RejectionForm;
  /** What was taken; `undefined` while nothing was. */
  taken: readonly SubmittedAsset[] | undefined;
}

/** Which call loses its answer next, and whether it takes effect all the same. */
export interface LostAnswer {
  readonly call: 'start' | 'submit';
  readonly hasEffect: boolean;
}

/**
 * The model: Creative Force and Celtra for one task, as plain data that is its own judge. It takes what Creative Force
 * would take, and writes down what must never have been sent.
 */
export class Outside extends FakeWorld {
  override task: Task = aTask({ vendorId: VENDOR });
  override settings: StudioSettings;
  /** What must never happen, in words. */
  readonly violations: string[] = [];
  readonly rounds: OutsideRound[] = [{ starts: 0, taken: undefined }];
  /** When a person last stopped the task; Unix milliseconds. */
  stoppedAt = -Infinity;
  /** Every event that Creative Force has sent or meant to send, oldest first. */
  readonly events: TaskEvent[] = [this.event('ready')];
  /** Those that have reached us. */
  readonly told: TaskEvent[] = [];
  /** All that was ever taken, in order. */
  readonly taken: (readonly SubmittedAsset[])[] = [];
  lostAnswer: LostAnswer | undefined;
  isDeleted = false;
  /** A person has stopped the task, and Creative Force has not told of anything new since. */
  isStopped = false;
  /** Somebody has said that even rejected bytes may go out. */
  isForced = false;
  /** The studio's role may not ask for upload addresses at the moment. */
  isForbidden = false;
  readonly decided = new Decided();
  /** Celtra and the store take their time, so that something can happen meanwhile. */
  isSlow = false;
  /** How often a run was terminated or reset; each may have been about to write down what it had submitted. */
  interruptions = 0;
  /** A run was reset, so that its rounds may be in its own record and in that of the run that followed. */
  isReset = false;
  private due: ReadonlySet<string>;
  private readonly uploads = new Map<string, { expectedKey: string; md5: string; isUsed: boolean }>();
  /** The bytes that were last sent back, by expected output. */
  private readonly rejectedBytes = new Map<string, string>();
  /** What bytes were made of, by their MD5: a creative, or a file that was supplied. */
  private readonly sources = new Map<string, string>();

  /** `reviewWindowMs`: how long a task is watched for a rejection. */
  constructor(reviewWindowMs: number) {
    super();
    this.settings = modelSettings(reviewWindowMs);
    this.due = new Set(this.allOutputs.map(expectedOutputKey));
    const known = this.activities.readTask;
    this.activities.readTask = (request) => (this.isDeleted ? Promise.reject(notFound()) : known(request));
    this.activities.startTask = () =>
      this.orLost('start', () => {
        this.takeStart();
      });
    this.activities.submitAssets = ({ assets }) =>
      this.orLost('submit', () => {
        this.takeSubmission(assets);
      });
    const { awaitRenders, fetchRender, fetchSuppliedFile, uploadFiles } = this.activities;
    this.activities.awaitRenders = (request) => this.inTime(() => awaitRenders(request));
    this.activities.uploadFiles = (request) => this.inTime(() => uploadFiles(request));
    this.activities.fetchRender = async (request) => this.noted(await fetchRender(request), request.output.outputId);
    this.activities.fetchSuppliedFile = async (request) =>
      this.noted(await fetchSuppliedFile(request), `${SUPPLIED}${request.expectedKey}`);
    this.activities.requestUploadAddresses = ({ files }) => {
      if (this.isForbidden) return Promise.reject(forbidden());
      const slots = files.map(({ expectedKey, md5 }) => {
        const assetId = `asset-${this.uploads.size + 1}`;
        this.uploads.set(assetId, { expectedKey, md5, isUsed: false });
        return { expectedKey, assetId, sealedAddress: 'sealed' };
      });
      return Promise.resolve({ slots, refused: [] });
    };
  }

  get round(): OutsideRound {
    const round = this.rounds.at(-1);
    if (round === undefined) throw new Error('There is always a round.');
    return round;
  }

  get isOurs(): boolean {
    return !this.isDeleted && this.task.vendorId === VENDOR;
  }

  /** Whether Creative Force still wants something of us. */
  get isOpen(): boolean {
    return this.isOurs && this.task.status !== 'done' && this.round.taken === undefined;
  }

  /** How the listing shows the task; `undefined` when it does not. */
  get row(): ListingRow | undefined {
    const { status, statusText } = this.task;
    if (!this.isOurs || !['to do', 'in progress', 'rejected'].includes(status)) return undefined;
    return { status, statusText, isRejected: this.allOutputs.some(({ isRejected }) => isRejected === true) };
  }

  /** Whether any of these files lies with Creative Force. */
  hasReturned(names: readonly Output[]): boolean {
    return this.allOutputs.some(
      ({ specId, assetId }) => assetId !== undefined && names.some((name) => specId === specOf(name)),
    );
  }

  accept(): void {
    this.task = { ...this.task, status: 'done', statusText: 'Done' };
  }

  /** Nothing in Creative Force says which outputs the open round is about, and perhaps no more that there is one. */
  get isVague(): boolean {
    return this.round.form === 'status' || this.round.form === 'event';
  }

  /** Sends outputs back, and opens the next round. Where nothing says which, all that were returned are sent back. */
  sendBack(names: readonly Output[], form: RejectionForm): void {
    const isVague = form === 'status' || form === 'event';
    const sent = this.allOutputs.filter(
      ({ specId, assetId }) => assetId !== undefined && (isVague || names.some((name) => specId === specOf(name))),
    );
    for (const output of sent) {
      const { assetId, shotId, specId, variant } = output;
      const md5 = this.uploads.get(assetId ?? '')?.md5;
      if (md5 !== undefined) this.rejectedBytes.set(expectedOutputKey(output), md5);
      const annotationId = `note-${this.annotations.length + 1}`;
      const comment = 'Too dark.';
      if (!isVague)
        this.annotations.push({ annotationId, kind: 'rejection', comment, shotId, specId, variant, assetId });
    }
    const status = { flags: 'to do', notes: 'to do', status: 'rejected', event: 'in progress' } as const;
    this.openRound('rejected', { status: status[form], form }, (output) =>
      form === 'flags' && sent.includes(output) ? { ...output, isRejected: true } : output,
    );
    this.due = new Set(sent.map(expectedOutputKey));
  }

  /** The studio tells once more that it waits for corrections. */
  askAgain(): void {
    this.events.push({ ...this.event('rejected'), eventId: `rejected-${this.rounds.length}-${this.events.length}` });
  }

  /** Makes the same task ready again, also one that was given away. */
  reset(): void {
    this.rejectedBytes.clear();
    this.annotations.length = 0;
    this.openRound('ready', { status: 'to do' }, (output) => ({ ...output, assetId: undefined, isRejected: false }));
    this.task = { ...this.task, vendorId: VENDOR };
    this.due = new Set(this.allOutputs.map(expectedOutputKey));
  }

  giveAway(): void {
    this.task = { ...this.task, vendorId: 'vendor-2' };
  }

  /** A designer removes a creative, or makes it (again). */
  setCreative(name: Output, isThere: boolean): void {
    this.candidates = this.candidates.filter(({ key }) => key !== `Front/${name}`);
    if (isThere) this.candidates.push(aCandidate(`Front/${name}`));
  }

  /** A person stops the task. */
  stop(): void {
    this.isStopped = true;
    this.stoppedAt = Date.now();
  }

  /** What Creative Force tells of the task as it stands. */
  newestEvent(): TaskEvent {
    const event = this.events.at(-1);
    if (event === undefined) throw new Error('There is always an event.');
    return event;
  }

  override takeSubmission(assets: readonly SubmittedAsset[]): void {
    if (this.isStopped) this.forbid('submitted what a person had stopped');
    if (this.isDeleted) throw notFound();
    if (!this.isOurs) throw refusal('10', 'Task not found.');
    if (this.round.taken !== undefined) {
      this.forbid('was submitted again after it had been taken');
      throw refusal('24', 'Asset id is invalid.');
    }
    if (this.task.status === 'done') throw refusal('154', 'Task has already been submitted.');
    const sent = assets.map((asset) => ({
      ...asset,
      key: expectedOutputKey(asset),
      upload: this.uploads.get(asset.assetId),
    }));
    if (sent.some(({ key }) => !this.due.has(key))) throw refusal('406', 'Wrong number or kind of assets.');
    const isMissing = (key: string): boolean => !this.decided.mayLack(key) && !sent.some((one) => one.key === key);
    if (!this.isVague && [...this.due].some(isMissing)) throw refusal('403', 'Too few assets.');
    for (const { key, assetId, upload } of sent) {
      if (upload?.expectedKey !== key) this.forbid(`submitted ${assetId} for ${key}, which it was not uploaded for`);
      if (upload?.isUsed === true) this.forbid(`used ${assetId} twice`);
      const source = this.sources.get(upload?.md5 ?? '') ?? 'nobody knows what';
      const objection = this.decided.objectionTo(key, source, activityInfo().workflowExecution?.runId);
      if (objection !== undefined) this.forbid(objection);
      if (upload?.md5 === this.rejectedBytes.get(key) && !this.isForced)
        this.forbid(`sent the rejected bytes of ${key} again`);
      if (upload !== undefined) upload.isUsed = true;
    }
    this.round.taken = assets;
    this.taken.push(assets);
    this.change('in progress', (output) => {
      const key = expectedOutputKey(output);
      const asset = sent.find((one) => one.key === key);
      if (asset !== undefined) this.rejectedBytes.delete(key);
      return asset === undefined ? output : { ...output, assetId: asset.assetId, isRejected: false };
    });
  }

  private async inTime<T>(work: () => Promise<T>): Promise<T> {
    if (this.isSlow) await new Promise((resolve) => setTimeout(resolve, SLOW_MS));
    return work();
  }

  private noted(file: SpooledFile, source: string): SpooledFile {
    this.sources.set(file.md5, source);
    return file;
  }

  private takeStart(): void {
    if (this.isDeleted) throw notFound();
    if (this.task.status === 'done' || !this.isOurs) throw refusal('GEN-4', 'InvalidData');
    if (this.isStopped) this.forbid('started what a person had stopped');
    this.round.starts += 1;
    if (this.round.starts > 1) this.forbid('was started twice');
    this.task = { ...this.task, status: 'in progress', statusText: 'In Progress' };
  }

  /** Carries out a write whose answer may be lost, before or after it has taken effect. */
  private orLost(call: LostAnswer['call'], carryOut: () => void): Promise<void> {
    return new Promise((resolve) => {
      const lost = this.lostAnswer?.call === call ? this.lostAnswer : undefined;
      if (lost !== undefined) this.lostAnswer = undefined;
      if (lost?.hasEffect !== false) carryOut();
      if (lost !== undefined) throw answerLost();
      resolve();
    });
  }

  private openRound(
    kind: TaskEvent['kind'],
    { status, form }: { readonly status: Task['status']; readonly form?: RejectionForm },
    change: (output: ExpectedOutput) => ExpectedOutput,
  ): void {
    this.rounds.push({ starts: 0, taken: undefined, ...(form && { form }) });
    this.isForced = false;
    this.change(status, change);
    this.events.push(this.event(kind));
  }

  private event(kind: TaskEvent['kind']): TaskEvent {
    // What happens after a stop happens later, also within one millisecond.
    const happenedAt = Math.max(Date.now(), this.stoppedAt + 1);
    return { kind, source: 'webhook', happenedAt, eventId: `${kind}-${this.rounds.length}` };
  }

  private change(status: Task['status'], change: (output: ExpectedOutput) => ExpectedOutput): void {
    const shots = this.task.shots.map((shot) => ({ ...shot, expectedOutputs: shot.expectedOutputs.map(change) }));
    this.task = { ...this.task, shots, status, statusText: status };
  }

  private get allOutputs(): ExpectedOutput[] {
    return expectedOutputs(this.task).map(({ expected }) => expected);
  }

  private forbid(what: string): void {
    this.violations.push(`Round ${this.rounds.length - 1}: the task ${what}.`);
  }
}

export function specOf(name: Output): string {
  return `spec-${name.toLowerCase()}`;
}

/** Waits that let a run take seconds. */
function modelSettings(reviewWindowMs: number): StudioSettings {
  const { lifecycle: life } = quickSettings;
  return {
    ...quickSettings,
    freshForMs: 0,
    reviewWindowMs,
    lifecycle: {
      ...life,
      unclearAfterMs: 1_000,
      vendorId: VENDOR,
      maxRounds: 2,
      retries: { firstMs: 500, factor: 1, maxMs: 500 },
    },
  };
}

function notFound(): ApplicationFailure {
  return failure(failureTypes.notFound, 'Creative Force knows no such task.', 404);
}

function forbidden(): ApplicationFailure {
  return failure(failureTypes.forbidden, '403 on get-presigned-url.', 403);
}

function answerLost(): ApplicationFailure {
  return failure(failureTypes.outcomeUnknown, 'The connection broke before the answer came.', undefined);
}

function failure(type: string, message: string, status: number | undefined): ApplicationFailure {
  return ApplicationFailure.nonRetryable(message, type, { system: 'Creative Force', endpoint: '…', status });
}
