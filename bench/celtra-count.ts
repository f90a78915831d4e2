import type { SandboxEvent } from './day';

/** Requests to Celtra's API of a day, by what they were for. */
export interface CeltraCount {
  /** By filters, for the creatives of a task. */
  readonly searches: number;
  /** By the outputs' ids, while some of them were still rendered. */
  readonly polls: number;
  /** By the outputs' ids, when all of them were finished: the last poll, and requests for addresses. */
  readonly finished: number;
  /** Answered with 429 or 503. */
  readonly refused: number;
  readonly all: number;
}

export function countCeltra(events: readonly SandboxEvent[]): CeltraCount {
  const requests = events.filter(({ kind }) => kind === 'celtra');
  const refused = requests.filter(({ status }) => status === 429 || status === 503);
  const answered = requests.filter(({ status }) => status !== 429 && status !== 503);
  const byId = answered.filter((request) => request.byId === true);
  const polls = byId.filter(({ pending = 0 }) => pending > 0);
  return {
    searches: answered.length - byId.length,
    polls: polls.length,
    finished: byId.length - polls.length,
    refused: refused.length,
    all: requests.length,
  };
}
