import type { RenderedAsset } from './rendered-asset';

/** How patient a wait for renders is (docs/reference/celtra.md#rendering-and-polling). */
export interface RenderPolicy {
  /** How often a render that failed is asked for again before it counts as failed. */
  readonly erroredAgain: number;
  /** Celtra's texts of failures that no repeat heals: such a render counts as failed at once. */
  readonly finalErrors: readonly string[];
  /** From how many answers running an output may be missing. */
  readonly missingAnswers: number;
  /** How many answers without any output are waited out before a person is asked. */
  readonly emptyAnswers: number;
  /** Whether polls name the saved version of the design that was seen first. */
  readonly pinVersion: boolean;
  /** Outputs asked for in one request. */
  readonly outputsPerRequest: number;
}

/**
 * What one look hands on to the next, through the activity's heartbeat. Bounded in size, and without addresses: they
 * are secrets. The first lines are for people, who read it in the Web UI under the pending activity.
 */
export interface RenderPollState {
  /** E.g. `7 of 9 rendered; attempt 4; next look in 12 seconds`. */
  readonly progress: string;
  /** Names of what is not rendered, at most ten. */
  readonly waitingFor: readonly string[];
  /** How many are finished. */
  readonly finished: number;
  /** Those of them that need not be asked for again. */
  readonly rendered: readonly RenderedAsset[];
  /** By output id: in how many answers its render had failed. */
  readonly errored: Readonly<Record<string, number>>;
  /** By output id: from how many answers running it was missing. */
  readonly missing: Readonly<Record<string, number>>;
  /** How many answers running could not be read. */
  readonly unreadable: number;
  /** True once Celtra would not take the pins any more: then our own code compares the versions. */
  readonly unpinned: boolean;
}

export const initialPollState: RenderPollState = {
  progress: '',
  waitingFor: [],
  finished: 0,
  rendered: [],
  errored: {},
  missing: {},
  unreadable: 0,
  unpinned: false,
};

/** Heartbeats have a limit of size; finished renders beyond this number are asked for again, which costs nothing. */
const REMEMBERED = 500;

/** The same memory, with no more in it than a heartbeat should carry. */
export function truncatePollState(memory: RenderPollState): RenderPollState {
  const some = (counts: Readonly<Record<string, number>>): Record<string, number> =>
    Object.fromEntries(Object.entries(counts).slice(0, REMEMBERED));
  return {
    ...memory,
    waitingFor: memory.waitingFor.slice(0, 10),
    rendered: memory.rendered.slice(0, REMEMBERED),
    errored: some(memory.errored),
    missing: some(memory.missing),
  };
}
