import type { TaskEvent } from '../../domain/task/task-event';

/** The name under which a run remembers what began it; a memo needs no preparation of the cluster, as search attributes do. */
export const TRIGGER_MEMO = 'extpostBegunBy';

/** The event that began a run. */
export type RunTrigger = Pick<TaskEvent, 'source' | 'kind' | 'eventId'>;

/** What a run remembers of how it came; nothing for a run that a person started, or one of before. */
export function readTrigger(memo: Readonly<Record<string, unknown>> | undefined): RunTrigger | undefined {
  const begun = memo?.[TRIGGER_MEMO];
  if (typeof begun !== 'object' || begun === null) return undefined;
  const { source, kind, eventId } = begun as Partial<Record<keyof RunTrigger, unknown>>;
  if (source !== 'webhook' && source !== 'sweep') return undefined;
  if (kind !== 'ready' && kind !== 'rejected') return undefined;
  return typeof eventId === 'string' ? { source, kind, eventId } : undefined;
}
