import { allHandlersFinished, condition, isCancellation, upsertSearchAttributes } from '@temporalio/workflow';

import { attentionForRejection, waysToGoOn } from '../domain/attention';
import type { DeliveredRound, DeliveryRecord } from '../domain/delivery-record';
import type { PlanRecord } from '../domain/plan-record';
import type { StudioSettings } from '../domain/studio-settings';
import type { Attention } from '../domain/task-status';
import { hasTaken, readVerdict } from '../domain/verdict';
import { counted } from '../domain/words';
import { awaitVerdictOf01 } from './await-verdict-of-0-1';
import { readBrief, TaskGone, taskNow } from './brief';
import { clearSpools } from './clear-spools';
import { deliverOneByOne } from './deliver-one-by-one';
import type { UploadedFile } from './upload-files';
import { deliveredRound } from './delivered-round';
import { exportCreatives } from './export-creatives';
import { attentionOf, NeedsAttention } from './needs-attention';
import { planning } from './profiles';
import { noSendings } from './round-memory';
import { startOnce } from './start-once';
import { submitOnce, submittedAsset } from './submit-once';
import { searchAttributes } from './search-attributes';
import type { TaskStory } from './task-story';

/**
 * A task's life as it was in 0.1.0, for runs that began then: a file at a time, and whatever is parked waits for an event or
 * a person. What is not told here is told by the parts that both lives share.
 */
export async function externalPostTaskOf01(story: TaskStory): Promise<DeliveryRecord> {
  const { rounds } = story;
  try {
    return await tellStory(story, rounds);
  } catch (error) {
    if (error instanceof TaskGone) return finish(story, 'gone', error.message, rounds);
    if (isCancellation(error)) {
      const left =
        rounds.length === 0 ? 'nothing had been submitted' : `${counted(rounds.length, 'round')} had been submitted`;
      story.enter('Cancelled', `Cancelled by a person while in "${story.stage}"; ${left}.`);
      await clearSpools(story);
    }
    throw error;
  }
}

async function tellStory(story: TaskStory, rounds: DeliveredRound[]): Promise<DeliveryRecord> {
  const { studio } = story.task;
  const settings = await untilHealed(story, () =>
    planning('Read the studio’s settings').readStudioSettings({ studio }),
  );
  for (let round = 0; ; round++) {
    story.enter('Brief', 'Reading the task.', { round, delivered: 0 });
    const memory: RoundMemory = { mayCorrect: round > 0 };
    const delivered = await untilHealed(story, () => deliverRound(story, settings, memory));
    if (delivered === 'nothing due') {
      return finish(
        story,
        'nothing due',
        'The task was already done in Creative Force, so nothing was delivered.',
        rounds,
      );
    }
    rounds.push({ round, ...delivered });
    const watchUntil = Date.now() + settings.reviewWindowMs;
    const end = await untilHealed(story, () => awaitVerdictOf01(story, settings, watchUntil));
    if (end.kind === 'done') return finish(story, 'done', 'Accepted, and the review window is over.', rounds);
    if (end.kind === 'no verdict') {
      return finish(story, 'no verdict', 'No verdict came in the review window; the task stays as submitted.', rounds);
    }
    await parkUntilTold(story, attentionForRejection(end.rejected));
  }
}

/** What a round that is begun again must know of its earlier tries. */
interface RoundMemory {
  /** Whether a person has said that corrections may go out: the same pixels again would heal nothing (DESIGN §4). */
  mayCorrect: boolean;
  /** What was sent for submission, so that a lost answer is not answered by a second submission. */
  sent?: readonly UploadedFile[];
  /** The plan by which it was sent. */
  plan?: PlanRecord | undefined;
}

/** One delivery: from reading the task to the accepted submission. Safe to begin again at any point. */
async function deliverRound(
  story: TaskStory,
  settings: StudioSettings,
  memory: RoundMemory,
): Promise<Omit<DeliveredRound, 'round'> | 'nothing due'> {
  story.inbox.forgetEvents();
  const brief = await readBrief(story, settings);
  const { task } = brief.facts;
  if (memory.sent !== undefined && hasTaken(task, memory.sent.map(submittedAsset)))
    return deliveredRound(memory.sent, memory.plan);
  const verdict = readVerdict(task);
  if (verdict.kind === 'done') return 'nothing due';
  if (verdict.kind === 'rejected' && !memory.mayCorrect) {
    // A rejection that came after the last run had ended: only a person's word lets this one go on.
    memory.mayCorrect = true;
    throw new NeedsAttention(attentionForRejection(verdict.rejected));
  }
  await startOnce(story, brief, settings);
  const pairings = await exportCreatives(story, brief, settings);
  const files = await deliverOneByOne(story, brief, pairings, settings);
  if (readVerdict(await taskNow(story, brief, settings)).kind === 'done') return 'nothing due';
  memory.sent = files;
  memory.plan = story.plan.record;
  await submitOnce(story, files, settings, noSendings(), { mayHaveWorked: true });
  story.enter('Submit', `Submitted ${counted(files.length, 'file')}.`, { delivered: files.length });
  await clearSpools(story);
  return deliveredRound(files, memory.plan);
}

/** Runs a step; what it cannot do without a person parks the task, and the step is run again afterwards. */
async function untilHealed<T>(story: TaskStory, step: () => Promise<T>): Promise<T> {
  for (;;) {
    try {
      return await step();
    } catch (error) {
      const attention = attentionOf(error);
      if (attention === undefined) throw error;
      await parkUntilTold(story, attention);
    }
  }
}

async function finish(
  story: TaskStory,
  outcome: DeliveryRecord['outcome'],
  sentence: string,
  rounds: readonly DeliveredRound[],
): Promise<DeliveryRecord> {
  story.enter(outcome === 'gone' ? 'Gone' : 'Done', sentence);
  await condition(allHandlersFinished);
  return { ...story.task, outcome, sentence, rounds };
}

/** Waits for a person: says why and what can be done, until an operator resumes or Creative Force tells of a change. */
async function parkUntilTold(story: TaskStory, attention: Attention): Promise<void> {
  const { inbox } = story;
  story.enter(attention.cause === 'rejected' ? 'Rejected' : 'Needs attention', attention.message);
  upsertSearchAttributes([{ key: searchAttributes.cause, value: attention.cause }]);
  inbox.takeWord();
  story.attend({ ...attention, nextActions: [...attention.nextActions, ...waysToGoOn(story.task)] });
  // A rejection is not healed by hearing of it again: only a person's word lets the next round begin.
  const wakesByEvent = attention.cause !== 'rejected';
  await condition(() => inbox.hasWord || (wakesByEvent && inbox.hasEvent));
  inbox.takeWord();
  story.attend(undefined);
  upsertSearchAttributes([{ key: searchAttributes.cause, value: null }]);
}
