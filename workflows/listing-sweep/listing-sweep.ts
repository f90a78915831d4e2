import { log, setCurrentDetails, upsertSearchAttributes, workflowInfo } from '@temporalio/workflow';

import { pluralise, summariseList } from '../../domain/shared/text';
import {
  listingRefusalSentence,
  previousRowFaults,
  previousSweepWarning,
  previouslyNotified,
} from '../../domain/sweep/previous-sweep';
import type { ListingRefusal, SweepResult, SweepWarning } from '../../domain/sweep/sweep';
import type { ListingSweepInput } from './messages';
import { gatewayRead, sweepActivity } from '../activity-options';
import { searchAttributes } from '../search-attributes';

/** More pages than any studio has open tasks for; a listing that never ends is a fault of the other side. */
const MOST_PAGES = 200;
/** Faults that a result remembers; what comes after them would be told again. */
const MOST_FAULTS = 20;

/** What a sweep has seen and done so far. */
interface Sweeping {
  readonly studio: string;
  readonly seen: Set<string>;
  readonly started: string[];
  /** Of those started, the ones that no webhook had brought. */
  readonly found: string[];
  readonly signalled: string[];
  /** What was told, by this sweep and by those before it. */
  readonly told: Set<string>;
  readonly toldBefore: readonly string[];
  unread: number;
  readonly faults: Set<string>;
}

/**
 * Pages a studio's listing and starts what is missing, because webhooks can be lost
 * (docs/reference/creative-force.md#webhook-delivery); then tells what is under way here and no longer listed to look.
 * One request an activity, so that the gateway's queue keeps the budget. A listing that may not be read is a warning,
 * not a failure.
 */
export async function listingSweep({ studio }: ListingSweepInput): Promise<SweepResult> {
  const readFrom = Date.now();
  const toldBefore = previouslyNotified(workflowInfo().lastResult);
  const sweep: Sweeping = {
    studio,
    seen: new Set(),
    started: [],
    found: [],
    signalled: [],
    told: new Set(),
    toldBefore,
    unread: 0,
    faults: new Set(),
  };
  const listing = await readListing(sweep);
  const editorial = listing.hasEditorial ? await readListing(sweep, 'editorial') : undefined;
  const warning = warnOnce(studio, listing.refusal ?? editorial?.refusal);
  const { seen, started, found, signalled, told } = sweep;
  const isWhole = listing.isWhole && editorial?.isWhole !== false;
  const unlisted = isWhole ? await tellUnlisted(sweep, readFrom) : [];
  const unread = tellUnreadOnce(sweep);
  const result: SweepResult = {
    listed: seen.size,
    started,
    signalled,
    ...(found.length > 0 && { found }),
    ...(unlisted.length > 0 && { unlisted }),
    ...(unread && { unread }),
    ...(told.size > 0 && { told: [...told] }),
    ...(warning && { warning }),
  };
  if (warning === undefined) setCurrentDetails(summary(result));
  return result;
}

/** Reads one listing; says whether it may be read, was read to its end, and whether the studio has another one. */
async function readListing(
  sweep: Sweeping,
  flavour?: 'editorial',
): Promise<{ refusal: ListingRefusal | undefined; hasEditorial: boolean; isWhole: boolean }> {
  const { studio, seen, started, found, signalled, told, toldBefore } = sweep;
  let hasEditorial = false;
  const what = flavour === undefined ? 'open tasks' : 'open editorial tasks';
  for (let pageNumber = 1; pageNumber <= MOST_PAGES; pageNumber++) {
    const page = await gatewayRead(studio, `List ${what}, page ${pageNumber}`, 'sweep').listTasks({
      studio,
      pageNumber,
      ...(flavour && { flavour }),
    });
    hasEditorial = page.hasEditorial ?? false;
    if (page.refusal !== undefined) return { refusal: page.refusal, hasEditorial, isWhole: false };
    sweep.unread += page.unread?.count ?? 0;
    for (const fault of page.unread?.faults ?? []) sweep.faults.add(fault);
    // A listing that does not page at all would give the same rows for ever.
    const fresh = page.rows.filter(({ taskId }) => !seen.has(taskId));
    for (const { taskId } of fresh) seen.add(taskId);
    if (fresh.length > 0) {
      const done = await sweepActivity(`Start what is missing of ${pluralise(fresh.length, 'task')}`).ensureTasksRun({
        studio,
        rows: fresh,
        told: toldBefore,
      });
      started.push(...done.started);
      signalled.push(...done.signalled);
      found.push(...done.found);
      for (const eventId of done.told) told.add(eventId);
    }
    if (page.isLast || fresh.length === 0) return { refusal: undefined, hasEditorial, isWhole: true };
  }
  return { refusal: undefined, hasEditorial, isWhole: false };
}

/**
 * Tells runs to look whose task is gone from the listing: bypassed, deleted, given away, or finished by somebody else.
 */
async function tellUnlisted(
  { studio, seen, told, toldBefore }: Sweeping,
  readFrom: number,
): Promise<readonly string[]> {
  const done = await sweepActivity('Look after tasks that are no longer listed').tellUnlisted({
    studio,
    taskIds: [...seen],
    told: toldBefore,
    readFrom,
  });
  for (const eventId of done.told) told.add(eventId);
  return done.unlisted;
}

/** Rows that nobody understands are left out and counted; each fault of theirs is logged when it is new. */
function tellUnreadOnce({ studio, unread, faults }: Sweeping): SweepResult['unread'] {
  const before = previousRowFaults(workflowInfo().lastResult);
  const news = [...faults].filter((fault) => !before.includes(fault));
  if (news.length > 0) {
    log.warn(
      `${pluralise(unread, 'row')} of ${studio}’s listing could not be understood, and so ${unread === 1 ? 'its task is' : 'their tasks are'} ` +
        `not found by the sweep: ${summariseList(news, '; ')}. Report this to whoever maintains extpost.`,
      { studio },
    );
  }
  return unread === 0 ? undefined : { count: unread, faults: [...faults].slice(0, MOST_FAULTS) };
}

/** What the sweep's own page in the Web UI shows. */
function summary({ listed: count, started, found = [], signalled, unlisted = [], unread }: SweepResult): string {
  return [
    `${pluralise(count, 'open task')} listed, ${started.length} started.`,
    ...(found.length > 0 ? [`No webhook had brought ${summariseList(found)}.`] : []),
    ...(signalled.length > 0 ? [`Told of a rejection: ${summariseList(signalled)}.`] : []),
    ...(unlisted.length > 0 ? [`No longer listed, and told to look: ${summariseList(unlisted)}.`] : []),
    ...(unread
      ? [`${pluralise(unread.count, 'row')} could not be understood: ${summariseList(unread.faults, '; ')}.`]
      : []),
  ].join('\n\n');
}

/**
 * Tells a change once, however many sweeps see it: Temporal hands each sweep of the schedule the result of the one
 * before, so what was said survives every restart. The warning stands on each sweep's own page in the Web UI.
 */
function warnOnce(studio: string, refusal: ListingRefusal | undefined): SweepWarning | undefined {
  const before = previousSweepWarning(workflowInfo().lastResult);
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
