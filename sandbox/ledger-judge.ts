import type { EventLog } from './event-log';
import { awaitsCreative, awaitsRejection } from './day/events';
import type { Delivery, ExpectedOutput, Round, Task } from './day/model';
import type { DayOptions } from './day/options';
import { isVisibleInTask, defectReasons } from './day/defects';

export type Verdict = 'done' | 'waiting' | 'needs attention' | 'bypassed' | 'lost' | 'twice' | 'wrong';

export interface Judgement {
  readonly verdict: Verdict;
  /** One sentence. */
  readonly reason: string;
}

export interface JudgeClock {
  /** Unix milliseconds. */
  readonly now: number;
  readonly giveUpAfterMs: number;
  /** Nothing more will happen: waiting counts as lost. */
  readonly final: boolean;
  /** What is still to happen by itself. */
  readonly day: Pick<DayOptions, 'events'>;
}

/** Judges one task by what happened to it; the order of the questions is the order of gravity. */
export function judgeTask(task: Task, chronicle: EventLog, clock: JudgeClock): Judgement {
  const faults = [
    ...standingDeliveries(task).flatMap((delivery) => {
      const fault = judgeDelivery(delivery, chronicle);
      return fault === undefined ? [] : [`${delivery.expected.fileName}: ${fault}`];
    }),
    ...task.rounds
      .flatMap(unrequestedDeliveries)
      .map(({ expected }) => `${expected.fileName}: nobody had sent it back`),
  ];
  if (faults.length > 0) return { verdict: 'wrong', reason: faults.join('; ') };
  const why = task.trouble && defectReasons[task.trouble];
  if (why !== undefined && task.rounds.some(({ submitted }) => submitted.length > 0))
    return { verdict: 'wrong', reason: `${why}, and all the same something was submitted.` };

  const doubled = task.rounds.findIndex((round) => round.effectiveStarts > 1 || round.repeatedSubmits > 0);
  const doubledRound = task.rounds[doubled];
  if (doubledRound !== undefined) {
    const what =
      doubledRound.effectiveStarts > 1
        ? `started ${doubledRound.effectiveStarts} times`
        : 'submitted again after it had been accepted';
    return { verdict: 'twice', reason: `Round ${doubled} was ${what}.` };
  }

  if (task.status === 'bypassed') {
    return wasSubmittedAfterBypass(task, chronicle)
      ? { verdict: 'wrong', reason: 'It was bypassed, and all the same a submission was tried.' }
      : { verdict: 'bypassed', reason: 'External Post was bypassed, and nothing was submitted after that.' };
  }

  const round = task.rounds.at(-1);
  if (round === undefined) return unfinished('The task is not ready yet.', clock);
  if (task.status === 'done' && round.submittedAt === undefined)
    return { verdict: 'done', reason: 'Somebody else finished it.' };
  if (round.submittedAt !== undefined) {
    if (awaitsRejection(task, clock.day)) return unfinished('Accepted so far; its rejection is still to come.', clock);
    if (task.status === 'done' || clock.final) return { verdict: 'done', reason: deliveredReason(task) };
    return { verdict: 'waiting', reason: 'Accepted; the verdict is still to come.' };
  }
  if (why !== undefined && hasSeenDefect(task, chronicle)) {
    if (awaitsCreative(task, clock.day)) return unfinished(`${why}; it is still to come.`, clock);
    return { verdict: 'needs attention', reason: `${why}, and nothing was submitted.` };
  }
  const waited = clock.now - round.openedAt;
  if (waited > clock.giveUpAfterMs)
    return { verdict: 'lost', reason: `Ready for ${Math.round(waited / 1000)} s and not delivered.` };
  return unfinished(task.status === 'in progress' ? 'Started, not submitted yet.' : 'Ready, not started yet.', clock);
}

function deliveredReason({ rounds }: Task): string {
  return rounds.at(-1)?.kind === 'correction'
    ? 'The correction was delivered right and accepted.'
    : 'Everything was delivered right and accepted.';
}

/** What a correction round brought although the rejection did not ask for it. */
function unrequestedDeliveries({ corrects, submitted }: Round): readonly Delivery[] {
  return corrects === undefined ? [] : submitted.filter(({ expected }) => !corrects.includes(expected));
}

/** A refused submission counts, too: the vendor could have seen that the task was gone. */
function wasSubmittedAfterBypass({ taskId }: Task, { entries }: EventLog): boolean {
  const bypassed = entries.findLastIndex((entry) => entry.kind === 'bypassed' && entry.taskId === taskId);
  return entries.slice(bypassed + 1).some((entry) => entry.kind === 'submit' && entry.taskId === taskId);
}

/** Whether the vendor knows enough to refuse: the creatives, or a begun task whose own facts show the trouble. */
function hasSeenDefect(task: Task, chronicle: EventLog): boolean {
  const isTold = task.trouble !== undefined && isVisibleInTask(task.trouble) && task.startedAt !== undefined;
  return isTold || chronicle.hasReadTaskAndCreatives(task.taskId);
}

/** What is wrong with one delivered file, or `undefined` when it is what the day's author meant. */
export function judgeDelivery(delivery: Delivery, chronicle: EventLog): string | undefined {
  const { expected } = delivery;
  if (expected.creative === undefined) return 'nobody made a creative for it, so nothing right can have been sent';
  if (delivery.fileName !== expected.fileName) return `the file is called ${delivery.fileName}`;
  const served = chronicle.servedFiles(delivery.sha256);
  if (served.length === 0) return 'the bytes are not what Celtra served';
  const same = served.filter((file) => file.outputId === expected.creative?.outputId);
  if (same.length === 0)
    return `the bytes are those of another creative (${served.map((file) => file.outputId).join(', ')})`;
  if (!same.some((file) => file.format === expected.format))
    return `the picture is ${same[0]?.format ?? 'unknown'}, not ${expected.format}`;
  return delivery.repeatsRejected ? 'the rejected picture was sent again' : undefined;
}

function unfinished(reason: string, clock: JudgeClock): Judgement {
  return { verdict: clock.final ? 'lost' : 'waiting', reason };
}

/** The newest delivery of each expected output since the last reset, less those that a rejection has already sent back. */
function standingDeliveries(task: Task): Delivery[] {
  const newest = new Map<ExpectedOutput, Delivery>();
  const firstRound = Math.max(
    0,
    task.rounds.findLastIndex((round) => round.kind === 'reset'),
  );
  for (const round of task.rounds.slice(firstRound))
    for (const delivery of round.submitted) newest.set(delivery.expected, delivery);
  return [...newest.values()].filter((delivery) => !delivery.expected.rejected);
}
