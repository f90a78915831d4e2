import type { EventLog } from './event-log';
import { awaitsCreative, isRejection, pendingVerdict } from './day/events';
import type { Choice, Delivery, ExpectedOutput, Round, Task } from './day/model';
import type { DayOptions } from './day/options';
import { isVisibleInTask, defectReasons } from './day/defects';

export type Verdict = 'done' | 'waiting' | 'needs attention' | 'bypassed' | 'deleted' | 'lost' | 'twice' | 'wrong';

export interface Judgement {
  readonly verdict: Verdict;
  /** One sentence. */
  readonly reason: string;
}

export interface JudgeClock {
  /** Unix milliseconds. */
  readonly now: number;
  readonly giveUpAfterMs: number;
  /** The day is over: waiting tasks count as lost. */
  readonly final: boolean;
  /** The day's events that are still to come. */
  readonly day: Pick<DayOptions, 'events'>;
}

/** Judges one task by its recorded events, gravest verdict first. */
export function judgeTask(task: Task, eventLog: EventLog, clock: JudgeClock): Judgement {
  const faults = [
    ...standingDeliveries(task).flatMap((delivery) => {
      const fault = judgeDelivery(delivery, task, eventLog);
      return fault === undefined ? [] : [`${delivery.expected.fileName}: ${fault}`];
    }),
    ...task.rounds
      .flatMap(unrequestedDeliveries)
      .map(({ expected }) => `${expected.fileName}: nobody had sent it back`),
  ];
  if (faults.length > 0) return { verdict: 'wrong', reason: faults.join('; ') };
  const why = task.defect && defectReasons[task.defect];
  // An operator has decided what to do about the defect.
  const isDecided = task.choices.length > 0;
  if (why !== undefined && !isDecided && task.rounds.some(({ submitted }) => submitted.length > 0))
    return { verdict: 'wrong', reason: `${why}, but something was submitted.` };

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
    return wasSubmittedAfter('bypassed', task, eventLog)
      ? { verdict: 'wrong', reason: 'It was bypassed, but a submission was tried.' }
      : { verdict: 'bypassed', reason: 'External Post was bypassed, and nothing was submitted after that.' };
  }

  if (task.status === 'deleted') {
    return wasSubmittedAfter('deleted', task, eventLog)
      ? { verdict: 'wrong', reason: 'It was deleted, but a submission was tried.' }
      : { verdict: 'deleted', reason: 'It was deleted, and nothing was submitted after that.' };
  }

  const round = task.rounds.at(-1);
  if (round === undefined) return unfinished('The task is not ready yet.', clock);
  if (task.status === 'done' && round.submittedAt === undefined)
    return { verdict: 'done', reason: 'Somebody else finished it.' };
  if (round.submittedAt !== undefined) {
    const pending = pendingVerdict(task, clock.day);
    if (pending !== undefined) {
      const what = isRejection(pending.event) ? 'rejection' : 'reset';
      return unfinished(`Accepted so far; its ${what} is still to come.`, clock);
    }
    if (task.status === 'done' || clock.final) return { verdict: 'done', reason: deliveredReason(task) };
    return { verdict: 'waiting', reason: 'Accepted; the verdict is still to come.' };
  }
  if (why !== undefined && hasSeenDefect(task, eventLog)) {
    if (awaitsCreative(task, clock.day)) return unfinished(`${why}; it is still to come.`, clock);
    return { verdict: 'needs attention', reason: `${why}, and nothing was submitted.` };
  }
  const question = round.kind === 'correction' ? questionOf(task, round) : undefined;
  if (question !== undefined && eventLog.hasReadTaskSince(task.taskId, round.openedAt))
    return { verdict: 'needs attention', reason: `${question}, and nothing was submitted.` };
  const waited = clock.now - round.openedAt;
  if (waited > clock.giveUpAfterMs)
    return { verdict: 'lost', reason: `Ready for ${Math.round(waited / 1000)} s and not delivered.` };
  return unfinished(task.status === 'in progress' ? 'Started, not submitted yet.' : 'Ready, not started yet.', clock);
}

