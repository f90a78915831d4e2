import { setTimeout } from 'node:timers/promises';

import { LRUCache } from 'lru-cache';

import { RemoteCallError } from '../../clients';
import { UNKNOWN_ASSET_CODE } from '../../domain/delivery/refusals';
import {
  afterAcceptance,
  afterUnknownUpload,
  delayUntilRegistered,
  type RegistrationDelay,
} from '../../domain/delivery/registration-delay';
import type { Backoff } from '../../domain/shared/backoff';

/** A studio may get faster, and looking again costs one refusal. */
const FORGET_AFTER_MS = 60 * 60_000;
/** Longer waits belong into the workflow, because an activity may take a minute. */
const MAX_WAIT_MS = 30_000;
/** What is refused later than this was lost, not late. */
const LATEST_MS = 2 * 60_000;

/** Waits before a submission for as long as the studio needed to register earlier uploads, and learns from the answers. */
export function createRegistrationWait() {
  const learned = new LRUCache<string, RegistrationDelay>({ max: 1_000, ttl: FORGET_AFTER_MS, noUpdateTTL: true });
  const knownOf = (studio: string): RegistrationDelay => learned.get(studio) ?? {};

  return {
    /** `uploadedAt`: Unix milliseconds of the last upload. */
    async wait(studio: string, uploadedAt: number, pace: Backoff, signal: AbortSignal): Promise<void> {
      const until = uploadedAt + delayUntilRegistered(knownOf(studio), pace);
      const waitMs = Math.min(MAX_WAIT_MS, until - Date.now());
      if (waitMs > 0) await setTimeout(waitMs, undefined, { signal });
    },

    /** Sends, and remembers how long after the upload it was refused or accepted. Rejects as `send` does. */
    async observe(studio: string, uploadedAt: number, send: () => Promise<void>): Promise<void> {
      const elapsedMs = Math.max(0, Date.now() - uploadedAt);
      try {
        await send();
      } catch (error) {
        const isUnknown = error instanceof RemoteCallError && String(error.code) === UNKNOWN_ASSET_CODE;
        if (isUnknown && elapsedMs < LATEST_MS) learned.set(studio, afterUnknownUpload(knownOf(studio), elapsedMs));
        throw error;
      }
      const known = knownOf(studio);
      const after = afterAcceptance(known, elapsedMs);
      if (after !== known) learned.set(studio, after);
    },
  };
}
