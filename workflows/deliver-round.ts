import { earliestDeadline } from '../domain/task/deadline';
import { knownOutputs, outputsToExport } from '../domain/operator/decisions';
import { expectedOutputKey } from '../domain/task/expected-output';
import type { AuditedSubmission } from '../domain/audit/audit-entry';
import { lifecycleOf } from '../domain/task/lifecycle-policy';
import type { StudioSettings } from '../domain/task/studio-settings';
import { isSubmissionAccepted, isReturned, readVerdict, showsSubmittedAssets } from '../domain/delivery/verdict';
import { pluralise } from '../domain/shared/text';
import { readBrief, readTask, type Brief } from './brief';
import { answersRejection, mayCorrect, refuseUnchanged } from './corrections';
import type { DeadlineWatch } from './deadline-watch';
import { deliverFiles } from './deliver-files';
import type { UploadedFile } from './upload-files';
import { exportCreatives } from './export-creatives';
import { writeDown } from './record-delivery';
import { haveDecided, unlessDecided } from './decided-meanwhile';
import { forgetFrom, noSendings, type RoundMemory, type Sendings } from './round-memory';
import { saveInputs } from './save-inputs';
import { startOnce } from './start-once';
import { isCancelled, stopIfCancelled } from './settle';
import { inEffect, submitOnce, submittedAsset, UNKNOWN_ASSET } from './submit-once';
import { remoteDetailsOf } from './needs-attention';
import type { TaskStory } from './task-story';
import { lookAgain, refuseIfGivenAway } from './world-moves';
import { deliveredRound } from './delivered-round';
import { clearSpools } from './clear-spools';

/** How a round ended: handed over, or not needed after all. */
export type RoundEnd =
  { readonly kind: 'delivered' } | { readonly kind: 'nothing due' | 'left out'; readonly sentence: string };

const DONE_BY_SOMEBODY: RoundEnd = {
  kind: 'nothing due',
  sentence: 'Somebody has finished the task in Creative Force, so nothing was delivered.',
};

/**
 * One delivery: from reading the task to the accepted submission. Safe to begin again at any point; what a person's word or
 * an earlier try has left in the memory is not made twice.
 */
export async function deliverRound(
  story: TaskStory,
  settings: StudioSettings,
  memory: RoundMemory,
  deadline: DeadlineWatch,
): Promise<RoundEnd> {
  const brief = await briefOf(story, settings, memory);
  const { task } = brief.facts;
  if (memory.sent !== undefined && isSubmissionAccepted(task, memory.sent.map(submittedAsset))) {
    const isOurs = memory.wasRefused !== true || showsSubmittedAssets(task, memory.sent.map(submittedAsset));
    if (!isOurs) return DONE_BY_SOMEBODY;
    return handedOver(story, memory, memory.sent, deadline, inEffect(memory.sendings ?? noSendings(), 'task'));
  }
  if (readVerdict(task).kind === 'done') {
    return story.rounds.length > 0 || memory.sent !== undefined
      ? DONE_BY_SOMEBODY
      : { kind: 'nothing due', sentence: 'The task was already done in Creative Force, so nothing was delivered.' };
  }
  if (isReturned(task) && !memory.isCorrection) {
    story.remark('Everything had been returned when this run began, so nothing is sent again.');
    return { kind: 'delivered' };
  }
  saveInputs(story, brief, settings);
  deadline.arm(earliestDeadline(brief.facts, story.startedAt, lifecycleOf(settings).slaMs));
  if (answersRejection(brief, memory)) await mayCorrect(story, settings, brief, memory);

  // What was made by other decisions does not do, from whatever step a person lets the round go on.
  if (haveDecided(story, memory.decided)) forgetFrom(memory, 'export');
  memory.decided = story.inbox.decisions;
  const wanted = outputsToExport(brief.due, story.inbox.decisions);
  if (wanted.length === 0 && !isSupplied(story, brief)) {
    return { kind: 'left out', sentence: 'Everything that was due has been skipped, so nothing was delivered.' };
  }
  await startOnce(story, brief, settings);
  const again = () => deliverRound(story, settings, memory, deadline);
  if ((await lookAgain(story, brief, settings)) !== 'as it was') return againWithTask(story, memory, again);
  const files = await unlessDecided(story, memory.decided, async () => {
    memory.pairings ??= wanted.length === 0 ? [] : await exportCreatives(story, { ...brief, due: wanted }, settings);
    memory.files ??= await deliverFiles(story, brief, memory.pairings, memory, settings);
    return memory.files;
  });
  if (files === undefined) return againWithDecisions(story, again);
  story.underWay = files;
  refuseUnchanged(story, brief, memory, files);

  const since = await lookAgain(story, brief, settings);
  if (since === 'done') return DONE_BY_SOMEBODY;
  if (since === 'changed') return againWithTask(story, memory, again);
  if (haveDecided(story, memory.decided)) return againWithDecisions(story, again);
  const sendings = sendingsOf(memory, files);
  const sending = { mayHaveWorked: memory.sent !== undefined && memory.wasRefused !== true };
  memory.sent = files;
  memory.sendings = sendings;
  memory.plan = story.plan.record;
  try {
    const submission = await submitOnce(story, files, settings, sendings, sending);
    if (submission === 'done by somebody') return DONE_BY_SOMEBODY;
    return await handedOver(story, memory, files, deadline, submission);
  } catch (error) {
    memory.wasRefused = !sending.mayHaveWorked;
    await afterRefusal(story, settings, memory, error);
    throw error;
  }
}

