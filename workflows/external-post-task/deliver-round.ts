import { CancellationScope, isCancellation, workflowInfo } from '@temporalio/workflow';

import { notesSince } from '../../domain/delivery/last-submission';
import { hasNewerFiles, toReturnedFiles } from '../../domain/delivery/returned-files';
import { isDone, isReturned, isSubmissionAccepted, showsSubmittedAssets } from '../../domain/delivery/verdict';
import { attentionForNoOutputs } from '../../domain/operator/attention';
import { knownOutputs, outputsToExport } from '../../domain/operator/decisions';
import { earliestDeadline } from '../../domain/task/deadline';
import { type ShotOutput, expectedOutputKey, expectedOutputs } from '../../domain/task/expected-output';
import { expectedOutputLabel } from '../../domain/task/output-label';
import { rejectionNotes } from '../../domain/task/rejection-notes';
import type { Task } from '../../domain/task/task';
import { DONE_BY_OTHERS, handOver, submit, submitted, type RoundEnd, type RoundRun, type Submitted } from './hand-over';
import { dropEventsUntil, hasDecidedSince, takeEvents } from './state/inbox';
import { invalidateFrom, type Brief, type UploadedFile } from './state/round-state';
import { updateRound, type TaskState } from './state/task-state';
import { awaitCorrections, keepCorrections, outputsToCorrect } from './steps/corrections';
import { deliveredSizes, deliveredSoFar, lastDelivered, takeOverAfterReset } from './steps/earlier-deliveries';
import { exportCreatives, type KnownAddresses } from './steps/export-creatives';
import { judgeBrief } from './steps/judge-brief';
import { lastSubmission, lookedAt } from './steps/last-submission';
import { resolveRecipes } from './steps/plan-round';
import { readBrief, refreshBrief } from './steps/read-brief';
import { givenAway, recheckTask } from './steps/read-task';
import { startSavingInputs } from './steps/save-inputs';
import { isRefusedStill, startTask } from './steps/start-task';
import {
  attempt,
  cancelled,
  needsAttention,
  type NeedsAttention,
  type RestartFrom,
  type StepFailure,
} from './steps/step';
import { submittedAsset, toAudited } from './steps/submit-round';
import { transferFiles } from './steps/transfer-files';
import { cancelOnDecision, isCancelled, sideBySide, valueOf } from './waiting/interruption';

const TASK_CHANGED: RestartFrom = {
  kind: 'restartFrom',
  step: 'brief',
  reason: 'The task was changed in Creative Force meanwhile, so the round was restarted with its new contents.',
};

const DECIDED_MEANWHILE: RestartFrom = {
  kind: 'restartFrom',
  step: 'export',
  reason: 'An operator decided about the files while they were prepared, so they are prepared again.',
};

/** An outage can hold up a start for an hour; what else has to be told does not wait for that. */
const START_GRACE_MS = 10_000;

