import type { SessionStore as FastifySessionStore } from '@fastify/session';
import type { Session } from 'fastify';
import { LRUCache } from 'lru-cache';

import type { Viewer } from '../viewer';
import type { PendingLogin } from './openid-connect';

declare module 'fastify' {
  interface Session {
    /** Who has logged in; of a proxy's log-in each request says it again. */
    viewer?: Viewer | undefined;
    /** Unix milliseconds. */
    loggedInAt?: number | undefined;
    /** Log-ins that were begun at the provider, the newest last. */
    pending?: readonly PendingLogin[] | undefined;
    /** The answer to the last action, which the next page shows. */
    flash?: { readonly text: string; readonly isBad: boolean; readonly typed?: TypedFields | undefined } | undefined;
    /** The secret of the form tokens, kept by @fastify/csrf-protection. */
    _csrf?: string | undefined;
  }
}

/** What somebody had typed into a form that was refused. */
export interface TypedFields {
  readonly reason: string;
  readonly expected: string;
  readonly outputId: string;
}

type Kept = Pick<Session, 'viewer' | 'loggedInAt' | 'pending' | 'flash' | '_csrf'>;

export interface SessionLimits {
  /** Milliseconds without a click after which a session ends. */
  readonly idleMs: number;
  /** Milliseconds after the log-in. */
  readonly absoluteMs: number;
  readonly now?: (() => number) | undefined;
}

const MAX_SESSIONS = 5_000;
const MAX_STRANGERS = 1_000;
/** Long enough for a second factor at the provider. */
const STRANGER_MS = 15 * 60_000;

/**
 * Sessions in memory, so that a log-out ends one at once; a restart of the board ends all. Strangers have a part of their own:
 * they cannot push out who has logged in.
 */
export class SessionStore implements FastifySessionStore {
  readonly #known: LRUCache<string, Kept>;
  readonly #strangers: LRUCache<string, Kept>;
  readonly #absoluteMs: number;
  readonly #now: () => number;

  constructor({ idleMs, absoluteMs, now = Date.now }: SessionLimits) {
    const perf = { now };
    this.#known = new LRUCache({ max: MAX_SESSIONS, ttl: idleMs, ttlResolution: 0, perf });
    this.#strangers = new LRUCache({ max: MAX_STRANGERS, ttl: STRANGER_MS, ttlResolution: 0, perf });
    this.#absoluteMs = absoluteMs;
    this.#now = now;
  }

  set(id: string, { viewer, loggedInAt, pending, flash, _csrf }: Session, done: (error?: unknown) => void): void {
    const kept: Kept = structuredClone({ viewer, loggedInAt, pending, flash, _csrf });
    this.#known.delete(id);
    this.#strangers.delete(id);
    (viewer === undefined ? this.#strangers : this.#known).set(id, kept);
    done();
  }

  get(id: string, done: (error: unknown, session?: Session | null) => void): void {
    const kept = this.#known.get(id) ?? this.#strangers.get(id);
    const isOver = kept?.loggedInAt !== undefined && this.#now() - kept.loggedInAt >= this.#absoluteMs;
    if (isOver) this.#known.delete(id);
    // The plugin makes its own session object of these values.
    done(null, kept === undefined || isOver ? null : (structuredClone(kept) as Session));
  }

  destroy(id: string, done: (error?: unknown) => void): void {
    this.#known.delete(id);
    this.#strangers.delete(id);
    done();
  }

  /** Notes that the person has done something; what a page fetches by itself does not count. */
  touch(id: string): void {
    const kept = this.#known.get(id);
    if (kept !== undefined) this.#known.set(id, kept);
  }
}
