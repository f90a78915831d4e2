import { patched } from '@temporalio/workflow';

/**
 * Whether this run began with the workflow as it is now: rounds that wait for changed pixels, parks that leave by
 * themselves, files in batches. A run from before goes on as it was: `external-post-task-of-0-1.ts`.
 */
export function isOfToday(): boolean {
  // replay-tested: 2026-11-23, by the histories of 0.1.0 in test/replay
  const isNew = patched('life of a task') ? true : false;
  return isNew;
}
