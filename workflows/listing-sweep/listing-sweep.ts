import { log, setCurrentDetails, upsertSearchAttributes, workflowInfo } from '@temporalio/workflow';

import { pluralise, summariseList } from '../../domain/shared/text';
import { afterPage, listingStart } from '../../domain/sweep/listing-position';
import {
  listingRefusalSentence,
  previousRowFaults,
  previousSweepWarning,
  previouslyNotified,
} from '../../domain/sweep/previous-sweep';
import type { ListingRefusal, SweepResult, SweepWarning, SweptRowsResult } from '../../domain/sweep/sweep';
import type { ListingSweepInput } from './messages';
import { gatewayRead, sweepActivity } from '../activity-options';
import { searchAttributes } from '../search-attributes';

/** Row faults that a result remembers; those after them would be logged again by the next sweep. */
const MAX_FAULTS = 20;

interface SweepProgress extends Pick<SweptRowsResult, 'started' | 'found' | 'signalled' | 'notified'> {
  readonly seen: readonly string[];
  readonly unreadRows: number;
  readonly faults: readonly string[];
}

interface ListingEnd {
  readonly progress: SweepProgress;
  readonly refusal?: ListingRefusal | undefined;
  readonly hasEditorial: boolean;
  readonly isComplete: boolean;
}

/**
 * Pages a studio's listing and starts what is missing, because webhooks can be lost
 * (docs/reference/creative-force.md#webhook-delivery); then signals the runs whose task is no longer listed. One request
 * an activity, so that the gateway's queue keeps the budget. A listing that may not be read is a warning, not a failure.
 */
export async function listingSweep({ studio }: ListingSweepInput): Promise<SweepResult> {
  const readFrom = Date.now();
  const notifiedBefore = previouslyNotified(workflowInfo().lastResult);
  const none: SweepProgress = {
    seen: [],
    started: [],
    found: [],
    signalled: [],
    notified: [],
    unreadRows: 0,
    faults: [],
  };
  const listing = await readListing(studio, none, notifiedBefore);
  const editorial = listing.hasEditorial
    ? await readListing(studio, listing.progress, notifiedBefore, 'editorial')
    : listing;
  const { seen, started, found, signalled, notified, unreadRows, faults } = editorial.progress;
  const warning = warnOnce(studio, listing.refusal ?? editorial.refusal);
  const gone =
    listing.isComplete && editorial.isComplete
      ? await sweepActivity('Check tasks that are no longer listed').notifyUnlisted({
          studio,
          taskIds: [...seen],
          notified: notifiedBefore,
          readFrom,
        })
      : { unlisted: [], notified: [] };
  const allNotified = [...new Set([...notified, ...gone.notified])];
  logNewFaults(studio, unreadRows, faults);
  const result: SweepResult = {
    listed: seen.length,
    started,
    signalled,
    ...(found.length > 0 && { found }),
    ...(gone.unlisted.length > 0 && { unlisted: gone.unlisted }),
    ...(unreadRows > 0 && { unread: { count: unreadRows, faults: faults.slice(0, MAX_FAULTS) } }),
    ...(allNotified.length > 0 && { notified: allNotified }),
    ...(warning && { warning }),
  };
  if (warning === undefined) setCurrentDetails(summary(result));
  return result;
}

async function readListing(
  studio: string,
  before: SweepProgress,
  notifiedBefore: readonly string[],
  flavour?: 'editorial',
): Promise<ListingEnd> {
  let progress = before;
  let hasEditorial = false;
  let position = listingStart;
  const what = flavour === undefined ? 'open tasks' : 'open editorial tasks';
  while (position.end === undefined) {
    const { pageNumber, next } = position;
    const request = { studio, pageNumber, ...(flavour && { flavour }), ...(next && { next }) };
    const readAt = Date.now();
    const page = await gatewayRead(studio, `List ${what}, page ${pageNumber}`, 'sweep').listTasks(request);
    hasEditorial = page.hasEditorial ?? false;
    if (page.refusal !== undefined) return { progress, refusal: page.refusal, hasEditorial, isComplete: false };
    position = afterPage(position, page);
    const { count = 0, faults = [] } = page.unread ?? {};
    // The other listing may have some, too.
    const rows = page.rows.filter(({ taskId }) => !progress.seen.includes(taskId));
    progress = {
      ...progress,
      seen: [...progress.seen, ...new Set(rows.map(({ taskId }) => taskId))],
      unreadRows: progress.unreadRows + count,
      faults: [...new Set([...progress.faults, ...faults])],
    };
    if (rows.length > 0) {
      const summary = `Start the missing ones of ${pluralise(rows.length, 'task')}`;
      const done = await sweepActivity(summary).ensureTasksRun({
        studio,
        rows,
        notified: notifiedBefore,
        readAt,
      });
      progress = {
        ...progress,
        started: [...progress.started, ...done.started],
        found: [...progress.found, ...done.found],
        signalled: [...progress.signalled, ...done.signalled],
        notified: [...progress.notified, ...done.notified],
      };
    }
  }
  return { progress, hasEditorial, isComplete: position.end === 'complete' };
}

/** Rows that cannot be understood are left out and counted; each of their faults is logged when it is new. */
function logNewFaults(studio: string, unreadRows: number, faults: readonly string[]): void {
  const before = previousRowFaults(workflowInfo().lastResult);
  const news = faults.filter((fault) => !before.includes(fault));
  if (news.length === 0) return;
  log.warn(
    `${pluralise(unreadRows, 'row')} of ${studio}’s listing could not be understood, and so ${unreadRows === 1 ? 'its task is' : 'their tasks are'} ` +
      `not found by the sweep: ${summariseList(news, '; ')}. Report this to the maintainers of extpost.`,
    { studio },
  );
}

/** What the sweep's own page in the Web UI shows. */
function summary({ listed: count, started, found = [], signalled, unlisted = [], unread }: SweepResult): string {
  return [
    `${pluralise(count, 'open task')} listed, ${started.length} started.`,
    ...(found.length > 0 ? [`Found without a webhook: ${summariseList(found)}.`] : []),
    ...(signalled.length > 0 ? [`Notified of a change in the listing: ${summariseList(signalled)}.`] : []),
    ...(unlisted.length > 0 ? [`No longer listed, signalled: ${summariseList(unlisted)}.`] : []),
    ...(unread
      ? [`${pluralise(unread.count, 'row')} could not be understood: ${summariseList(unread.faults, '; ')}.`]
      : []),
  ].join('\n\n');
}

/** Tells a change once: each sweep of a schedule gets the result of the one before, so this survives restarts. */
function warnOnce(studio: string, refusal: ListingRefusal | undefined): SweepWarning | undefined {
  const before = previousSweepWarning(workflowInfo().lastResult);
  if (refusal === undefined) {
    if (before !== undefined) log.info(`${studio} allows extpost to read its listing of open tasks again.`, { studio });
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
