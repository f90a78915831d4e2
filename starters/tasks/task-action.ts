import { randomUUID } from 'node:crypto';

import { type Client, WorkflowUpdateFailedError } from '@temporalio/client';
import type { UpdateDefinition } from '@temporalio/common';

import {
  cancelNoticeSignal,
  type OperatorNotice,
  type OperatorRequest,
} from '../../workflows/external-post-task/messages/messages';
import { grpcCodes, grpcErrorOf } from '../../temporal';
import { queryStatus, type TaskRun, toTaskProblem } from './query-status';
import { type StateAfterAction, stateAfterEnding, stateAfterResuming } from './state-after-action';
import { TaskProblem } from './task-problem';

const ANSWER_TIMEOUT_MS = 15_000;
const MAX_ATTEMPTS = 3;

export interface ActionResult {
  /** What the task answered and its state now; or why nothing was done. */
  readonly text: string;
  readonly hasTakenEffect: boolean;
}

export type TaskAction = (client: Client, task: TaskRun) => Promise<ActionResult>;

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
      const expectedRevision = request.expectedRevision ?? before.revision;
      const sent = await sendUpdate(client, task, update, { ...request, expectedRevision });
      if ('rejection' in sent) return failed(`refused: ${sent.rejection}`);
      return await afterwards(sent.answer, () =>
        endsTask ? stateAfterEnding(client, task, wait) : stateAfterResuming(client, task, before, wait),
      );
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
    } catch (error) {
      return failed(`not done: ${commandErrorMessage(error)}`);
    }
    return await afterwards(`Cancelled by ${notice.by}.`, () => stateAfterEnding(client, task, wait));
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
  const known = toTaskProblem(error);
  if (known instanceof TaskProblem) return known.message;
  throw error;
}

function failed(text: string): ActionResult {
  return { text, hasTakenEffect: false };
}

/** The result of an action that was accepted, which it stays when nobody can say what followed. */
async function afterwards(answer: string, readState: () => Promise<StateAfterAction>): Promise<ActionResult> {
  try {
    const { text, hasChanged } = await readState();
    return { text: `${answer} Now: ${text}`, hasTakenEffect: hasChanged };
  } catch (error) {
    return { text: `${answer} Its state now is not known: ${commandErrorMessage(error)}`, hasTakenEffect: true };
  }
}
