import { LRUCache } from 'lru-cache';

import type { OutputSpec } from '../../domain/task/task';

const TTL_MS = 60 * 60 * 1000;

/** Caches specs for an hour. The function keeps the order of the ids, without those that the answer lacks. */
export function createSpecCache(options: { believedForMs?: number; now?: () => number } = {}) {
  const memory = new LRUCache<string, OutputSpec>({
    max: 2_000,
    ttl: options.believedForMs ?? TTL_MS,
    ...(options.now && { perf: { now: options.now } }),
  });
  const key = (studio: string, specId: string): string => `${studio}/${specId}`;

  return async (
    studio: string,
    specIds: readonly string[],
    read: (missing: string[]) => Promise<OutputSpec[]>,
  ): Promise<OutputSpec[]> => {
    // Looked up before the read, because entries may expire meanwhile.
    const known = new Map(specIds.map((specId) => [specId, memory.get(key(studio, specId))]));
    const missing = specIds.filter((specId) => known.get(specId) === undefined);
    for (const spec of missing.length > 0 ? await read(missing) : []) {
      memory.set(key(studio, spec.specId), spec);
      known.set(spec.specId, spec);
    }
    return specIds.flatMap((specId) => known.get(specId) ?? []);
  };
}
