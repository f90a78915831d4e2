import { log, setCurrentDetails, upsertSearchAttributes, workflowInfo } from '@temporalio/workflow';

import {
  listingRefusalSentence,
  warningOfLastSweep,
  type ListingRefusal,
  type SweepResult,
  type SweepWarning,
} from '../domain/sweep';
import { counted } from '../domain/words';
import type { ListingSweepInput } from './messages';
import { gatewayRead, sweeping } from './profiles';
import { searchAttributes } from './search-attributes';

/** More pages than any studio has open tasks for; a listing that never ends is a fault of the other side. */
const MOST_PAGES = 200;

/** What a sweep has seen and done so far. */
interface Sweeping {
  readonly studio: string;
  readonly seen: Set<string>;
  readonly started: string[];
  readonly signalled: string[];
}

/**
 * Pages a studio's listing and starts what is missing, because webhooks can be lost (creative-force.md §7.5). One request
 * an activity, so that the gateway's queue keeps the budget. A listing that may not be read is a warning, not a failure.
 */
export async function listingSweep({ studio }: ListingSweepInput): Promise<SweepResult> {
  const sweep: Sweeping = { studio, seen: new Set(), started: [], signalled: [] };
  const listing = await readListing(sweep);
  const editorial = listing.hasEditorial ? await readListing(sweep, 'editorial') : undefined;
  const warning = warnOnce(studio, listing.refusal ?? editorial?.refusal);
  const { seen, started, signalled } = sweep;
  return { listed: seen.size, started, signalled, ...(warning && { warning }) };
}

/** Reads one listing to its end; says whether it may be read, and whether the studio has another one. */
async function readListing(
  { studio, seen, started, signalled }: Sweeping,
  flavour?: 'editorial',
): Promise<{ refusal: ListingRefusal | undefined; hasEditorial: boolean }> {
  let hasEditorial = false;
  const what = flavour === undefined ? 'open tasks' : 'open editorial tasks';
  for (let pageNumber = 1; pageNumber <= MOST_PAGES; pageNumber++) {
    const page = await gatewayRead(studio, `List ${what}, page ${pageNumber}`, 'sweep').listTasks({
      studio,
      pageNumber,
      ...(flavour && { flavour }),
    });
    hasEditorial = page.hasEditorial ?? false;
    if (page.refusal !== undefined) return { refusal: page.refusal, hasEditorial };
    // A listing that does not page at all would give the same rows for ever.
    const fresh = page.rows.filter(({ taskId }) => !seen.has(taskId));
    for (const { taskId } of fresh) seen.add(taskId);
    if (fresh.length > 0) {
      const done = await sweeping(`Start what is missing of ${counted(fresh.length, 'task')}`).ensureTasksRun({
        studio,
        rows: fresh,
      });
      started.push(...done.started);
      signalled.push(...done.signalled);
    }
    if (page.isLast || fresh.length === 0) break;
  }
  return { refusal: undefined, hasEditorial };
}

/**
 * Tells a change once, however many sweeps see it: Temporal hands each sweep of the schedule the result of the one before,
 * so what was said survives every restart. The warning stands on each sweep's own page in the Web UI.
 */
function warnOnce(studio: string, refusal: ListingRefusal | undefined): SweepWarning | undefined {
  const before = warningOfLastSweep(workflowInfo().lastResult);
  if (refusal === undefined) {
    if (before !== undefined) log.info(`${studio} lets extpost read its listing of open tasks again.`, { studio });
    return undefined;
  }
  const sentence = listingRefusalSentence(studio, refusal);
  const isNews = before?.sentence !== sentence;
  if (isNews) log.warn(sentence, { studio });
  const since = isNews ? new Date().toISOString() : before.since;
  setCurrentDetails(`**Warning** (since ${since}): ${sentence}`);
  upsertSearchAttributes([{ key: searchAttributes.cause, value: 'permission missing' }]);
  return { sentence, since };
}
