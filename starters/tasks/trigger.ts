import type { TaskEvent } from '../../domain/task/task-event';

/** The memo key for the event that started a run. Unlike a search attribute, a memo needs no registration. */
export const TRIGGER_MEMO = 'extpostBegunBy';

/** The event that started a run. */
export type RunTrigger = Pick<TaskEvent, 'source' | 'kind' | 'eventId'>;

/** The trigger in a run's memo; `undefined` for a run that a person started. */
export function readTrigger(memo: Readonly<Record<string, unknown>> | undefined): RunTrigger | undefined {
  const begun = memo?.[TRIGGER_MEMO];
  if (typeof begun !== 'object' || begun === null) return undefined;
  const { source, kind, eventId } = begun as Partial<Record<keyof RunTrigger, unknown>>;
  if (source !== 'webhook' && source !== 'sweep') return undefined;
  if (kind !== 'ready' && kind !== 'rejected') return undefined;
  return typeof eventId === 'string' ? { source, kind, eventId } : undefined;
}
