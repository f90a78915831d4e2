import { randomUUID } from 'node:crypto';

import { type Client, WorkflowUpdateFailedError } from '@temporalio/client';
import type { UpdateDefinition } from '@temporalio/common';

import {
  cancelNoticeSignal,
  type OperatorNotice,
  type OperatorRequest,
} from '../../workflows/external-post-task/messages/messages';
import { CommandError, exitCodes } from '../exit-codes';
import { grpcCodes, grpcErrorOf } from '../shared/grpc-error';
import { mapInParallel } from '../shared/map-in-parallel';
import { printable } from '../shared/terminal-text';
import { sayWhileWaiting } from '../shared/waiting';
import { queryStatus, type TaskRun, toCommandError } from '../tasks/query-status';
import { taskLabel, type TaskSummary } from '../tasks/task-summary';
import { type StateAfterAction, stateAfterEnding, stateAfterResuming } from './state-after-action';

const CONCURRENCY = 20;
const ANSWER_TIMEOUT_MS = 15_000;
const MAX_ATTEMPTS = 3;

export interface ActionResult {
  /** What the task answered and its state now; or why nothing was done. */
  readonly text: string;
  readonly hasTakenEffect: boolean;
}

export type TaskAction = (client: Client, task: TaskRun) => Promise<ActionResult>;

/** Does the same to each task, prints the state of each afterwards, and sets the exit code when one did not take effect. */
export async function runAction(client: Client, tasks: readonly TaskSummary[], action: TaskAction): Promise<void> {
  const results = await mapInParallel(tasks, CONCURRENCY, async (task) => {
    // Without the run id, because the task may continue as a new run meanwhile.
    const act = () => action(client, { workflowId: task.workflowId });
    const result = task.ended === undefined ? await sayWhileWaiting(`${taskLabel(task)} to take it up`, act) : hasEnded;
    console.log(printable(`${taskLabel(task)}: ${result.text}`));
    return result;
  });
  const count = results.filter(({ hasTakenEffect }) => hasTakenEffect).length;
  if (results.length > 1) console.log(`${count} of ${results.length} took effect.`);
  if (count < results.length) process.exitCode = exitCodes.actionRejected;
}

const hasEnded = failed('not done: its run has ended. See "extpost task show".');

/** An update of the workflow. It is rejected when somebody has decided something else since the status was read. */
export function updateAction<Request extends OperatorRequest>(
  update: UpdateDefinition<string, [Request]>,
  request: Request,
  { wait, endsTask = false }: { readonly wait: number; readonly endsTask?: boolean },
): TaskAction {
  return async (client, task) => {
    try {
      // This also shows whether a worker runs, before anything is sent that a later worker would accept.
      const before = await queryStatus(client, task);
      const sent = await sendUpdate(client, task, update, { ...request, expectedRevision: before.revision });
      if ('rejection' in sent) return failed(`refused: ${sent.rejection}`);
      try {
        const after = endsTask
          ? await stateAfterEnding(client, task, wait)
          : await stateAfterResuming(client, task, before, wait);
        return withState(sent.answer, after);
      } catch (error) {
        return failed(`${sent.answer} Where it stands now is not known: ${commandErrorMessage(error)}`);
      }
    } catch (error) {
      return failed(`not done: ${commandErrorMessage(error)}`);
    }
  };
}

/** Cancels the workflow. Temporal keeps the cancellation also while no worker runs. */
export function cancelAction(notice: OperatorNotice, wait: number): TaskAction {
  return async (client, task) => {
    const { workflowId, runId = '' } = task;
    try {
      await client.withDeadline(Date.now() + ANSWER_TIMEOUT_MS, async () => {
        // A workflow cannot see who cancels it and why, so a signal says it first.
        await client.workflow.getHandle(workflowId, task.runId).signal(cancelNoticeSignal, notice);
        await client.workflowService.requestCancelWorkflowExecution({
          namespace: client.options.namespace,
          workflowExecution: { workflowId, runId },
          identity: notice.by,
          reason: notice.reason ?? '',
        });
      });
      return withState(`Cancelled by ${notice.by}.`, await stateAfterEnding(client, task, wait));
    } catch (error) {
      return failed(`not done: ${commandErrorMessage(error)}`);
    }
  };
}

async function sendUpdate<Request>(
  client: Client,
  { workflowId }: TaskRun,
  update: UpdateDefinition<string, [Request]>,
  request: Request,
): Promise<{ readonly answer: string } | { readonly rejection: string }> {
  // With the same id, an update that is sent again is not executed again.
  const options = { args: [request] as [Request], updateId: randomUUID() };
  for (let attempt = 1; ; attempt++) {
    try {
      const send = () => client.workflow.getHandle(workflowId).executeUpdate(update, options);
      return { answer: await client.withDeadline(Date.now() + ANSWER_TIMEOUT_MS, send) };
    } catch (error) {
      if (error instanceof WorkflowUpdateFailedError)
        return { rejection: error.cause?.message ?? 'no reason was given' };
      if (attempt >= MAX_ATTEMPTS || !wasDropped(error)) throw error;
    }
  }
}

/** The server drops an update when a newer event makes it repeat the workflow task. */
function wasDropped(error: unknown): boolean {
  const refusal = grpcErrorOf(error);
  return refusal?.code === grpcCodes.failedPrecondition && /workflow task failure/i.test(refusal.details);
}

/** The message of an error that is meant for people; any other error is thrown. */
function commandErrorMessage(error: unknown): string {
  const known = toCommandError(error);
  if (known instanceof CommandError) return known.message;
  throw error;
}

function failed(text: string): ActionResult {
  return { text, hasTakenEffect: false };
}

function withState(answer: string, { text, hasChanged }: StateAfterAction): ActionResult {
  return { text: `${answer} Now: ${text}`, hasTakenEffect: hasChanged };
}
