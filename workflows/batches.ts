import { chunk } from '../domain/shared/chunk';
import type { FetchedFile } from './fetch-files';

/**
 * Files that travel in one activity: few enough that a retry repeats little, many enough that ten files cost no more events
 * than two.
 */
const FILES_PER_BATCH = 12;

/** Cuts files into batches that travel in one activity each. */
export function batchesOf<Item>(items: readonly Item[]): Item[][] {
  return chunk(items, FILES_PER_BATCH);
}

/** Sorts fetched files by the queue of the worker that holds them. */
export function byQueue(files: readonly FetchedFile[]): Map<string, FetchedFile[]> {
  const queues = new Map<string, FetchedFile[]>();
  for (const one of files) queues.set(one.file.queue, [...(queues.get(one.file.queue) ?? []), one]);
  return queues;
}
