import type { Chronicle } from './chronicle';
import type { Delivery, ExpectedOutput, Task } from './day/model';

export type Verdict = 'done' | 'waiting' | 'needs attention' | 'lost' | 'twice' | 'wrong';

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
}

/** Judges one task by what happened to it; the order of the questions is the order of gravity. */
export function judgeTask(task: Task, chronicle: Chronicle, clock: JudgeClock): Judgement {
  const faults = standingDeliveries(task).flatMap((delivery) => {
    const fault = judgeDelivery(delivery, chronicle);
    return fault === undefined ? [] : [`${delivery.expected.fileName}: ${fault}`];
  });
  if (faults.length > 0) return { verdict: 'wrong', reason: faults.join('; ') };

  const doubled = task.rounds.findIndex((round) => round.effectiveStarts > 1 || round.repeatedSubmits > 0);
  const doubledRound = task.rounds[doubled];
  if (doubledRound !== undefined) {
    const what =
      doubledRound.effectiveStarts > 1
        ? `started ${doubledRound.effectiveStarts} times`
        : 'submitted again after it had been accepted';
    return { verdict: 'twice', reason: `Round ${doubled} was ${what}.` };
  }

  const round = task.rounds.at(-1);
  if (round === undefined) return unfinished('The task is not ready yet.', clock);
  if (task.status === 'done' && round.submittedAt === undefined)
    return { verdict: 'done', reason: 'Somebody else finished it.' };
  if (round.submittedAt !== undefined) {
    if (task.status === 'done' || clock.final)
      return { verdict: 'done', reason: 'Everything was delivered right and accepted.' };
    return { verdict: 'waiting', reason: 'Accepted; the verdict is still to come.' };
  }
  if (!task.deliverable && chronicle.hasLooked(task.taskId)) {
    return { verdict: 'needs attention', reason: 'A creative is missing in Celtra, and nothing was submitted.' };
  }
  const waited = clock.now - round.openedAt;
  if (waited > clock.giveUpAfterMs)
    return { verdict: 'lost', reason: `Ready for ${Math.round(waited / 1000)} s and not delivered.` };
  return unfinished(task.status === 'in progress' ? 'Started, not submitted yet.' : 'Ready, not started yet.', clock);
}

/** What is wrong with one delivered file, or `undefined` when it is what the day's author meant. */
export function judgeDelivery(delivery: Delivery, chronicle: Chronicle): string | undefined {
  const { expected } = delivery;
  if (expected.creative === undefined) return 'nobody made a creative for it, so nothing right can have been sent';
  if (delivery.fileName !== expected.fileName) return `the file is called ${delivery.fileName}`;
  const served = chronicle.servedAs(delivery.sha256);
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
