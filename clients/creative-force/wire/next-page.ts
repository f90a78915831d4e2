import { type Fields, isRecord } from '../../record';

/** Query parameters that lead from one page to the next. */
export type NextPage = Readonly<Record<string, string>>;

/** Fields that name the next page, with the query parameter that it is asked for by. */
const markers: Readonly<Record<string, string>> = {
  nextPage: 'pageNumber',
  nextPageNumber: 'pageNumber',
  nextCursor: 'cursor',
  nextPageToken: 'pageToken',
  nextPageCursor: 'cursor',
  continuationToken: 'continuationToken',
  nextContinuationToken: 'continuationToken',
  nextToken: 'nextToken',
  nextOffset: 'offset',
  nextSkip: 'skip',
  next: 'cursor',
  nextLink: 'cursor',
  nextUrl: 'cursor',
  nextPageUrl: 'cursor',
  '@odata.nextLink': 'cursor',
};
const linkGroups = ['links', '_links'] as const;

/** All names by which a page can say what follows it. */
export const nextPageNames: readonly string[] = [...Object.keys(markers), ...linkGroups];

/**
 * What a page says of the page after it, in the body or in the object about its paging: an address, a number or a cursor.
 * `null`: it says that there is none. `undefined`: it says nothing.
 */
export function nextPageOf(...sources: readonly Fields[]): NextPage | null | undefined {
  const all = sources.flatMap((fields) => [fields, ...linkGroups.flatMap((name) => asFields(fields[name]))]);
  const said: { value: unknown; parameter: string }[] = all.flatMap((fields) =>
    Object.entries(markers).flatMap(([name, parameter]) =>
      Object.hasOwn(fields, name) ? [{ value: fields[name], parameter }] : [],
    ),
  );
  const found = said.map(({ value, parameter }) => toParameters(value, parameter)).find((next) => next !== undefined);
  return found ?? (said.length > 0 ? null : undefined);
}

/** The same of a `Link` header (RFC 8288), whose relation is `next`. */
export function nextPageOfHeader(link: string | readonly string[] | undefined): NextPage | undefined {
  for (const part of [link ?? []]
    .flat()
    .join(', ')
    .slice(0, LONGEST)
    .split(/,(?= ?<)/)) {
    const [address = '', ...parameters] = part.split('>').flatMap((piece, at) => (at === 0 ? piece : piece.split(';')));
    if (parameters.some(isRelationNext)) return queryOf(address.trim().slice(1));
  }
  return undefined;
}

/** A parameter such as `rel="next"`, which may have several relations. */
function isRelationNext(parameter: string): boolean {
  const [name = '', value = ''] = parameter.split('=').map((side) => side.trim().toLowerCase());
  return name === 'rel' && value.replaceAll('"', '').split(' ').includes('next');
}

const LONGEST = 10_000;

function toParameters(value: unknown, parameter: string): NextPage | undefined {
  if (typeof value === 'number') return { [parameter === 'cursor' ? 'pageNumber' : parameter]: String(value) };
  const text = asFields(value)[0]?.['href'] ?? value;
  if (typeof text !== 'string' || text.trim() === '' || text.length > LONGEST) return undefined;
  return /^https?:|^[/?]/i.test(text) ? queryOf(text) : { [parameter]: text };
}

/** Only the query of an address is used: a request never goes to a host or path that an answer names. */
function queryOf(address: string): NextPage | undefined {
  const base = 'http://gateway.invalid';
  const query = URL.canParse(address, base) ? [...new URL(address, base).searchParams] : [];
  return query.length === 0 ? undefined : Object.fromEntries(query);
}

function asFields(value: unknown): Fields[] {
  return isRecord(value) ? [value] : [];
}
