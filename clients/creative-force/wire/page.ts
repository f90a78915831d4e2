import { z } from 'zod';

import { isErrorKey } from '../../http/error-body';
import { isKeyedById, listNames, toList } from '../../lists';
import { madeOnce } from '../../made-once';
import { isRecord, type Fields } from '../../record';
import { addIssues, flag, integer } from '../../wire-values';
import { nextPageNames, nextPageOf, type NextPage } from './next-page';

export interface Page<T> {
  readonly rows: T[];
  readonly pageSize?: number | undefined;
  readonly totalItemsCount?: number | undefined;
  /** Whether another page follows, when the answer says so. */
  readonly hasNext?: boolean | undefined;
  /** What leads to the next page, where the answer names it. */
  readonly next?: NextPage | undefined;
}

const infoNames = ['pageInfo', 'paging', 'pagination', 'meta', 'page'] as const;
const totalNames = ['totalItemsCount', 'totalCount', 'totalItems', 'totalElements', 'totalRecords', 'total'] as const;
const numberNames = ['pageNumber', 'currentPage', 'page'] as const;
const offsetNames = ['offset', 'skip', 'startIndex'] as const;

const sizeNames = ['pageSize', 'perPage', 'size'] as const;
const pageCountNames = ['totalPages', 'pageCount'] as const;
const followedNames = ['hasNextPage', 'hasNext', 'hasMore'] as const;
const lastNames = ['isLastPage', 'isLast', 'last'] as const;

const pagingNames: ReadonlySet<string> = new Set([
  ...[...listNames, ...infoNames, ...totalNames, ...numberNames, ...offsetNames, ...sizeNames, ...pageCountNames],
  ...[...followedNames, ...lastNames, ...nextPageNames],
]);
const pagingPlaces: ReadonlySet<string> = new Set(['$', ...[...listNames, ...infoNames].map((name) => `$.${name}`)]);

/** Whether a field is one of many by which a page says the same, so that its absence says nothing. `place`: a JSON path. */
export function isPagingField(place: string, name: string): boolean {
  return pagingPlaces.has(place) && pagingNames.has(name);
}

const pageInfoSchema = z.object({
  pageNumber: integer,
  pageSize: integer,
  totalItemsCount: integer,
  totalPages: integer,
  hasNextPage: flag,
});

/** A page object or a bare list (docs/reference/creative-force.md#paging); without a body it is an empty list. */
export function pageSchema<T>(row: z.ZodType<T>): z.ZodType<Page<T>> {
  return pageOf(row) as z.ZodType<Page<T>>;
}

const pageOf = madeOnce((row: z.ZodType) => pageOfRows(row));

function pageOfRows<T>(row: z.ZodType<T>) {
  // Where something does not exist, some lists have null in its place.
  const rowsOf = (value: unknown): unknown =>
    Array.isArray(value) ? value.filter((one) => one !== null) : (value ?? []);
  const bareList = z.preprocess(rowsOf, z.array(row)).transform((rows): Page<T> => ({ rows }));
  const page = z
    .object({
      pageInfo: pageInfoSchema.nullish(),
      pageData: z.preprocess((value) => (value === undefined ? value : rowsOf(value)), z.array(row)),
    })
    .transform(({ pageInfo, pageData }): Page<T> => {
      const { pageSize, totalItemsCount, totalPages, pageNumber, hasNextPage } = pageInfo ?? {};
      const isCounted = totalPages !== undefined && pageNumber !== undefined;
      return {
        rows: pageData,
        pageSize,
        totalItemsCount,
        hasNext: hasNextPage ?? (isCounted ? pageNumber < totalPages : undefined),
      };
    });
  return z.unknown().transform((value, context): Page<T> => {
    const body = isRecord(value) ? withoutInnerPage(value) : (value ?? []);
    // Not a union, because its issues would lose the path of the value.
    const parsed = (Array.isArray(body) ? bareList : page).safeParse(Array.isArray(body) ? body : toPage(body));
    if (parsed.success) return withNextPage(parsed.data, body);
    addIssues(context, parsed.error.issues);
    return z.NEVER;
  });
}

/** A page that stands in another object, beside what that tells: its own paging counts. */
function withoutInnerPage(fields: Fields): Fields {
  if (listNames.some((name) => Array.isArray(fields[name]))) return fields;
  const name = listNames.find((one) => isPage(fields[one]));
  if (name === undefined) return fields;
  const { [name]: inner, ...others } = fields;
  return withoutInnerPage({ ...others, ...(inner as object) });
}

