import type { Client } from '@temporalio/client';

import { taskWorkflowId } from '../../domain/task/workflow-id';
import {
  type ActionResult,
  cancelAction,
  createTaskStarter,
  flavourOfLastRun,
  type TaskAction,
  type TaskSummary,
  updateAction,
} from '../../starters';
import {
  abandonUpdate,
  type OperatorRequest,
  replaceRecipeUpdate,
  resumeUpdate,
  skipOutputUpdate,
  undoUpdate,
  useOutputUpdate,
} from '../../workflows/external-post-task/messages/messages';
import type { ChosenAction } from './chosen-action';

/** How long the page waits for the state after the action; then it shows what there is. */
const WAIT_MS = 4_000;

/**
 * Does what somebody has chosen, by the same updates as the command line, and tells the answer and the state after it. What is refused is
 * a result, too. Throws when Temporal fails in a way that nobody has foreseen.
 */
export async function performAction(
  client: Client,
  task: TaskSummary,
  chosen: ChosenAction,
  request: OperatorRequest,
): Promise<ActionResult> {
  if (chosen.kind === 'start') return startAgain(client, task, request);
  const action = toTaskAction(chosen, request);
  if (action === undefined) return { text: `not done: ${missing(chosen)}`, hasTakenEffect: false };
  // Without the run id, because the task may continue as a new run meanwhile.
  return action(client, { workflowId: taskWorkflowId(task) });
}

function missing({ kind }: ChosenAction): string {
  return kind === 'use output'
    ? 'no Celtra output was named. Type its id, and press the button again.'
    : 'the form named no output or recipe.';
}

/** Nothing when the action lacks what it is about. */
function toTaskAction(
  { kind, expected, outputId, recipe, force }: ChosenAction,
  request: OperatorRequest,
): TaskAction | undefined {
  const options = { wait: WAIT_MS };
  switch (kind) {
    case 'resume':
      return updateAction(resumeUpdate, { ...request, ...(force !== undefined && { force }) }, options);
    case 'use output':
      if (expected === undefined || outputId === undefined) return undefined;
      return updateAction(useOutputUpdate, { ...request, expected, outputId }, options);
    case 'skip output':
      if (expected === undefined) return undefined;
      return updateAction(skipOutputUpdate, { ...request, expected, ...(force !== undefined && { force }) }, options);
    case 'replace recipe':
      return recipe === undefined ? undefined : updateAction(replaceRecipeUpdate, { ...request, recipe }, options);
    case 'undo':
      return updateAction(undoUpdate, { ...request, ...(expected !== undefined && { expected }) }, options);
    case 'abandon':
      return updateAction(abandonUpdate, request, { ...options, endsTask: true });
    case 'cancel':
      return cancelAction(request, WAIT_MS);
    case 'deliver file':
    case 'start':
      return undefined;
  }
}

async function startAgain(
  client: Client,
  task: TaskSummary,
  { by, identity, reason }: OperatorRequest,
): Promise<ActionResult> {
  const { studio, taskId } = task;
  const flavour = await flavourOfLastRun(client, task);
  const started = await createTaskStarter(client).start({ studio, taskId, ...flavour }, { by, identity, reason });
  if (started === 'is running') return { text: 'not done: it is running already.', hasTakenEffect: false };
  return { text: `Started by ${by}.`, hasTakenEffect: true };
}