/** Why only an operator can answer a rejection; `undefined` if the vendor can. */
function questionOf({ event }: Task, { told }: Round): string | undefined {
  if (event === 'uncorrected rejection') return 'It was rejected, nothing was corrected';
  return told === 'event' ? 'It was rejected, only an event told of it' : undefined;
}

function deliveredReason(task: Task): string {
  const { rounds } = task;
  if (standingDeliveries(task).some(({ expected }) => choiceOf(task, expected) !== undefined))
    return 'By choice: what an operator decided was delivered and accepted.';
  return rounds.at(-1)?.kind === 'correction'
    ? 'The correction was delivered right and accepted.'
    : 'Everything was delivered right and accepted.';
}

/** Deliveries of a correction round that the rejection did not request. */
function unrequestedDeliveries({ corrects, submitted }: Round): readonly Delivery[] {
  return corrects === undefined ? [] : submitted.filter(({ expected }) => !corrects.includes(expected));
}

/** A rejected submission counts, too: the vendor could have seen that the task was gone. */
function wasSubmittedAfter(what: 'bypassed' | 'deleted', { taskId }: Task, { entries }: EventLog): boolean {
  const gone = entries.findLastIndex((entry) => entry.kind === what && entry.taskId === taskId);
  return entries.slice(gone + 1).some((entry) => entry.kind === 'submit' && entry.taskId === taskId);
}

/** Whether the vendor has seen the defect: in the creatives, or in a started task that shows it. */
function hasSeenDefect(task: Task, eventLog: EventLog): boolean {
  const isTold = task.defect !== undefined && isVisibleInTask(task.defect) && task.startedAt !== undefined;
  return isTold || eventLog.hasReadTaskAndCreatives(task.taskId);
}

/** The decision of an operator that holds for an expected output. */
export function choiceOf({ choices }: Pick<Task, 'choices'>, expected: ExpectedOutput): Choice | undefined {
  return choices.findLast((choice) => choice.expected === expected);
}

/** What is wrong with one delivered file; `undefined` if it is the right one, or what an operator chose. */
export function judgeDelivery(delivery: Delivery, task: Pick<Task, 'choices'>, eventLog: EventLog): string | undefined {
  const { expected } = delivery;
  const choice = choiceOf(task, expected);
  if (choice === undefined && expected.creative === undefined)
    return 'there is no creative for it, so no delivery can be right';
  if (delivery.fileName !== expected.fileName) return `the file is called ${delivery.fileName}`;
  if (choice !== undefined) return judgeChosen(delivery, choice, eventLog);
  const served = eventLog.servedFiles(delivery.sha256);
  if (served.length === 0) return 'the bytes are not what Celtra served';
  const same = served.filter((file) => file.outputId === expected.creative?.outputId);
  if (same.length === 0)
    return `the bytes are those of another creative (${served.map((file) => file.outputId).join(', ')})`;
  if (expected.asset !== undefined && !same.some(({ asset }) => asset === expected.asset))
    return `the bytes are those of another file of the creative (${same.map(({ asset }) => asset).join(', ')})`;
  if (!same.some((file) => file.format === expected.format))
    return `the picture is ${same[0]?.format ?? 'unknown'}, not ${expected.format}`;
  return delivery.repeatsRejected ? 'the rejected picture was sent again' : undefined;
}

function judgeChosen({ sha256 }: Delivery, { outputId }: Choice, eventLog: EventLog): string | undefined {
  const isChosen = outputId === undefined || eventLog.servedFiles(sha256).some((file) => file.outputId === outputId);
  return isChosen ? undefined : `an operator chose creative ${outputId}, and its bytes are others`;
}

function unfinished(reason: string, clock: JudgeClock): Judgement {
  return { verdict: clock.final ? 'lost' : 'waiting', reason };
}

/** The newest delivery of each expected output since the last reset, without rejected ones. */
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