function isPage(value: unknown): boolean {
  return isRecord(value) && !isKeyedById(value) && Object.keys(value).length > 0 && Array.isArray(toList(value));
}

function withNextPage<T>(page: Page<T>, body: object): Page<T> {
  const fields = body as Fields;
  const infos = infoNames.flatMap((name) => (isRecord(fields[name]) ? [fields[name]] : []));
  const next = Array.isArray(body)
    ? undefined
    : (nextPageOf(fields, ...infos) ?? nextOffsetOf(page, [fields, ...infos]));
  if (next === undefined) return page;
  return { ...page, hasNext: page.hasNext ?? next !== null, ...(next !== null && { next }) };
}

/** What follows a page that says at which row it begins, and of how many; not of one that says its number, too. */
function nextOffsetOf(
  { rows, totalItemsCount }: Page<unknown>,
  sources: readonly Fields[],
): NextPage | null | undefined {
  const isNumbered = sources.some((fields) =>
    numberNames.some((name) => integer.safeParse(fields[name]).data !== undefined),
  );
  if (isNumbered) return undefined;
  const said = sources.flatMap((fields) =>
    offsetNames.map((name) => ({ name, begin: integer.safeParse(fields[name]).data })),
  );
  const found = said.find(({ begin }) => begin !== undefined);
  if (found?.begin === undefined || totalItemsCount === undefined) return undefined;
  const end = found.begin + rows.length;
  return end < totalItemsCount && rows.length > 0 ? { [found.name]: String(end) } : null;
}

/** A page under the documented names; a body that has them stays as it is. */
function toPage(body: object): unknown {
  const fields = body as Fields;
  const isDocumented = Object.hasOwn(fields, 'pageData');
  if (isDocumented && Object.hasOwn(fields, 'pageInfo')) return body;
  const listName = isDocumented ? 'pageData' : findListName(fields);
  if (listName === undefined) {
    // An empty object says nothing of a list: an error page, or another service, answers like that.
    const rows = Object.keys(fields).length === 0 ? body : toList(fields);
    return Array.isArray(rows) ? { pageData: rows as unknown[] } : body;
  }
  const infoName = infoNames.find((name) => Object.hasOwn(fields, name) && typeof fields[name] === 'object');
  const info = (infoName === undefined ? fields : (fields[infoName] ?? {})) as Fields;
  const first = (...names: readonly string[]) => names.map((name) => info[name]).find((value) => value !== undefined);
  return {
    pageData: toList(fields[listName]),
    pageInfo: {
      pageNumber: first(...numberNames),
      pageSize: first(...sizeNames),
      totalItemsCount: first(...totalNames),
      totalPages: first(...pageCountNames),
      hasNextPage: first(...followedNames) ?? opposite(first(...lastNames)),
    },
  };
}

function opposite(said: unknown): boolean | undefined {
  return typeof said === 'boolean' ? !said : undefined;
}

/** A list under a known name, or else the only one. */
function findListName(fields: Fields): string | undefined {
  const known = listNames.find((name) => Object.hasOwn(fields, name) && Array.isArray(toList(fields[name])));
  if (known !== undefined) return known;
  const lists = Object.keys(fields).filter((name) => Array.isArray(fields[name]));
  const [only, ...others] = lists.filter((name) => name !== 'links' && !isErrorKey(name));
  return others.length === 0 ? only : undefined;
}

/** Whether a page says that more rows follow; `rows`: how many are known by now. Its own word counts more than its total. */
export function isFollowed({ hasNext, totalItemsCount }: Page<unknown>, rows: number): boolean {
  return hasNext ?? (totalItemsCount !== undefined && totalItemsCount > rows);
}

/** The result of a bulk read (docs/reference/creative-force.md#bulk-reads). */
export interface BulkRead<T> {
  readonly found: T[];
  /** Ids that were asked for and not returned: in lower case, in the order asked. */
  readonly missing: string[];
}

/** Pairs ids asked for, each once and in any letter case, with the rows returned; other rows are left out. */
export function toBulkRead<T>(rows: readonly T[], requested: readonly string[], idOf: (row: T) => string): BulkRead<T> {
  const byId = new Map(rows.map((row) => [idOf(row).toLowerCase(), row]));
  const ids = [...new Set(requested.map((id) => id.toLowerCase()))];
  return {
    found: ids.flatMap((id) => byId.get(id) ?? []),
    missing: ids.filter((id) => !byId.has(id)),
  };
}
