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
import { getStudio, type Studios } from '../runtime/studios';

/** Starts a task's workflow, or signals it, when the listing shows that it is missing; says what it did. */
export interface SweepStarter {
  readonly ensureRunning: EnsureRunning;
  readonly notifyUnlisted: NotifyUnlisted;
}

/** One page of a studio's listing. */
export interface ListingPage {
  readonly rows: ListedTask[];
  readonly isLast: boolean;
  /** Set, and no rows, when the studio's role may not read the listing. */
  readonly refusal?: ListingRefusal | undefined;
  /** This studio has a second, editorial listing to be read after it. */
  readonly hasEditorial?: boolean | undefined;
  /** Rows that could not be understood, and so are not among `rows`. */
  readonly unread?: UnreadableRows | undefined;
}

/**
 * A page, or the word that the role may not read it. Not a failure: the worker would log it at every turn of the sweep,
 * while the sweep itself says it once.
 */
export async function pageOrRefusal(page: Promise<ListingPage>): Promise<ListingPage> {
  try {
    return await page;
  } catch (error) {
    if (!(error instanceof RemoteCallError) || error.kind !== 'forbidden') throw error;
    const { endpoint, code } = error;
    return { rows: [], isLast: true, refusal: { endpoint, code: code === undefined ? undefined : String(code) } };
  }
}

/** The sweep's second half: what the listing shows is compared with what runs here. */
export function createSweepActivities(ensurer: SweepStarter, studios: Studios) {
  return {
    ensureTasksRun: (request: {
      studio: string;
      rows: readonly ListedTask[];
      /** Ids of events that an earlier sweep has told. */
      told: readonly string[];
    }): Promise<SweptRowsResult> =>
      runActivity(async ({ signal, heartbeat }) => {
        const started: string[] = [];
        const signalled: string[] = [];
        const found: string[] = [];
        const told: string[] = [];
        const toldBefore = new Set(request.told);
        const { workspaces } = getStudio(studios, request.studio);
        for (const row of request.rows) {
          signal.throwIfAborted();
          // As with webhooks: when workspaces are named, only theirs are served.
          if (workspaces !== undefined && !workspaces.includes(row.workspaceId ?? '')) continue;
          const task = { studio: request.studio, taskId: row.taskId, contentCreationType: row.contentCreationType };
          const { action, isFound, eventId } = await ensurer.ensureRunning(task, row, toldBefore);
          if (action === 'start') started.push(row.taskId);
          if (action === 'signal') signalled.push(row.taskId);
          if (isFound === true) found.push(row.taskId);
          if (eventId !== undefined) told.push(eventId);
          heartbeat({ taskId: row.taskId });
        }
        return { started, signalled, found, told };
      }),

    /** Tells runs whose task the whole listing does not name any more to look at it. */
    tellUnlisted: (listing: CompleteListing): Promise<UnlistedRunsResult> =>
      runActivity(() => ensurer.notifyUnlisted(listing)),
  };
}
