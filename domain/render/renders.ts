import type { RenderedAsset } from './rendered-asset';

/** Finished renders, and what Celtra has told of their addresses on the way (docs/decisions/0084-addresses-of-renders-travel-sealed.md). */
export interface Renders {
  readonly assets: readonly RenderedAsset[];
  readonly addresses: readonly SealedAddresses[];
}

/** Addresses of some renders, encrypted for the workers of their studio. */
export interface SealedAddresses {
  /** The candidate ids of the assets. */
  readonly of: readonly string[];
  readonly sealed: string;
}

/** Addresses are sealed in parts of this many, so that a download gets few that it does not need. */
export const ADDRESSES_PER_SEAL = 12;

/** The most that a heartbeat or a result carries of them: a tenth of what Temporal refuses. */
const MAX_SEALED_CHARACTERS = 200_000;

/** Those that fit into a history; Celtra is asked for the others when they are needed. */
export function boundAddresses(addresses: readonly SealedAddresses[]): SealedAddresses[] {
  let left = MAX_SEALED_CHARACTERS;
  return addresses.filter(({ of, sealed }) => {
    left -= sealed.length + of.join('').length;
    return left >= 0;
  });
}
