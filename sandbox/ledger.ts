import type { CallCount, SandboxEvent } from './event-log';
import { isGone, type Announcement, type Task } from './day/model';
import { choiceOf, judgeDelivery, judgeTask, type Verdict } from './ledger-judge';
import type { StudioName } from './studio-name';
import type { World } from './world';

export interface LedgerSummary {
  readonly tasks: number;
  readonly done: number;
  readonly waiting: number;
  readonly needsAttention: number;
  readonly bypassed: number;
  /** Tasks that the day deleted; others that are deleted are left out. */
  readonly deleted: number;
  readonly lost: number;
  readonly twice: number;
  readonly wrong: number;
  readonly violations: number;
}

export interface LedgerFile {
  readonly round: number;
  readonly position: string;
  /** The spec's name, or `Original`. */
  readonly size: string;
  readonly fileName: string;
  readonly assetId: string;
  readonly sha256: string;
  readonly bytes: number;
  readonly right: boolean;
  /** An operator has decided what this output gets. */
  readonly byChoice: boolean;
  /** What is wrong with it; `undefined` when it is right. */
  readonly fault: string | undefined;
}

export interface LedgerTask {
  readonly taskId: string;
  readonly studio: StudioName;
  readonly title: string;
  readonly product: string;
  readonly verdict: Verdict;
  readonly reason: string;
  readonly webhook: Announcement;
  /** 0 is the first delivery. */
  readonly round: number;
  readonly expected: number;
  /** Unix milliseconds; `undefined` until it happened. */
  readonly readyAt: number | undefined;
  readonly startedAt: number | undefined;
  readonly submittedAt: number | undefined;
  readonly doneAt: number | undefined;
  /** Rejected outputs that are not delivered again yet, as `Front, Feed 1:1`. */
  readonly sentBack: readonly string[];
  /** What triggered the current delivery; `undefined` for a first one. */
  readonly trigger: 'correction' | 'reset' | 'the creative has come' | undefined;
  readonly files: readonly LedgerFile[];
}

/** The verdicts on all tasks of the day. */
export interface Ledger {
  readonly summary: LedgerSummary;
  /** E.g. `20 tasks: 12 done, 7 need attention, 1 bypassed, 0 lost, 0 twice, 0 wrong`. */
  readonly line: string;
  /** The day has begun, everything was announced, and no task is waiting. */
  readonly finished: boolean;
  readonly tasks: readonly LedgerTask[];
  readonly calls: Readonly<Record<string, CallCount>>;
  readonly violations: readonly SandboxEvent[];
  /** Failures of the sandbox itself, e.g. a folder that is not writable. */
  readonly failures: readonly string[];
}

/** Judges every task now; with `final`, a waiting task counts as lost. */
export function buildLedger(world: World, final = false): Ledger {
  const tasks = world.tasks
    .filter((task) => task.status === 'bypassed' || task.event === 'deletion' || !isGone(task))
    .map((task) => ledgerTask(world, task, final));
  const count = (verdict: Verdict): number => tasks.filter((task) => task.verdict === verdict).length;
  const summary: LedgerSummary = {
    tasks: tasks.length,
    done: count('done'),
    waiting: count('waiting'),
    needsAttention: count('needs attention'),
    bypassed: count('bypassed'),
    deleted: count('deleted'),
    lost: count('lost'),
    twice: count('twice'),
    wrong: count('wrong'),
    violations: world.eventLog.violations,
  };
  return {
    summary,
    line: lineOf(summary),
    finished: world.begunAt !== undefined && world.unsentAnnouncements === 0 && summary.waiting === 0,
    tasks,
    calls: world.eventLog.calls,
    violations: world.eventLog.entries.filter((entry) => entry.kind === 'violation'),
    failures: world.eventLog.entries.flatMap((entry) => (entry.kind === 'failure' ? [entry.message] : [])),
  };
}

function ledgerTask(world: World, task: Task, final: boolean): LedgerTask {
  const { verdict, reason } = judgeTask(task, world.eventLog, {
    now: world.now(),
    giveUpAfterMs: world.settings.day.giveUpAfterMs,
    final,
    day: world.settings.day,
  });
  return {
    taskId: task.taskId,
    studio: task.studio.name,
    title: `${task.product.name}, ${task.product.colourName} (${task.job.name})`,
    product: task.product.code,
    verdict,
    reason,
    webhook: task.announcement,
    round: Math.max(0, task.rounds.length - 1),
    expected: task.shots.reduce((sum, shot) => sum + shot.expected.length, 0),
    readyAt: task.readyAt,
    startedAt: task.startedAt,
    submittedAt: task.rounds.findLast((round) => round.submittedAt !== undefined)?.submittedAt,
    doneAt: task.doneAt,
    sentBack: task.shots.flatMap((shot) =>
      shot.expected.filter(({ rejected }) => rejected).map(({ size }) => `${shot.position}, ${size}`),
    ),
    trigger: triggerOf(world, task),
    files: task.rounds.flatMap((round, index) =>
      round.submitted.map((delivery): LedgerFile => {
        const fault = judgeDelivery(delivery, task, world.eventLog);
        return {
          round: index,
          position: delivery.expected.shot.position,
          size: delivery.expected.size,
          fileName: delivery.fileName,
          assetId: delivery.assetId,
          sha256: delivery.sha256,
          bytes: delivery.bytes,
          right: fault === undefined,
          byChoice: choiceOf(task, delivery.expected) !== undefined,
          fault,
        };
      }),
    ),
  };
}

function triggerOf({ eventLog }: World, { taskId, rounds }: Task): LedgerTask['trigger'] {
  const kind = rounds.at(-1)?.kind ?? 'first';
  if (kind !== 'first') return kind;
  return eventLog.creativeWasAdded(taskId) ? 'the creative has come' : undefined;
}

function lineOf(summary: LedgerSummary): string {
  const bypassed = summary.bypassed > 0 ? `${summary.bypassed} bypassed, ` : '';
  const deleted = summary.deleted > 0 ? `${summary.deleted} deleted, ` : '';
  const waiting = summary.waiting > 0 ? `${summary.waiting} waiting, ` : '';
  return `${summary.tasks} tasks: ${summary.done} done, ${waiting}${summary.needsAttention} ${summary.needsAttention === 1 ? 'needs' : 'need'} attention, ${bypassed}${deleted}${summary.lost} lost, ${summary.twice} twice, ${summary.wrong} wrong`;
}