/** One delivery, up to the accepted submission. Safe to run again: what the state holds is not made twice. */
export async function deliverRound(run: RoundRun): Promise<RoundEnd> {
  const { context, state, deadline } = run;
  const { settings } = context;

  if (context.isAfterReset && state.lookedAfterReset !== context.runId) {
    if ((await takeOver(run)) === 'watch') return submitted(run);
  }
  const brief = await briefOf(run);
  const gone = givenAway(settings.lifecycle, brief.facts.task);
  if (gone !== undefined) return gone;
  const settled = await endWithoutDelivery(run, brief);
  if (settled !== undefined) return settled;
  if (expectedOutputs(brief.facts.task).length === 0) {
    updateRound(state, { brief: undefined });
    return needsAttention(attentionForNoOutputs());
  }

  if (settings.savesInputs && state.inputs === undefined) startSavingInputs(context, state, brief);
  deadline.start(earliestDeadline(brief.facts, state.startedAt, settings.lifecycle.slaMs));
  const isAnswer = state.round.rejection !== undefined;
  const corrections = isAnswer ? holdCorrections(run, brief) : undefined;
  if (corrections !== undefined) return corrections;
  const due = outputsToCorrect(brief, state.round);

  // Files that were made by other decisions do not do, from whatever step an operator lets the round go on.
  const { decisions } = state;
  if (hasDecidedSince(state, state.round.decisionsRevision)) state.round = invalidateFrom(state.round, 'export');
  updateRound(state, { decisionsRevision: decisions.revision });
  const wanted = outputsToExport(due, decisions);
  const isSupplied = due.some(({ expected }) => expectedOutputKey(expected) in decisions.files);
  if (wanted.length === 0 && !isSupplied) {
    const sentence = 'Everything that was due has been skipped, so nothing was delivered.';
    return { kind: 'finished', outcome: 'left out', sentence };
  }

  const round = CancellationScope.current();
  const orDecision = <Result>(work: () => Promise<Result>): Promise<Result | StepFailure | 'decided'> =>
    cancelOnDecision(state, decisions.revision, () => attempt(state, work));
  const [started, exporting] = await sideBySide(
    {
      work: () => start(run, brief.facts.task, round),
      endsBoth: (end) => end !== undefined,
      graceMs: settings.lifecycle.startGraceMs ?? START_GRACE_MS,
    },
    {
      work: () => orDecision(() => exportFiles(run, { ...brief, due }, wanted)),
      endsBoth: (end) => end === 'decided' || end.kind !== 'done',
    },
  );
  // The next turn looks at a start that was cut short for the other side.
  const wasCutShort = !started.ok && isCancellation(started.error) && !isCancelled();
  if (!wasCutShort && valueOf(started) !== undefined) return cancelled;
  const exported = valueOf(exporting);
  if (exported === 'decided') return DECIDED_MEANWHILE;
  if (exported.kind !== 'done') return exported;
  const made = await orDecision(() => transfer(run, { ...brief, due }, exported.addresses));
  if (made === 'decided') return DECIDED_MEANWHILE;
  if (made.kind !== 'done') return made;
  const { isForced } = state.round;
  const corrected =
    isAnswer && !isForced ? keepCorrections(brief, state.round, made.files, deliveredSoFar(state)) : made;
  if (corrected.kind === 'nothing changed') return watchOn(run, brief);
  if (corrected.kind !== 'done') {
    updateRound(state, { correctionsAllowed: false });
    return corrected;
  }

  const mustLook = takeEvents(state).length > 0 || looksBeforeSubmitting(run);
  const driftSince = await recheckTask(context, brief, mustLook, known(state));
  if (typeof driftSince !== 'string')
    return driftSince.kind === 'returned' ? keepReturned(state, brief, driftSince.outputs) : driftSince;
  if (driftSince === 'done') return DONE_BY_OTHERS;
  if (driftSince === 'changed') return TASK_CHANGED;
  if (hasDecidedSince(state, decisions.revision)) return DECIDED_MEANWHILE;
  return submit(run, corrected.files);
}

/** Tells Creative Force that work has begun, unless it has refused that before. A result when the task was cancelled meanwhile. */
async function start(
  { context, state }: RoundRun,
  task: Task,
  round: CancellationScope,
): Promise<typeof cancelled | undefined> {
  const actions = state.actions.length;
  if (isRefusedStill(state.round.refusedStart, task, actions)) return undefined;
  const { inFlight, isRefused } = await startTask(context, task);
  updateRound(state, { refusedStart: isRefused && { status: task.statusText, actions } });
  if (inFlight === undefined || !round.consideredCancelled) return undefined;
  state.inFlightWrites = { start: inFlight };
  return cancelled;
}

/** What recheckTask compares with. */
function known(state: TaskState) {
  return { round: state.round, submission: lastSubmission(state) };
}

/** After a reset of the workflow: what it had submitted since counts, before anything else is done. */
async function takeOver({ context, state }: RoundRun): Promise<'watch' | 'deliver'> {
  const { kind, changes, eventsUntil, warning } = await takeOverAfterReset(context, state);
  Object.assign(state, changes);
  if (eventsUntil !== undefined) dropEventsUntil(state, eventsUntil);
  context.reporter.warn(warning);
  return kind;
}

/** A rejection that the task does not show, and that nothing answers, counts as looked at. */
function watchOn(run: RoundRun, { annotations }: Brief): Submitted {
  const { context, state } = run;
  context.reporter.warn(
    'Nothing had changed in Celtra when the task was resumed, so extpost keeps watching for a change.',
  );
  state.lastSubmission = lookedAt(state, annotations);
  return submitted(run);
}

/** The brief of this round: read now, unless an operator wanted an earlier one kept; then the task alone is read. */
async function briefOf({ context, state }: RoundRun): Promise<Brief> {
  // Events from before this reading would end every wait of the round at once.
  const events = takeEvents(state);
  const { brief: before, number, wait, looksBeforeSubmitting } = state.round;
  // A spec may have been the very cause of a rejection or of a wait, and may have changed since.
  const isFresh = number > 0 || wait !== undefined || looksBeforeSubmitting;
  const read =
    before === undefined
      ? await readBrief(context, state.hints, isFresh)
      : await refreshBrief(context, before, state.hints);
  const { brief, round, looked } = await judgeBrief(context.task, state, read, events);
  Object.assign(state, looked);
  updateRound(state, round);
  context.reporter.showOutputs(brief.facts);
  if (before === undefined) context.reporter.showDue(brief.facts, brief.due);
  updateRound(state, { brief });
  state.knownOutputs = knownOutputs(brief.facts, brief.due);
  return brief;
}

