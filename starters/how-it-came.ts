import type { TaskEvent } from '../domain/task-event';

/** The name under which a run remembers what began it; a memo needs no preparation of the cluster, as search attributes do. */
export const BEGUN_BY = 'extpostBegunBy';

/** The event that began a run. */
export type BegunBy = Pick<TaskEvent, 'source' | 'kind' | 'eventId'>;

/** What a run remembers of how it came; nothing for a run that a person started, or one of before. */
export function howItCame(memo: Readonly<Record<string, unknown>> | undefined): BegunBy | undefined {
  const begun = memo?.[BEGUN_BY];
  if (typeof begun !== 'object' || begun === null) return undefined;
  const { source, kind, eventId } = begun as Partial<Record<keyof BegunBy, unknown>>;
  if (source !== 'webhook' && source !== 'sweep') return undefined;
  if (kind !== 'ready' && kind !== 'rejected') return undefined;
  return typeof eventId === 'string' ? { source, kind, eventId } : undefined;
}
