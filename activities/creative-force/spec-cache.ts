import { LRUCache } from 'lru-cache';

import type { OutputSpec } from '../../domain/task/task';

/** How long a spec is believed without asking again. */
const TTL_MS = 60 * 60 * 1000;

/**
 * Remembers output specs by studio and id, so that a day's tasks do not ask for the same ones again. Returns them in
 * the order asked; an id that did not come back is left out.
 */
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
    // Taken out now, because what is known may be forgotten while the rest is being read.
    const known = new Map(specIds.map((specId) => [specId, memory.get(key(studio, specId))]));
    const missing = specIds.filter((specId) => known.get(specId) === undefined);
    for (const spec of missing.length > 0 ? await read(missing) : []) {
      memory.set(key(studio, spec.specId), spec);
      known.set(spec.specId, spec);
    }
    return specIds.flatMap((specId) => known.get(specId) ?? []);
  };
}
