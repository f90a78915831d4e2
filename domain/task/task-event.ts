import type { ContentCreationType, TaskReference } from './task';

/** A hint that something happened to a task; the workflow re-reads the task and acts on what it says now. */
export interface TaskEvent {
  readonly kind: 'ready' | 'rejected';
  /** Where the hint came from. */
  readonly source: 'webhook' | 'sweep';
  /** The same id twice is the same event. */
  readonly eventId: string;
  /** Unix milliseconds, when Creative Force says it happened. */
  readonly happenedAt?: number | undefined;
  /** The product's code, when the hint carries it: it makes a better title than the task's id. */
  readonly productCode?: string | undefined;
}

/**
 * A notice from Creative Force about one task, in our words: what a webhook's body says
 * (docs/reference/creative-force.md#webhook-body).
 */
export interface TaskNotice {
  /** Creative Force's word for what happened, e.g. `ExternalPostTaskReadyToWork`. */
  readonly action: string;
  /** Creative Force's `PayloadId`: its own de-duplication key. */
  readonly payloadId: string;
  readonly taskId: string;
  readonly contentCreationType: ContentCreationType;
  /** Unix milliseconds. */
  readonly happenedAt?: number | undefined;
  readonly workspaceId?: string | undefined;
  readonly jobId?: string | undefined;
  readonly productId?: string | undefined;
  /** Not documented here, but sister events carry it (docs/reference/creative-force.md#webhook-body, last row). */
  readonly productCode?: string | undefined;
  readonly editorialProjectId?: string | undefined;
  readonly editorialDeliverableIds: readonly string[];
}

/**
 * The two actions that Creative Force sends to an External Post vendor (docs/reference/creative-force.md#webhook-body).
 */
const kindByAction: ReadonlyMap<string, TaskEvent['kind']> = new Map([
  ['ExternalPostTaskReadyToWork', 'ready'],
  ['ExternalPostTaskRejected', 'rejected'],
]);

/** Whether an action is one that concerns an External Post task; any other is received and left alone. */
export function isTaskAction(action: string): boolean {
  return kindByAction.has(action);
}

/** Which task a webhook's notice is about and what it hints at; `undefined` when its action is not ours to act on. */
export function taskEventFromNotice(
  studio: string,
  notice: TaskNotice,
): { readonly task: TaskReference; readonly event: TaskEvent } | undefined {
  const kind = kindByAction.get(notice.action);
  if (kind === undefined) return undefined;
  return {
    task: { studio, taskId: notice.taskId.toLowerCase(), contentCreationType: notice.contentCreationType },
    event: {
      kind,
      source: 'webhook',
      eventId: notice.payloadId,
      happenedAt: notice.happenedAt,
      productCode: notice.productCode,
    },
  };
}
