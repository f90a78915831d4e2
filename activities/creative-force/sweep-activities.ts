import { RemoteCallError, type ListedTask } from '../../clients';
import type {
  EnsureRunning,
  ListingRefusal,
  SweptRowsResult,
  UnlistedRunsResult,
  NotifyUnlisted,
  UnreadableRows,
  CompleteListing,
} from '../../domain/sweep/sweep';
import { runActivity } from '../runtime/run-activity';
import type { NoteTermination } from '../audit/task-entries';
import { getStudio, type Studios } from '../runtime/studios';

/** Starts or signals the workflows of listed tasks, and signals those of tasks that are no longer listed. */
export interface SweepStarter {
  readonly ensureRunning: EnsureRunning;
  readonly notifyUnlisted: NotifyUnlisted;
}

export interface ListingPageResult {
  readonly rows: ListedTask[];
  readonly isLast: boolean;
  /** What leads to the next page, where the listing names it; to be sent with the next request. */
  readonly next?: Readonly<Record<string, string>> | undefined;
  /** Set if the studio's role may not read the listing; then there are no rows. */
  readonly refusal?: ListingRefusal | undefined;
  /** Whether the studio has a second, editorial listing. */
  readonly hasEditorial?: boolean | undefined;
  /** Rows that could not be parsed, which are not among `rows`. */
  readonly unread?: UnreadableRows | undefined;
}

/** A refusal is not a failure, because the worker would log it in every sweep, while the sweep reports it once. */
export async function pageOrRefusal(page: Promise<ListingPageResult>): Promise<ListingPageResult> {
  try {
    return await page;
  } catch (error) {
    if (!(error instanceof RemoteCallError) || error.kind !== 'forbidden') throw error;
    const { endpoint, code } = error;
    return { rows: [], isLast: true, refusal: { endpoint, code: code === undefined ? undefined : String(code) } };
  }
}

/** `noteTermination`: writes it to the audit; absent when that is switched off. */
export function createSweepActivities(starter: SweepStarter, studios: Studios, noteTermination?: NoteTermination) {
  return {
    ensureTasksRun: (request: {
      studio: string;
      rows: readonly ListedTask[];
      /** Ids of events that an earlier sweep has sent. */
      notified: readonly string[];
      /** When these rows were read; Unix milliseconds. */
      readAt?: number | undefined;
    }): Promise<SweptRowsResult> =>
      runActivity(async ({ signal, heartbeat }) => {
        const started: string[] = [];
        const signalled: string[] = [];
        const found: string[] = [];
        const notified: string[] = [];
        const sweep = { notified: new Set(request.notified), readAt: request.readAt };
        const { workspaces } = getStudio(studios, request.studio);
        for (const row of request.rows) {
          signal.throwIfAborted();
          // The webhook receiver applies the same filter.
          if (workspaces !== undefined && !workspaces.includes(row.workspaceId ?? '')) continue;
          const { taskId, contentCreationType, isFlavourGuessed } = row;
          const task = { studio: request.studio, taskId, contentCreationType, isFlavourGuessed };
          const { action, isFound, eventId, terminated } = await starter.ensureRunning(task, row, sweep);
          if (terminated !== undefined) await noteTermination?.(task, terminated);
          if (action === 'start') started.push(row.taskId);
          if (action === 'signal') signalled.push(row.taskId);
          if (isFound === true) found.push(row.taskId);
          if (eventId !== undefined) notified.push(eventId);
          heartbeat({ taskId: row.taskId });
        }
        return { started, signalled, found, notified };
      }),

    /** Signals the runs whose task is missing from the complete listing to read it. */
    notifyUnlisted: (listing: CompleteListing): Promise<UnlistedRunsResult> =>
      runActivity(() => starter.notifyUnlisted(listing)),
  };
}
