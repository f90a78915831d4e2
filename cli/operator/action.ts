import { randomUUID } from 'node:crypto';

import { type Client, WorkflowUpdateFailedError } from '@temporalio/client';
import type { UpdateDefinition } from '@temporalio/common';

import { cancelNoticeSignal, type OperatorRequest } from '../../workflows/messages';
import { CommandError, exitCodes } from '../exit-codes';
import { grpcCodes, grpcErrorOf } from '../shared/grpc-error';
import { mapInParallel } from '../shared/map-in-parallel';
import { printable } from '../shared/terminal-text';
import { queryStatus, type TaskRun, toCommandError } from '../tasks/query-status';
import { taskLabel, type TaskSummary } from '../tasks/task-summary';
import { type StateAfterAction, stateAfterEnding, stateAfterResuming } from './state-after-action';

const CONCURRENCY = 20;

/** Does the same to each task, says of each how it stands then, and sets the exit code by whether every act took. */
export async function runAction(client: Client, tasks: readonly TaskSummary[], act: TaskAction): Promise<void> {
  const results = await mapInParallel(tasks, CONCURRENCY, async (task): Promise<ActionResult> => {
    const done: ActionResult =
      task.ended === undefined
        ? // Without the run's id: it may go on as a new run meanwhile.
          await act(client, { workflowId: task.workflowId })
        : { text: 'not done: its run has ended. See "extpost task show".', hasTakenEffect: false };
    console.log(printable(`${taskLabel(task)}: ${done.text}`));
    return done;
  });
  const taken = results.filter(({ hasTakenEffect: isTaken }) => isTaken).length;
  if (results.length > 1) console.log(`${taken} of ${results.length} took.`);
  if (taken < results.length) process.exitCode = exitCodes.notTaken;
}

const ANSWER_TIMEOUT_MS = 15_000;
const MAX_ATTEMPTS = 3;

/** What came of an act. */
export interface ActionResult {
  /** In words: what the task answered, and how it stands now; or why nothing was done. */
  readonly text: string;
  readonly hasTakenEffect: boolean;
}

/** Something that a person does to a task; ends when it has shown, or says that it has not. */
export type TaskAction = (client: Client, task: TaskRun) => Promise<ActionResult>;

/** An update of the workflow: its validator may refuse it, and then nothing was done. */
export function updateAction<Request extends OperatorRequest>(
  update: UpdateDefinition<string, [Request]>,
  request: Request,
  { waitMs, ends = false }: { readonly waitMs: number; readonly ends?: boolean },
): TaskAction {
  return (client, task) =>
    toActionResult(async () => {
      // Also finds out whether anybody answers, before anything is sent that could be taken later.
      const before = await queryStatus(client, task);
      const answer = await sendUpdate(client, task, update, request);
      try {
        const after = ends
          ? await stateAfterEnding(client, task, waitMs)
          : await stateAfterResuming(client, task, before, waitMs);
        return result(answer, after);
      } catch (error) {
        const known = toCommandError(error);
        if (!(known instanceof CommandError)) throw error;
        return { text: `${answer} Where it stands now is not known: ${known.message}`, hasTakenEffect: false };
      }
    });
}

/** A cancel: the workflow settles and writes down what has left the building. It is kept also when no worker runs. */
export function cancelAction({ by, reason }: OperatorRequest, waitMs: number): TaskAction {
  return (client, task) =>
    toActionResult(async () => {
      const { workflowId, runId = '' } = task;
      await client.withDeadline(Date.now() + ANSWER_TIMEOUT_MS, async () => {
        // The workflow does not get to know who cancels it and why, so it is told before: both are kept also without a worker.
        const notice = { by, ...(reason !== undefined && { reason }) };
        await client.workflow.getHandle(workflowId, task.runId).signal(cancelNoticeSignal, notice);
        await client.workflowService.requestCancelWorkflowExecution({
          namespace: client.options.namespace,
          workflowExecution: { workflowId, runId },
          identity: by,
          reason: reason ?? '',
        });
      });
      return result(`Cancelled by ${by}.`, await stateAfterEnding(client, task, waitMs));
    });
}

async function sendUpdate<Request>(
  client: Client,
  { workflowId }: TaskRun,
  update: UpdateDefinition<string, [Request]>,
  request: Request,
): Promise<string> {
  // The same id, so that what is sent again is not done again.
  const options = { args: [request] as [Request], updateId: randomUUID() };
  for (let attempt = 1; ; attempt++) {
    try {
      return await client.withDeadline(Date.now() + ANSWER_TIMEOUT_MS, () =>
        client.workflow.getHandle(workflowId).executeUpdate(update, options),
      );
    } catch (error) {
      if (error instanceof WorkflowUpdateFailedError)
        throw new ActionRejectedError(error.cause?.message ?? 'no reason was given');
      if (attempt >= MAX_ATTEMPTS || !wasDropped(error)) throw error;
    }
  }
}

/** The server drops an update that came while the workflow had to take in something newer first. */
function wasDropped(error: unknown): boolean {
  const refusal = grpcErrorOf(error);
  return refusal?.code === grpcCodes.failedPrecondition && /workflow task failure/i.test(refusal.details);
}

/** The task's own no. */
class ActionRejectedError extends Error {}

/** What a person can read of, in words; anything else is a fault of the program and passes. */
async function toActionResult(act: () => Promise<ActionResult>): Promise<ActionResult> {
  try {
    return await act();
  } catch (error) {
    if (error instanceof ActionRejectedError) return { text: `refused: ${error.message}`, hasTakenEffect: false };
    const known = toCommandError(error);
    if (known instanceof CommandError) return { text: `not done: ${known.message}`, hasTakenEffect: false };
    throw error;
  }
}

function result(answer: string, { text, hasChanged: isMoved }: StateAfterAction): ActionResult {
  return { text: `${answer} Now: ${text}`, hasTakenEffect: isMoved };
}
