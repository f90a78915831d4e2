import type { ContentCreationType, TaskReference } from './task';

/** A hint that something happened to a task; the workflow re-reads the task and acts on its current state. */
export interface TaskEvent {
  readonly kind: 'ready' | 'rejected';
  readonly source: 'webhook' | 'sweep';
  /** Deduplication key. */
  readonly eventId: string;
  /** Unix milliseconds, by Creative Force's clock; of a sweep by ours, when the listing was read. */
  readonly happenedAt?: number | undefined;
  /** What a row of the listing says: `status Rejected in the listing`. */
  readonly says?: string | undefined;
  readonly hints?: TaskHints | undefined;
}

/** Whether a value has the form of an event: from the Web UI anybody can send a signal with any content. */
export function isTaskEvent(value: unknown): value is TaskEvent {
  if (typeof value !== 'object' || value === null) return false;
  const { kind, source, eventId, happenedAt, hints } = value as Partial<Record<keyof TaskEvent, unknown>>;
  return (
    (kind === 'ready' || kind === 'rejected') &&
    (source === 'webhook' || source === 'sweep') &&
    typeof eventId === 'string' &&
    eventId !== '' &&
    (happenedAt === undefined || Number.isFinite(happenedAt)) &&
    (hints === undefined || (typeof hints === 'object' && hints !== null))
  );
}

/**
 * What an event tells beside the task's id: only for titles, first reads and ids that the task lacks, because the task's own
 * detail decides. Absent is what the event leaves out.
 */
export interface TaskHints {
  readonly jobId?: string | undefined;
  readonly jobCode?: string | undefined;
  readonly productId?: string | undefined;
  readonly productCode?: string | undefined;
  readonly stepId?: number | undefined;
  readonly stepStatusId?: number | undefined;
  readonly productionTypeId?: number | undefined;
  readonly projectId?: string | undefined;
  readonly deliverableIds?: readonly string[] | undefined;
}

/** The content of a webhook about one task (docs/reference/creative-force.md#webhook-body). */
export interface TaskNotice {
  /** E.g. `ExternalPostTaskReadyToWork`. */
  readonly action: string;
  readonly payloadId: string;
  readonly taskId: string;
  /** Absent when it is missing or unknown. */
  readonly contentCreationType?: ContentCreationType | undefined;
  /** Unix milliseconds. */
  readonly happenedAt?: number | undefined;
  readonly workspaceId?: string | undefined;
  readonly hints?: TaskHints | undefined;
}

/** The actions that concern External Post tasks (docs/reference/creative-force.md#webhook-body). */
const kindByAction: ReadonlyMap<string, TaskEvent['kind']> = new Map([
  ['externalposttaskreadytowork', 'ready'],
  ['externalposttaskrejected', 'rejected'],
]);

/** Case, spaces and signs of an action do not count. */
function kindOf(action: string): TaskEvent['kind'] | undefined {
  return kindByAction.get(action.toLowerCase().replace(/[^a-z]/g, ''));
}

/** Whether an action concerns an External Post task; others are acknowledged and ignored. */
export function isTaskAction(action: string): boolean {
  return kindOf(action) !== undefined;
}

/** `undefined` when the action does not concern us. */
export function taskEventFromNotice(
  studio: string,
  notice: TaskNotice,
): { readonly task: TaskReference; readonly event: TaskEvent } | undefined {
  const kind = kindOf(notice.action);
  if (kind === undefined) return undefined;
  return {
    task: {
      studio,
      taskId: notice.taskId.toLowerCase(),
      ...(notice.contentCreationType === undefined
        ? { contentCreationType: 'ecom', isFlavourGuessed: true }
        : { contentCreationType: notice.contentCreationType }),
    },
    event: {
      kind,
      source: 'webhook',
      eventId: notice.payloadId,
      happenedAt: notice.happenedAt,
      hints: notice.hints,
    },
  };
}
