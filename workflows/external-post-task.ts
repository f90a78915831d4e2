import { allHandlersFinished, CancellationScope, condition, isCancellation } from '@temporalio/workflow';

import { recoveriesFor } from '../domain/operator/attention';
import type { OperatorAction } from '../domain/operator/operator-action';
import type { DeliveryRecord } from '../domain/delivery/delivery-record';
import type { StudioSettings } from '../domain/task/studio-settings';
import type { AttentionCause } from '../domain/task/task-status';
import { sideEffectsText } from '../domain/delivery/side-effects';
import { awaitVerdict, type ReviewWindow } from './await-verdict';
import { TaskGone } from './brief';
import { carryOnWhenLong, type Position } from './carry-on';
import { clearSpools, clearSpoolsSoon } from './clear-spools';
import { DeadlineWatch } from './deadline-watch';
import { haveDecided } from './decided-meanwhile';
import { deliverRound } from './deliver-round';
import type { ExternalPostTaskInput } from './messages';
import { attentionOf, NeedsAttention } from './needs-attention';
import { park, type Unparked } from './parking';
import { planning } from './profiles';
import { writeDown } from './record-delivery';
import { forgetFrom, freshRound, toCarriedRound, type RoundMemory } from './round-memory';
import { stopIfCancelled } from './settle';
import { TaskStory } from './task-story';
import { waysOut } from './ways-out';

/**
 * The life of one External Post task: brief, start, export, deliver, submit, await the verdict; after a rejection, again
 * with the corrections only. Nothing outside makes it fail: what retries cannot heal waits until its cause has gone, or for
 * a person.
 */
export async function externalPostTask(input: ExternalPostTaskInput): Promise<DeliveryRecord> {
  const story = new TaskStory(input);
  try {
    return await story.work.run(() => tellStory(story, input.carried?.position));
  } catch (error) {
    if (error instanceof TaskGone) return finish(story, 'gone', error.message);
    if (!isCancellation(error)) throw error;
    const { abandoned } = story.inbox;
    if (abandoned !== undefined) {
      return finish(story, 'abandoned', `Given up by ${withReason(abandoned)}; ${leftBy(story)}.`);
    }
    const cancelled = story.inbox.acts.findLast(({ kind }) => kind === 'cancel');
    const who = cancelled === undefined ? 'a person' : withReason(cancelled);
    const sentence = `Cancelled by ${who} while in "${story.stage}"; ${leftBy(story)}.`;
    story.enter('Cancelled', sentence);
    await leave(story, 'cancelled', sentence);
    throw error;
  }
}

async function tellStory(story: TaskStory, position: Position | undefined): Promise<DeliveryRecord> {
  let memory = freshRound(position?.at === 'round' ? position.memory : {});
  let window: ReviewWindow | undefined = position?.at === 'verdict' ? position : undefined;
  const settings = await untilHealed(story, {}, memory, () =>
    planning('Read the studio’s settings').readStudioSettings({ studio: story.task.studio }),
  );
  story.settling = settings;
  const deadline = new DeadlineWatch(story, settings);
  for (;;) {
    if (window === undefined) {
      const end = await untilHealed(story, settings, memory, () => deliverRound(story, settings, memory, deadline));
      if (end.kind !== 'delivered') return finish(story, end.kind, end.sentence);
      window = { until: Date.now() + settings.reviewWindowMs, isDone: false };
    }
    const verdict = await verdictOn(story, settings, window);
    if (verdict.kind === 'done') return finish(story, 'done', 'Accepted, and the review window is over.');
    if (verdict.kind === 'no verdict') {
      return finish(story, 'no verdict', 'No verdict came in the review window; the task stays as submitted.');
    }
    // Rejected, or to do again: what it wants now is read from the task, and only that is delivered.
    window = undefined;
    memory = freshRound({ isCorrection: true });
    story.enter('Brief', 'Reading what Creative Force says now.', { round: story.round + 1, delivered: 0 });
  }
}

/** Watches what was submitted; what keeps it from looking is waited out. */
function verdictOn(story: TaskStory, settings: StudioSettings, window: ReviewWindow) {
  let left = window;
  const carryOn = (now = left) => {
    left = now;
    return carryOnWhenLong(story, settings, () => ({ at: 'verdict', ...now }));
  };
  return untilHealed(story, settings, freshRound(), () => awaitVerdict(story, left, carryOn), carryOn);
}

/** Runs a step; what it cannot do parks the task, and the step is run again once that has gone or a person says so. */
async function untilHealed<T>(
  story: TaskStory,
  settings: Partial<Pick<StudioSettings, 'lifecycle'>>,
  memory: RoundMemory,
  step: () => Promise<T>,
  carryOn = () => carryOnWhenLong(story, settings, () => ({ at: 'round', memory: toCarriedRound(memory) })),
): Promise<T> {
  for (;;) {
    await carryOn();
    const { decisions } = story.inbox;
    try {
      return await step();
    } catch (error) {
      const attention = attentionOf(error);
      if (attention === undefined) throw error;
      await stopIfCancelled();
      // What people have decided meanwhile may be the remedy.
      if (haveDecided(story, decisions)) continue;
      const pixels = error instanceof NeedsAttention ? error.pixels : [];
      const ways = waysOut(story, settings, attention, memory, pixels);
      const unparked = await park(story, settings, attention, ways, memory);
      // With a problem nothing was decided yet, so the recipes and the creatives of now count.
      if (recoveriesFor(attention.cause).includes('creatives')) story.plan.forget();
      goOn(memory, attention.cause, unparked);
    }
  }
}

/** What the next try may do that this one might not. */
function goOn(memory: RoundMemory, cause: AttentionCause, unparked: Unparked): void {
  if (unparked.by === 'person') {
    const { from, force } = unparked.word;
    forgetFrom(memory, from);
    memory.isForced ||= force;
    memory.mayCorrect = true;
    memory.mayExceed ||= cause === 'too many rounds';
    // Whatever stops it next is news.
    memory.parking = undefined;
    return;
  }
  forgetFrom(memory);
  if (unparked.by === 'healing' && unparked.freesCorrections) memory.mayCorrect = true;
}

async function finish(story: TaskStory, outcome: DeliveryRecord['outcome'], sentence: string): Promise<DeliveryRecord> {
  story.enter(outcome === 'gone' ? 'Gone' : outcome === 'abandoned' ? 'Abandoned' : 'Done', sentence);
  if (outcome === 'gone' || outcome === 'abandoned') await leave(story, outcome, sentence);
  // Also when a cancel has come along with the end.
  await CancellationScope.nonCancellable(() => condition(allHandlersFinished));
  const { task, rounds, inbox, lastStatus } = story;
  return { ...task, outcome, sentence, rounds, actions: inbox.acts, lastStatus };
}

/** Writes down what left the building by then, and clears what lies around. */
async function leave(story: TaskStory, event: 'cancelled' | 'abandoned' | 'gone', sentence: string): Promise<void> {
  const clear = event === 'gone' ? clearSpools : clearSpoolsSoon;
  await Promise.all([writeDown(story, event, story.underWay, { sentence }), clear(story)]);
}

function withReason({ by, reason }: OperatorAction): string {
  return reason === undefined ? by : `${by} (${reason})`;
}

/** What had left the building, in words. */
function leftBy({ rounds, underWay, left }: TaskStory): string {
  return sideEffectsText({ rounds, uploaded: underWay.length, ...left });
}
