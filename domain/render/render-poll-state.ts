import type { RenderedAsset } from './rendered-asset';
import { boundAddresses, type SealedAddresses } from './renders';

/** How a wait for renders treats failures and missing outputs (docs/reference/celtra.md#render-retries). */
export interface RenderPolicy {
  readonly erroredAgain: number;
  /** Celtra's messages of failures that no retry fixes; such a render counts as failed at once. */
  readonly finalErrors: readonly string[];
  /** Consecutive answers in which an output may be missing. */
  readonly missingAnswers: number;
  /** Consecutive empty answers before the task needs attention (docs/reference/celtra.md#empty-answers). */
  readonly emptyAnswers: number;
  /** Whether polls request the saved version of the design that was matched (docs/reference/celtra.md#version-pins). */
  readonly pinVersion: boolean;
  readonly outputsPerRequest: number;
}

/** Heartbeat details of a render poll, for the next attempt. Bounded, and without open addresses, which are secrets. */
export interface RenderPollState {
  /** E.g. `7 of 9 rendered; attempt 4; next poll in 12 seconds`. */
  readonly progress: string;
  readonly waitingFor: readonly string[];
  readonly finished: number;
  /** Finished renders, which are not requested again. */
  readonly rendered: readonly RenderedAsset[];
  /** Of finished renders. */
  readonly addresses: readonly SealedAddresses[];
  /** By the id of the output, or of its asset: answers in which its render had failed. */
  readonly errored: Readonly<Record<string, number>>;
  /** By the id of the output, or of its asset: consecutive answers in which it was missing. */
  readonly missing: Readonly<Record<string, number>>;
  /** Set once Celtra refused the version pins; from then on versions are compared here. */
  readonly unpinned: boolean;
}

export const initialPollState: RenderPollState = {
  progress: '',
  waitingFor: [],
  finished: 0,
  rendered: [],
  addresses: [],
  errored: {},
  missing: {},
  unpinned: false,
};

/** Heartbeat details are limited in size; finished renders beyond this number are requested again, which is cheap. */
const REMEMBERED = 500;

export function truncatePollState(memory: RenderPollState): RenderPollState {
  const some = (counts: Readonly<Record<string, number>>): Record<string, number> =>
    Object.fromEntries(Object.entries(counts).slice(0, REMEMBERED));
  return {
    ...memory,
    waitingFor: memory.waitingFor.slice(0, 10),
    rendered: memory.rendered.slice(0, REMEMBERED),
    addresses: boundAddresses(memory.addresses),
    errored: some(memory.errored),
    missing: some(memory.missing),
  };
}
