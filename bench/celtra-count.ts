import { groupedBy } from '../domain/shared/grouped-by';
import type { SandboxEvent } from './day';

/** Requests to Celtra's API of a day, by what they were for. */
export interface CeltraCount {
  /** By filters, for the creatives of a task. */
  readonly searches: number;
  /** By the outputs' ids, until they were finished: one of them shows it after each search that showed them as pending. */
  readonly polls: number;
  /** By the outputs' ids, when they were known to be finished: for their addresses. */
  readonly addresses: number;
  /** Answered with 429 or 503. */
  readonly refused: number;
  readonly all: number;
}

export function countCeltra(events: readonly SandboxEvent[]): CeltraCount {
  const requests = events.filter(({ kind }) => kind === 'celtra');
  const refused = requests.filter(({ status }) => status === 429 || status === 503);
  const answered = requests.filter(({ status }) => status !== 429 && status !== 503);
  const byId = answered.filter((request) => request.byId === true);
  const polls = [...groupedBy(answered, ({ caller = '' }) => caller).values()].map(pollsOfTask);
  const pollCount = polls.reduce((sum, count) => sum + count, 0);
  return {
    searches: answered.length - byId.length,
    polls: pollCount,
    addresses: byId.length - pollCount,
    refused: refused.length,
    all: requests.length,
  };
}

function pollsOfTask(requests: readonly SandboxEvent[]): number {
  const isPending = ({ pending = 0 }: SandboxEvent): boolean => pending > 0;
  const byId = requests.filter((request) => request.byId === true);
  const awaited = requests.filter((request) => request.byId !== true && isPending(request)).length;
  const finished = byId.filter((request) => !isPending(request)).length;
  return byId.length - finished + Math.min(finished, awaited);
}
