import { LRUCache } from 'lru-cache';

import type { OutputSpec } from '../../domain/task/task';

const TTL_MS = 60 * 60 * 1000;

/** Specs of all studios, for an hour each. */
export interface SpecCache {
  /** Those of the ids that are known, in their order. */
  known(studio: string, specIds: readonly string[]): OutputSpec[];
  /** All, in the order of the ids; `read` is asked for those that are not known, and those that its answer lacks are left out. With `isFresh` it is asked for all. */
  get(
    studio: string,
    specIds: readonly string[],
    read: (missing: string[]) => Promise<OutputSpec[]>,
    isFresh?: boolean,
  ): Promise<OutputSpec[]>;
}

export function createSpecCache(options: { believedForMs?: number; now?: () => number } = {}): SpecCache {
  const memory = new LRUCache<string, OutputSpec>({
    max: 2_000,
    ttl: options.believedForMs ?? TTL_MS,
    ...(options.now && { perf: { now: options.now } }),
  });
  const key = (studio: string, specId: string): string => `${studio}/${specId}`;

  return {
    known: (studio, specIds) => specIds.flatMap((specId) => memory.get(key(studio, specId)) ?? []),
    async get(studio, specIds, read, isFresh = false) {
      // Looked up before the read, because entries may expire meanwhile.
      const known = new Map(specIds.map((specId) => [specId, isFresh ? undefined : memory.get(key(studio, specId))]));
      const missing = specIds.filter((specId) => known.get(specId) === undefined);
      for (const spec of missing.length > 0 ? await read(missing) : []) {
        memory.set(key(studio, spec.specId), spec);
        known.set(spec.specId, spec);
      }
      return specIds.flatMap((specId) => known.get(specId) ?? []);
    },
  };
}
