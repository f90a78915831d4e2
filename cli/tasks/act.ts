import { randomUUID } from 'node:crypto';

import { WorkflowUpdateFailedError, type Client } from '@temporalio/client';
import type { UpdateDefinition } from '@temporalio/common';

import { cancelNoticeSignal, type OperatorRequest } from '../../workflows/messages';
import { CommandError } from '../exit-codes';
import { askStatus, inWords, type RunOfTask } from './ask-task';
import { grpcCodes, grpcRefusal } from './grpc-refusal';
import { stateAfterEnding, stateAfterGoingOn, type StateAfter } from './state-after';

const ANSWER_WITHIN_MS = 15_000;
const TRIES = 3;

/** What came of an act. */
export interface ActResult {
  /** In words: what the task answered, and how it stands now; or why nothing was done. */
  readonly text: string;
  readonly isTaken: boolean;
}

/** Something that a person does to a task; ends when it has shown, or says that it has not. */
export type ActOnTask = (client: Client, task: RunOfTask) => Promise<ActResult>;

/** An update of the workflow: its validator may refuse it, and then nothing was done. */
export function updateAct<Request extends OperatorRequest>(
  update: UpdateDefinition<string, [Request]>,
  request: Request,
  { waitMs, ends = false }: { readonly waitMs: number; readonly ends?: boolean },
): ActOnTask {
  return (client, task) =>
    inResult(async () => {
      // Also finds out whether anybody answers, before anything is sent that could be taken later.
      const before = await askStatus(client, task);
      const answer = await send(client, task, update, request);
      try {
        const after = ends
          ? await stateAfterEnding(client, task, waitMs)
          : await stateAfterGoingOn(client, task, before, waitMs);
        return result(answer, after);
      } catch (error) {
        const known = inWords(error);
        if (!(known instanceof CommandError)) throw error;
        return { text: `${answer} Where it stands now is not known: ${known.message}`, isTaken: false };
      }
    });
}

/** A cancel: the workflow settles and writes down what has left the building. It is kept also when no worker runs. */
export function cancelAct({ by, reason }: OperatorRequest, waitMs: number): ActOnTask {
  return (client, task) =>
    inResult(async () => {
      const { workflowId, runId = '' } = task;
      await client.withDeadline(Date.now() + ANSWER_WITHIN_MS, async () => {
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

async function send<Request>(
  client: Client,
  { workflowId }: RunOfTask,
  update: UpdateDefinition<string, [Request]>,
  request: Request,
): Promise<string> {
  // The same id, so that what is sent again is not done again.
  const options = { args: [request] as [Request], updateId: randomUUID() };
  for (let attempt = 1; ; attempt++) {
    try {
      return await client.withDeadline(Date.now() + ANSWER_WITHIN_MS, () =>
        client.workflow.getHandle(workflowId).executeUpdate(update, options),
      );
    } catch (error) {
      if (error instanceof WorkflowUpdateFailedError) throw new Refused(error.cause?.message ?? 'no reason was given');
      if (attempt >= TRIES || !wasDropped(error)) throw error;
    }
  }
}

/** The server drops an update that came while the workflow had to take in something newer first. */
function wasDropped(error: unknown): boolean {
  const refusal = grpcRefusal(error);
  return refusal?.code === grpcCodes.failedPrecondition && /workflow task failure/i.test(refusal.details);
}

/** The task's own no. */
class Refused extends Error {}

/** What a person can read of, in words; anything else is a fault of the program and passes. */
async function inResult(act: () => Promise<ActResult>): Promise<ActResult> {
  try {
    return await act();
  } catch (error) {
    if (error instanceof Refused) return { text: `refused: ${error.message}`, isTaken: false };
    const known = inWords(error);
    if (known instanceof CommandError) return { text: `not done: ${known.message}`, isTaken: false };
    throw error;
  }
}

function result(answer: string, { text, isMoved }: StateAfter): ActResult {
  return { text: `${answer} Now: ${text}`, isTaken: isMoved };
}
