import { causeInWords } from '../../domain/operator/cause-words';
import { shortId, type TaskSummary } from '../../starters';
import { shownTime } from '../shared/times';
import { coverAddress, taskAddress } from '../../domain/task/board-address';

const PAGE_SIZE = 50;

/** What the home page was asked for; an absent part does not narrow. */
export interface HomeFilter {
  readonly studio?: string | undefined;
  readonly cause?: string | undefined;
  readonly stage?: string | undefined;
  /** From 1. */
  readonly page: number;
}

type FilterKey = 'studio' | 'cause' | 'stage';
const filterKeys: readonly FilterKey[] = ['studio', 'cause', 'stage'];

/** The list of the home page: filtered, the most urgent first, one page of it. `now`: Unix milliseconds. */
export function homeView(waiting: readonly TaskSummary[], filter: HomeFilter, now: number) {
  const fits = (row: TaskSummary, keys: readonly FilterKey[]): boolean =>
    keys.every((key) => filter[key] === undefined || (row[key] ?? '') === filter[key]);
  const found = waiting.filter((row) => fits(row, filterKeys)).sort(byUrgency);
  const pageCount = Math.max(1, Math.ceil(found.length / PAGE_SIZE));
  const page = Math.min(filter.page, pageCount);
  const options = (key: FilterKey) => {
    // What one filter offers depends on the others.
    const rows = waiting.filter((row) =>
      fits(
        row,
        filterKeys.filter((each) => each !== key),
      ),
    );
    return optionsOf(rows, key, filter[key]);
  };
  return {
    rows: found.slice((page - 1) * PAGE_SIZE, page * PAGE_SIZE).map((row) => toRow(row, now)),
    /** How many tasks the filters let through. */
    found: found.length,
    lateCount: found.filter((row) => isLate(row, now)).length,
    page,
    pageCount,
    previous: page > 1 ? homeAddress({ ...filter, page: page - 1 }) : undefined,
    next: page < pageCount ? homeAddress({ ...filter, page: page + 1 }) : undefined,
    filters: { studio: options('studio'), cause: options('cause'), stage: options('stage') },
    isNarrowed: filterKeys.some((key) => filter[key] !== undefined),
  };
}

/** The address of the home page with these filters. */
export function homeAddress({ studio, cause, stage, page }: HomeFilter): string {
  const asked = new URLSearchParams();
  for (const [name, value] of Object.entries({ studio, cause, stage })) if (value !== undefined) asked.set(name, value);
  if (page > 1) asked.set('page', String(page));
  return asked.size === 0 ? '/' : `/?${asked.toString()}`;
}

/** One task that needs somebody. */
function toRow(row: TaskSummary, now: number) {
  const { studio, taskId, title, product, flavour, cause, stage, round, stageSince, due, isTryingAgain } = row;
  return {
    /** Of its link, so that the focus stays on it when the list is refreshed. */
    id: `task-${studio}-${taskId}`,
    address: taskAddress(row),
    picture: coverAddress(row),
    title: title ?? product ?? shortId(taskId),
    studio,
    flavour: flavour ?? '',
    why: cause === undefined ? (stage ?? '') : causeInWords(cause),
    isTryingAgain,
    stage: stage ?? 'Brief',
    round,
    since: shownTime(Date.parse(stageSince), now),
    due: due === undefined ? undefined : shownTime(Date.parse(due), now),
    isLate: isLate(row, now),
  };
}

function isLate({ due }: TaskSummary, now: number): boolean {
  return due !== undefined && Date.parse(due) < now;
}

/** What is due first comes first, then what has waited longest; what has no deadline comes last. */
function byUrgency(one: TaskSummary, other: TaskSummary): number {
  const dueOf = ({ due }: TaskSummary): number => (due === undefined ? Infinity : Date.parse(due));
  const sinceOf = ({ stageSince }: TaskSummary): number => Date.parse(stageSince);
  const [a, b] = [dueOf(one), dueOf(other)];
  return a === b ? sinceOf(one) - sinceOf(other) : a - b;
}

/** The choices of a filter with how many tasks each would show. */
function optionsOf(rows: readonly TaskSummary[], key: FilterKey, chosen: string | undefined) {
  const counts = new Map<string, number>(chosen === undefined ? [] : [[chosen, 0]]);
  for (const row of rows) {
    const value = row[key];
    if (value !== undefined) counts.set(value, (counts.get(value) ?? 0) + 1);
  }
  return [...counts]
    .map(([value, count]) => ({
      value,
      text: key === 'cause' ? causeInWords(value) : value,
      count,
      isChosen: value === chosen,
    }))
    .sort((one, other) => other.count - one.count || one.text.localeCompare(other.text));
}
