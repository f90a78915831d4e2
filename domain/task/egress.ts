import { contentHash } from '../shared/content-hash';

/**
 * The network address through which the requests about `id` go; `undefined` when only one is there. Another list moves only the
 * ids of names that are gone, and the share of names that are new (rendezvous hashing).
 */
export function chooseEgress(id: string, egresses: readonly string[]): string | undefined {
  const ranked = egresses.map((egress) => ({ egress, rank: contentHash([egress, id]) }));
  return ranked.sort((one, other) => (one.rank < other.rank ? -1 : 1))[0]?.egress;
}