/** Counted on while the very same files are sent again. */
function sendingsOf({ sent = [], sendings }: RoundMemory, files: readonly UploadedFile[]): Sendings {
  const isSame = sent.length === files.length && files.every((file, at) => file.assetId === sent[at]?.assetId);
  return isSame && sendings ? sendings : noSendings();
}

/** Whether people have supplied a file for something that is due. */
function isSupplied({ inbox }: TaskStory, { due }: Brief): boolean {
  const keys = Object.keys(inbox.decisions.files);
  return due.some(({ expected }) => keys.includes(expectedOutputKey(expected)));
}

/** The submission has taken effect: writes it down, and clears up. */
async function handedOver(
  story: TaskStory,
  memory: RoundMemory,
  files: readonly UploadedFile[],
  deadline: DeadlineWatch,
  submission: AuditedSubmission,
): Promise<RoundEnd> {
  deadline.disarm();
  const delivered = deliveredRound(files, memory.plan);
  story.rounds.push({ round: story.round, ...delivered });
  story.underWay = [];
  story.showNotes([]);
  story.enter('Submit', `Submitted ${pluralise(files.length, 'file')}.`, { delivered: files.length });
  const { plan } = delivered;
  // A task that is cancelled is cleared up by its end.
  const clear = isCancelled() ? undefined : clearSpools;
  await Promise.all([writeDown(story, 'delivered', files, { submission, plan }), clear?.(story)]);
  await stopIfCancelled();
  return { kind: 'delivered' };
}

/** A refused submission may mean that the task is not ours any more, or that the uploads were lost. */
async function afterRefusal(
  story: TaskStory,
  settings: StudioSettings,
  memory: RoundMemory,
  error: unknown,
): Promise<void> {
  const details = remoteDetailsOf(error);
  if (details?.code === UNKNOWN_ASSET) {
    // What it does not know after all that time was not stored: then the next try uploads it again.
    memory.stored = [];
    memory.files = undefined;
  }
  if (details?.status === undefined || details.status >= 500) return;
  refuseIfGivenAway(settings, (await readTask(story, 'See why the submission was refused')).task);
}

/** The brief of this round: read now, unless a person wanted an earlier one kept; then the task alone is looked at. */
async function briefOf(story: TaskStory, settings: StudioSettings, memory: RoundMemory): Promise<Brief> {
  // What is not forgotten here would end every wait of the round at once.
  if (!memory.isCorrection || story.inbox.hasEvent) {
    const { toldOfRejection } = story.inbox.forgetEvents();
    memory.isCorrection ||= toldOfRejection;
  }
  if (memory.brief === undefined) {
    memory.brief = await readBrief(story, settings);
  } else {
    const { task, readAt } = await readTask(story, 'See whether the task is still as it was');
    memory.brief = { ...memory.brief, facts: { ...memory.brief.facts, task }, readAt };
  }
  const { facts, due } = memory.brief;
  story.known = knownOutputs(facts, due);
  refuseIfGivenAway(settings, facts.task);
  return memory.brief;
}

/** The task wants something else than when it was read: the round begins again with what it wants now. */
function againWithTask(story: TaskStory, memory: RoundMemory, again: () => Promise<RoundEnd>): Promise<RoundEnd> {
  story.remark(
    'The task was changed in Creative Force meanwhile, so the round was begun again with what it wants now.',
  );
  forgetFrom(memory);
  return again();
}

/** People have decided something about files that were being made. */
function againWithDecisions(story: TaskStory, again: () => Promise<RoundEnd>): Promise<RoundEnd> {
  story.remark('People decided about the files while they were made, so they are made again by that.');
  return again();
}
