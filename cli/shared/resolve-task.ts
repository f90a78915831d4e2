import { RemoteCallError } from '../../clients';
import { type ExtpostConfig, loadConfig } from '../../config';
import { summariseList } from '../../domain/shared/text';
import { isTaskId, tasksNamed } from '../../domain/task/task-name';
import { findTaskIfKnown, parseTaskName, type TaskName } from '../../starters';
import { openTemporal } from '../../temporal';
import { usageError } from '../exit-codes';
import { listOpenTasks } from '../plan/list-open-tasks';
import type { StudioClients } from './studio-clients';

/** Temporal only helps here, so nobody waits long for it. */
const TEMPORAL_TIMEOUT_MS = 2_000;

/** The studio that the words of a command name, which may also be a workflow id alone. Throws TaskProblem. */
export function studioOf(studio: string, task: string | undefined): string {
  return parseTaskName(studio, task).studio;
}

/**
 * The id of the task that a person named in the same words as for `extpost task`: looked for among the studio's open tasks
 * in Creative Force, then in Temporal if that is reachable. A name that neither knows is taken for an id. Throws CommandError
 * or TaskProblem when it fits several tasks.
 */
export async function resolveTaskId(
  studio: StudioClients,
  words: { readonly studio: string; readonly task: string | undefined },
  { config, signal }: { readonly config: ExtpostConfig; readonly signal: AbortSignal },
): Promise<string> {
  const name = parseTaskName(words.studio, words.task);
  if (isTaskId(name.task)) return name.task.toLowerCase();
  return (await findListed(studio, name, signal)) ?? (await findInTemporal(config, name)) ?? name.task.toLowerCase();
}

/** The same for a command that asks nothing of Creative Force. */
export async function resolveKnownTaskId(name: TaskName, configPath: string): Promise<string> {
  if (isTaskId(name.task)) return name.task.toLowerCase();
  const config = await loadConfig({ path: configPath, needs: [] });
  return (await findInTemporal(config, name)) ?? name.task.toLowerCase();
}

async function findListed(studio: StudioClients, { task }: TaskName, signal: AbortSignal): Promise<string | undefined> {
  if (studio.settings.creativeForce.vendorId === undefined) return undefined;
  try {
    const { tasks } = await listOpenTasks(studio, signal);
    const found = tasksNamed(
      task,
      tasks.map(({ taskId, productCode }) => ({ taskId, product: productCode })),
    );
    if (found.length < 2) return found[0]?.taskId;
    const lines = found.map(({ taskId, product = '' }) => `  ${studio.name} ${taskId}  ${product}`);
    throw usageError(
      `"${task}" matches ${found.length} open tasks of ${studio.name}; choose one by its id:\n${summariseList(lines, '\n', 20)}`,
    );
  } catch (error) {
    // A role that may not read the listing can still name tasks by their ids, or by what Temporal knows.
    if (error instanceof RemoteCallError) return undefined;
    throw error;
  }
}

async function findInTemporal(config: ExtpostConfig, name: TaskName): Promise<string | undefined> {
  const temporal = openTemporal(config.temporal);
  try {
    if (!(await temporal.isReachable(TEMPORAL_TIMEOUT_MS))) return undefined;
    return (await findTaskIfKnown(temporal.client, name))?.taskId;
  } finally {
    await temporal.close();
  }
}
