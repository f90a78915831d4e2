import { workflowInfo } from '@temporalio/workflow';

import {
  type DeliveredFile,
  type DeliveredRound,
  type EarlierDelivery,
  deliveryIdentity,
} from '../../../domain/delivery/delivery-record';
import type { PictureSize } from '../../../domain/delivery/marking';
import { showsDelivered } from '../../../domain/delivery/returned-files';
import { isMarkedRejected } from '../../../domain/delivery/verdict';
import type { TaskReference } from '../../../domain/task/task';
import { earlierRecordRead } from '../../activity-options';
import { invalidateFrom, newRound } from '../state/round-state';
import type { TaskState } from '../state/task-state';
import { readTask } from './read-task';
import type { StepContext } from './step';

/** What was delivered for the task before, oldest first. */
interface EarlierDeliveries {
  /** By this run, also before it was reset. */
  readonly own: readonly EarlierDelivery[];
  /** By other runs. */
  readonly earlier: readonly EarlierDelivery[];
}

export async function readEarlierDeliveries({ studio, taskId }: TaskReference): Promise<EarlierDeliveries> {
  const { workflowId, runId, firstExecutionRunId } = workflowInfo();
  const request = { studio, taskId, workflowId, notRun: runId };
  const all = await earlierRecordRead('Read what was delivered before').readEarlierDeliveries(request);
  return {
    own: all.filter(({ run }) => run === firstExecutionRunId),
    earlier: all.filter(({ run }) => run !== firstExecutionRunId),
  };
}

/** The newest delivery of each expected output. */
export function lastDelivered(rounds: readonly DeliveredRound[]): DeliveredFile[] {
  const files = rounds.flatMap((round) => round.files);
  return [...new Map(files.map((file) => [file.expectedKey, file])).values()];
}

/** The sizes in pixels of delivered pictures by expected key, as far as they are known. */
export function deliveredSizes(files: readonly DeliveredFile[]): ReadonlyMap<string, PictureSize> {
  return new Map(
    files.flatMap(({ expectedKey, width = 0, height = 0 }) =>
      width > 0 && height > 0 ? [[expectedKey, { width, height }] as const] : [],
    ),
  );
}

/** What this run has delivered, after what was delivered before it. */
export function deliveredSoFar({
  earlierRounds = [],
  deliveredRounds,
}: Pick<TaskState, 'earlierRounds' | 'deliveredRounds'>): readonly DeliveredRound[] {
  return [...earlierRounds, ...deliveredRounds];
}

/** How a run goes on that was reset. */
interface TakenOver {
  /** `watch`: the task shows what was submitted last as returned, so nothing is sent and the verdict is waited for. */
  readonly kind: 'watch' | 'deliver';
  readonly changes: Partial<TaskState>;
  /** Events until then are answered already; Unix milliseconds. */
  readonly eventsUntil?: number | undefined;
  readonly warning: string;
}

/** After a reset of the workflow, what it takes over from the audit: what this run had submitted after the point of the reset. */
export async function takeOverAfterReset(context: StepContext, state: Readonly<TaskState>): Promise<TakenOver> {
  const { own, earlier } = await readEarlierDeliveries(context.task);
  const known = new Set(state.deliveredRounds.map(deliveryIdentity));
  const lost = own.filter((one) => !known.has(deliveryIdentity(one)));
  const looked = { earlierRounds: earlier, lookedAfterReset: context.runId };
  const last = lost.at(-1);
  if (last === undefined) {
    return {
      kind: 'deliver',
      changes: { ...looked, round: invalidateFrom(state.round) },
      warning: 'The workflow was reset, so the task is read again before anything is sent.',
    };
  }
  const task = await readTask(context, 'Check what was submitted before the reset');
  const isRejected = isMarkedRejected(task);
  const isStillShown = !isRejected && showsDelivered(task, last.files);
  return {
    kind: isStillShown ? 'watch' : 'deliver',
    changes: {
      ...looked,
      deliveredRounds: [...state.deliveredRounds, ...lost],
      // Then the last of the rounds counts.
      lastSubmission: undefined,
      round: isStillShown ? newRound(last.round) : newRound(last.round + 1, isRejected),
    },
    eventsUntil: Date.parse(last.submittedAt),
    warning: isStillShown
      ? `The workflow was reset; what was submitted at ${last.submittedAt} still counts, so nothing is sent again.`
      : `The workflow was reset; what was submitted at ${last.submittedAt} no longer counts.`,
  };
}
