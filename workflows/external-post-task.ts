import { allHandlersFinished, condition, isCancellation } from '@temporalio/workflow';

import { attentionForRejection } from '../domain/attention';
import type { DeliveredRound, DeliveryRecord } from '../domain/delivery-record';
import type { StudioSettings } from '../domain/studio-settings';
import { hasTaken, readVerdict } from '../domain/verdict';
import { counted } from '../domain/words';
import { awaitVerdict } from './await-verdict';
import { readBrief, TaskGone, taskNow } from './brief';
import { clearSpools, deliverFiles, type UploadedFile } from './deliver-files';
import { exportCreatives } from './export-creatives';
import type { ExternalPostTaskInput } from './messages';
import { attentionOf, NeedsAttention } from './needs-attention';
import { planning } from './profiles';
import { startOnce } from './start-once';
import { submitOnce, submittedAsset } from './submit-once';
import { TaskStory } from './task-story';

/**
 * The life of one External Post task: brief, start, export, deliver, submit, await the verdict; after a rejection, again
 * with the corrections only. Nothing outside makes it fail: what retries cannot heal waits for a person.
 */
export async function externalPostTask(input: ExternalPostTaskInput): Promise<DeliveryRecord> {
  const story = new TaskStory(input);
  const rounds: DeliveredRound[] = [];
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
    const end = await untilHealed(story, () => awaitVerdict(story, settings, watchUntil));
    if (end.kind === 'done') return finish(story, 'done', 'Accepted, and the review window is over.', rounds);
    if (end.kind === 'no verdict') {
      return finish(story, 'no verdict', 'No verdict came in the review window; the task stays as submitted.', rounds);
    }
    await story.park(attentionForRejection(end.rejected));
  }
}

/** What a round that is begun again must know of its earlier tries. */
interface RoundMemory {
  /** Whether a person has said that corrections may go out: the same pixels again would heal nothing (DESIGN §4). */
  mayCorrect: boolean;
  /** What was sent for submission, so that a lost answer is not answered by a second submission. */
  sent?: readonly UploadedFile[];
}

/** One delivery: from reading the task to the accepted submission. Safe to begin again at any point. */
async function deliverRound(
  story: TaskStory,
  settings: StudioSettings,
  memory: RoundMemory,
): Promise<Omit<DeliveredRound, 'round'> | 'nothing due'> {
  story.forgetEvents();
  const brief = await readBrief(story, settings);
  const { task } = brief.facts;
  if (memory.sent !== undefined && hasTaken(task, memory.sent.map(submittedAsset))) return delivery(memory.sent);
  const verdict = readVerdict(task);
  if (verdict.kind === 'done') return 'nothing due';
  if (verdict.kind === 'rejected' && !memory.mayCorrect) {
    // A rejection that came after the last run had ended: only a person's word lets this one go on.
    memory.mayCorrect = true;
    throw new NeedsAttention(attentionForRejection(verdict.rejected));
  }
  await startOnce(story, brief);
  const pairings = await exportCreatives(story, brief, settings);
  const files = await deliverFiles(story, brief, pairings, settings);
  if (readVerdict(await taskNow(story, brief, settings)).kind === 'done') return 'nothing due';
  memory.sent = files;
  await submitOnce(story, files, settings);
  story.enter('Submit', `Submitted ${counted(files.length, 'file')}.`, { delivered: files.length });
  await clearSpools(story);
  return delivery(files);
}

function delivery(files: readonly UploadedFile[]): Omit<DeliveredRound, 'round'> {
  return { submittedAt: new Date().toISOString(), files: files.map(record) };
}

/** Runs a step; what it cannot do without a person parks the task, and the step is run again afterwards. */
async function untilHealed<T>(story: TaskStory, step: () => Promise<T>): Promise<T> {
  for (;;) {
    try {
      return await step();
    } catch (error) {
      const attention = attentionOf(error);
      if (attention === undefined) throw error;
      await story.park(attention);
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

function record({ expected, file, assetId }: UploadedFile): DeliveredRound['files'][number] {
  const { bytes, md5, sha256, outputId } = file;
  return {
    label: expected.label,
    fileName: expected.fileName,
    recipeKey: expected.key,
    outputId,
    assetId,
    bytes,
    md5,
    sha256,
  };
}
