import type { UnreadableRows } from './sweep';

/** More pages than any studio has open tasks for, in case a listing never ends. */
const MAX_PAGES = 200;
/** Pages in a row of which no row can be understood: a listing that does not page would give the same one for ever. */
const MAX_UNREADABLE_PAGES = 3;

/** How far a listing has been read, page by page. */
export interface ListingPosition {
  /** Of the page to be read next, from 1. */
  readonly pageNumber: number;
  /** What leads to it, where the page before has named that. */
  readonly next?: Readonly<Record<string, string>> | undefined;
  /** The ids of the tasks so far. */
  readonly seen: ReadonlySet<string>;
  readonly unreadablePages: number;
  /** Absent as long as there is more to be read; `given up`: it was not read to its end. */
  readonly end?: 'complete' | 'given up' | undefined;
}

interface ReadPage {
  readonly rows: readonly { readonly taskId: string }[];
  readonly isLast: boolean;
  readonly next?: Readonly<Record<string, string>> | undefined;
  readonly unread?: UnreadableRows | undefined;
}

export const listingStart: ListingPosition = { pageNumber: 1, seen: new Set(), unreadablePages: 0 };

/** Where a listing goes on after the page at this position. One that does not page gives the same rows again, and then is complete. */
export function afterPage(position: ListingPosition, { rows, isLast, next, unread }: ReadPage): ListingPosition {
  const ids = rows.map(({ taskId }) => taskId);
  const isUnreadable = ids.length === 0 && unread !== undefined;
  const unreadablePages = isUnreadable ? position.unreadablePages + 1 : 0;
  const isRepeated = !isUnreadable && ids.every((id) => position.seen.has(id));
  const isGivenUp = unreadablePages === MAX_UNREADABLE_PAGES || position.pageNumber === MAX_PAGES;
  return {
    pageNumber: position.pageNumber + 1,
    next,
    seen: new Set([...position.seen, ...ids]),
    unreadablePages,
    end: isLast || isRepeated ? 'complete' : isGivenUp ? 'given up' : undefined,
  };
}
