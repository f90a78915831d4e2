import { setTimeout as pause } from 'node:timers/promises';

import type { TemporalConnection } from '../../temporal';
import { EXTERNAL_POST_TASK } from '../../workflows/external-post-task/messages/messages';
import { searchAttributes } from '../../workflows/search-attributes';
import { choiceTeller } from './tell-choices';
import { describeStage, type WorkflowStage } from './describe-stage';
import type { Ledger, SandboxControl } from '../sandbox-control';
import type { TaskRow } from './day-table';
import type { Screen } from './screen';

const POLL_INTERVAL_MS = 500;
/** Stage of a task without a workflow. */
const NOT_READY_YET = 'Not ready yet';

export interface WatchOptions {
  readonly temporal: TemporalConnection;
  readonly control: SandboxControl;
  readonly screen: Screen;
  /** Unix milliseconds when the command was started. */
  readonly began: number;
  readonly signal: AbortSignal;
}

/** Shows the state of each task, from Temporal's search attributes and the sandbox's ledger, until aborted. */
export async function watchTasks(options: WatchOptions): Promise<void> {
  const { screen, began, signal, temporal, control } = options;
  const tellChoices = choiceTeller(temporal.client, control);
  let firstDone = false;
  try {
    for (;;) {
      const ledger = await showTasks(options);
      if (!firstDone && ledger.summary.done > 0) {
        firstDone = true;
        screen.line(`The first task is done, ${((Date.now() - began) / 1000).toFixed(1)} s after the command.`);
      }
      await tellChoices(ledger);
      await pause(POLL_INTERVAL_MS, undefined, { signal });
    }
  } catch (error) {
    if (!signal.aborted) throw error;
  }
}

/** Shows the current state of each task once. */
export async function showTasks({ temporal, control, screen, began }: Omit<WatchOptions, 'signal'>): Promise<Ledger> {
  const ledger = await control.ledger();
  const stages = await readStages(temporal, began);
  screen.tasks(ledger.tasks.map((task) => toRow(task, stages.get(task.taskId))));
  return ledger;
}

/** Whether a task in this stage waits for an operator and says why. */
function asksOperator({ stage }: WorkflowStage): boolean {
  return stage === 'Needs attention' || stage === 'Rejected';
}

/**
 * The tasks that the ledger leaves to an operator although extpost asks for none. One that has not asked yet has
 * `withinMs` to do so.
 */
export async function unaskedTasks(
  { temporal, control, began, signal }: WatchOptions,
  withinMs: number,
): Promise<Ledger['tasks']> {
  const giveUpAt = Date.now() + withinMs;
  const asked = new Set<string>();
  for (;;) {
    for (const [taskId, stage] of await readStages(temporal, began)) if (asksOperator(stage)) asked.add(taskId);
    const { tasks } = await control.ledger();
    const unasked = tasks.filter(({ taskId, verdict }) => verdict === 'needs attention' && !asked.has(taskId));
    if (unasked.length === 0 || Date.now() > giveUpAt) return unasked;
    await pause(POLL_INTERVAL_MS, undefined, { signal });
  }
}

function toRow(task: Ledger['tasks'][number], shown: WorkflowStage | undefined): TaskRow {
  const { taskId, studio, product, title, verdict, webhook } = task;
  return {
    taskId,
    studio,
    product: title.includes(product) ? title : `${product} ${title}`,
    stage: shown === undefined ? NOT_READY_YET : describeStage(shown, task),
    verdict,
    webhook,
  };
}

/** The stage of every task workflow of this day, by task id. */
async function readStages({ client }: TemporalConnection, since: number): Promise<Map<string, WorkflowStage>> {
  const stages = new Map<string, WorkflowStage>();
  const query = `WorkflowType = '${EXTERNAL_POST_TASK}' AND StartTime >= '${new Date(since).toISOString()}'`;
  for await (const run of client.workflow.list({ query })) {
    const taskId = run.typedSearchAttributes.get(searchAttributes.taskId);
    const stage = run.typedSearchAttributes.get(searchAttributes.stage);
    const cause = run.typedSearchAttributes.get(searchAttributes.cause);
    // The newest run of a task comes first.
    if (taskId !== undefined && stage !== undefined && !stages.has(taskId)) stages.set(taskId, { stage, cause });
  }
  return stages;
}
