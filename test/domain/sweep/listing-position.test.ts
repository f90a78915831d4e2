import { afterPage, listingStart, type ListingPosition } from '../../../domain/sweep/listing-position';

type Page = Parameters<typeof afterPage>[1];

const rows = (...taskIds: string[]): Page['rows'] => taskIds.map((taskId) => ({ taskId }));
const unread = { count: 1, faults: ['$.taskId: expected an id'] };
const after = (...pages: Page[]): ListingPosition => pages.reduce(afterPage, listingStart);

describe('a listing', () => {
  it.each<[string, Page[], ListingPosition['end']]>([
    ['after its last page', [{ rows: rows('a'), isLast: true }], 'complete'],
    ['after a page that is not its last', [{ rows: rows('a'), isLast: false }], undefined],
    ['that gives the same page again', Array<Page>(2).fill({ rows: rows('a', 'b'), isLast: false }), 'complete'],
    [
      'that gives the same page again, in part odd',
      Array<Page>(2).fill({ rows: rows('a'), isLast: false, unread }),
      'complete',
    ],
    ['after an empty page', [{ rows: [], isLast: false }], 'complete'],
    ['after two pages that nobody understands', Array<Page>(2).fill({ rows: [], isLast: false, unread }), undefined],
    ['after three pages that nobody understands', Array<Page>(3).fill({ rows: [], isLast: false, unread }), 'given up'],
    [
      'after many of them between others',
      ['a', 'b', 'c'].flatMap((id) => [
        { rows: [], isLast: false, unread },
        { rows: rows(id), isLast: false },
      ]),
      undefined,
    ],
    ['that never ends', Array.from({ length: 200 }, (_, at) => ({ rows: rows(`${at}`), isLast: false })), 'given up'],
  ])('%s', (_, pages, end) => {
    expect(after(...pages).end).toBe(end);
  });

  it('goes on with the next page, by what the page before has named', () => {
    const position = after({ rows: rows('a'), isLast: false, next: { cursor: 'x' } });
    expect(position).toMatchObject({ pageNumber: 2, next: { cursor: 'x' }, seen: new Set(['a']) });
  });
});