/** A result when the task shows that there is nothing to deliver, or that it was delivered already. */
async function endWithoutDelivery(run: RoundRun, { facts: { task }, due }: Brief): Promise<RoundEnd | undefined> {
  const { context, state } = run;
  const { submission, rejection } = state.round;
  const assets = submission?.files.map(submittedAsset) ?? [];
  if (submission !== undefined && isSubmissionAccepted(task, assets, rejection?.wasDone)) {
    const isOurs = submission.mayHaveWorked || showsSubmittedAssets(task, assets);
    return isOurs ? handOver(run, submission.files, toAudited(submission, 'task')) : DONE_BY_OTHERS;
  }
  if (isDone(task) && rejection?.wasDone !== true) {
    // What this run may have submitted before it was reset can still be rejected.
    if (context.isAfterReset) return submitted(run);
    if (state.deliveredRounds.length > 0 || submission !== undefined) return DONE_BY_OTHERS;
    const sentence = 'The task was already done in Creative Force, so nothing was delivered.';
    return { kind: 'finished', outcome: 'nothing due', sentence };
  }
  const isAnswered = rejection === undefined || hasNewerFiles(task, lastDelivered(deliveredSoFar(state)));
  const isLeftToOthers = due.length === 0 && Object.keys(state.round.returnedByOthers).length > 0;
  if (!isLeftToOthers && !(isReturned(task) && isAnswered)) return undefined;
  context.reporter.warn('Everything that was due has already been returned, so nothing is sent.');
  return submitted(run);
}

/** In a run that was reset, continued or resumed, others may have returned files that its history does not know of. */
function looksBeforeSubmitting({ context, state }: RoundRun): boolean {
  const { continuedFromExecutionRunId } = workflowInfo();
  return context.isAfterReset || continuedFromExecutionRunId !== undefined || state.round.looksBeforeSubmitting;
}

/** What somebody has returned meanwhile is left as it is; the round goes on with the rest. */
function keepReturned(state: TaskState, { facts }: Brief, outputs: readonly ShotOutput[]): RestartFrom {
  updateRound(state, { returnedByOthers: { ...state.round.returnedByOthers, ...toReturnedFiles(outputs) } });
  const labels = outputs.map((output) => expectedOutputLabel(facts, output));
  const reason = `Somebody returned ${labels.join('; ')} in Creative Force meanwhile; that is not overwritten.`;
  return { kind: 'restartFrom', step: 'brief', reason };
}

/** A result as long as the corrections of a rejection may not go out (docs/reference/assumptions.md#corrections). */
function holdCorrections({ context, state }: RoundRun, brief: Brief): NeedsAttention | undefined {
  const notes = notesSince(brief.annotations, lastSubmission(state), brief.facts.task);
  const before = deliveredSoFar(state);
  const sizes = deliveredSizes(lastDelivered(before));
  context.reporter.showRejection(
    before.at(-1)?.round ?? Math.max(0, state.round.number - 1),
    rejectionNotes(brief.facts, notes, sizes),
  );
  if (state.round.correctionsAllowed) return undefined;
  return awaitCorrections(brief, state.round, context.settings.lifecycle, deliveredSoFar(state));
}

/** Exports what is wanted; what the round has exported already is kept. */
async function exportFiles(
  { context, state }: RoundRun,
  brief: Brief,
  wanted: readonly ShotOutput[],
): Promise<{ kind: 'done'; addresses: KnownAddresses } | StepFailure> {
  const { round, decisions } = state;
  if (round.pairings !== undefined || wanted.length === 0) return { kind: 'done', addresses: new Map() };
  state.resolved = await resolveRecipes({ ...brief, due: wanted }, decisions, state.resolved);
  const exported = await exportCreatives(context, state.resolved.plan, wanted.length);
  if (exported.kind !== 'done') return exported;
  updateRound(state, { pairings: exported.pairings, plan: exported.record });
  return { kind: 'done', addresses: exported.addresses };
}

/** Downloads, checks and uploads; what the round has uploaded already is kept. */
async function transfer(
  { context, state }: RoundRun,
  brief: Brief,
  addresses: KnownAddresses,
): Promise<{ kind: 'done'; files: readonly UploadedFile[] } | StepFailure> {
  if (state.round.files === undefined) {
    const { stored, uploaded, isForced, pairings = [] } = state.round;
    const request = { brief, pairings, supplied: state.decisions.files, addresses, isForced };
    const { spoolQueues } = state;
    const { progress, end } = await transferFiles(context, request, { stored, uploaded, spoolQueues });
    state.spoolQueues = progress.spoolQueues;
    updateRound(state, { stored: progress.stored, uploaded: progress.uploaded });
    if (end.kind !== 'done') return end;
    // The last file may have been stored while a cancel was on its way; then nothing more leaves.
    if (isCancelled()) return cancelled;
    updateRound(state, { files: progress.uploaded });
  }
  return { kind: 'done', files: state.round.files ?? [] };
}
