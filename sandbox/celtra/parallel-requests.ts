import type { EventEmitter } from 'node:events';
import type { Studio } from '../day/model';
import type { CeltraOptions } from './options';
import { CeltraRefusal } from './refusal';

/** Counts the requests of each account that are being answered. */
export interface ParallelRequests {
  /**
   * Counts a request until its response has ended, and returns by what factor the answer takes longer than usual.
   * Throws a CeltraRefusal when the account has too many requests at once; such a request does not count.
   */
  enter(studio: Studio, response: EventEmitter): number;
}

export function createParallelRequests(options: Pick<CeltraOptions, 'parallelRequests'>): ParallelRequests {
  const answering = new Map<Studio, number>();
  const add = (studio: Studio, change: 1 | -1): number => {
    const now = (answering.get(studio) ?? 0) + change;
    answering.set(studio, now);
    return now;
  };
  return {
    enter(studio, response) {
      const { parallelRequests } = options;
      if (parallelRequests !== null && parallelRequests.above !== 'slow') {
        const { limit, above, retryAfterSeconds } = parallelRequests;
        if ((answering.get(studio) ?? 0) >= limit)
          throw new CeltraRefusal(above, 'Too many requests at the same time.', retryAfterSeconds);
      }
      const now = add(studio, 1);
      response.once('close', () => {
        add(studio, -1);
      });
      return parallelRequests === null ? 1 : Math.max(1, now / parallelRequests.limit);
    },
  };
}
