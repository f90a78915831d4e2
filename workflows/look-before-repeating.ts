import { sleep } from '@temporalio/workflow';

import type { StudioSettings } from '../domain/task/studio-settings';
import type { Task } from '../domain/task/task';
import { readTask } from './brief';
import { isWorkerLost } from './needs-attention';
import type { TaskStory } from './task-story';

/** For so long what a killed worker had sent may be on its way: as long as the heartbeat time-out would have given it. */
const ON_ITS_WAY_MS = 5_000;

export interface Look {
  readonly summary: string;
  readonly urgency?: 'work' | 'finish';
  /** Whether the task shows what was written. */
  readonly shows: (task: Task) => boolean;
}

/**
 * Whether a write whose outcome is open has taken effect, by what the task shows. A worker that was killed a moment ago may
 * have sent a request that is still on its way: before that is taken for lost, the task is looked at once more.
 */
export async function hasTakenEffect(
  story: TaskStory,
  { lifecycle: life }: Partial<Pick<StudioSettings, 'lifecycle'>>,
  error: unknown,
  { summary, urgency = 'work', shows }: Look,
): Promise<boolean> {
  const look = async (): Promise<boolean> => shows((await readTask(story, summary, urgency)).task);
  if (await look()) return true;
  if (!isWorkerLost(error)) return false;
  await sleep(life?.inFlightGraceMs ?? ON_ITS_WAY_MS, { summary: 'Wait for what the killed worker may have sent' });
  return look();
}
