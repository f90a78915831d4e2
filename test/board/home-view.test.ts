import { homeAddress, homeView } from '../../board/overview/home-view';
import { NOW, taskSummary as row } from './board-facts';

describe('the list of what waits', () => {
  it('shows what is due first at the top, and what has no deadline at the end', () => {
    const rows = [
      row({ title: 'none' }),
      row({ title: 'later', due: '2026-11-30T12:00:00.000Z' }),
      row({ title: 'late', due: '2026-11-29T08:00:00.000Z' }),
    ];
    expect(homeView(rows, { page: 1 }, NOW).rows.map(({ title }) => title)).toEqual(['late', 'later', 'none']);
  });

  it('shows of two with the same deadline the one that has waited longer at the top', () => {
    const rows = [row({ title: 'new' }), row({ title: 'old', stageSince: '2026-11-29T10:00:00.000Z' })];
    expect(homeView(rows, { page: 1 }, NOW).rows.map(({ title }) => title)).toEqual(['old', 'new']);
  });

  it('says which are late, and counts them', () => {
    const rows = [row({ due: '2026-11-29T11:59:59.000Z' }), row({ due: '2026-11-29T12:00:01.000Z' })];
    const view = homeView(rows, { page: 1 }, NOW);
    expect([view.lateCount, view.rows.map(({ isLate }) => isLate)]).toEqual([1, [true, false]]);
  });

  it.each([
    ['studio', { studio: 'nordlicht' }, ['b']],
    ['cause', { cause: 'rejected' }, ['c']],
    ['stage', { stage: 'Rejected' }, ['c']],
    ['studio and cause', { studio: 'acme', cause: 'ambiguous' }, ['a']],
    ['nothing that there is', { cause: 'video' }, []],
  ])('is narrowed by %s', (_what, filter, titles) => {
    const rows = [
      row({ title: 'a' }),
      row({ title: 'b', studio: 'nordlicht' }),
      row({ title: 'c', cause: 'rejected', stage: 'Rejected' }),
    ];
    const view = homeView(rows, { ...filter, page: 1 }, NOW);
    expect([view.found, view.rows.map(({ title }) => title)]).toEqual([titles.length, titles]);
  });

  it('offers each filter with the count that the other filters leave', () => {
    const rows = [row(), row({ studio: 'nordlicht' }), row({ studio: 'nordlicht', cause: 'video' })];
    const { filters } = homeView(rows, { cause: 'ambiguous', page: 1 }, NOW);
    expect(filters.studio.map(({ value, count }) => [value, count])).toEqual([
      ['acme', 1],
      ['nordlicht', 1],
    ]);
    expect(filters.cause.map(({ value, count, isChosen }) => [value, count, isChosen])).toEqual([
      ['ambiguous', 2, true],
      ['video', 1, false],
    ]);
  });

  it('names the cause in words, and an unknown one as it is', () => {
    const view = homeView([row(), row({ cause: 'new cause', due: '2026-12-01T00:00:00Z' })], { page: 1 }, NOW);
    expect(view.rows.map(({ why }) => why)).toEqual(['new cause', 'Several creatives match']);
  });

  it('has pages, whose addresses keep the filters', () => {
    const rows = Array.from({ length: 120 }, () => row());
    const view = homeView(rows, { studio: 'acme', page: 2 }, NOW);
    expect([view.rows.length, view.pageCount, view.previous, view.next]).toEqual([
      50,
      3,
      '/?studio=acme',
      '/?studio=acme&page=3',
    ]);
  });

  it('shows the last page where a later one is asked for', () => {
    expect(homeView([row()], { page: 9 }, NOW)).toMatchObject({ page: 1, rows: [{ title: 'SKU-1 Wool coat' }] });
  });

  it('shows a task that was not read yet by the beginning of its id', () => {
    const view = homeView([row({ title: undefined, product: undefined, flavour: undefined })], { page: 1 }, NOW);
    expect(view.rows).toMatchObject([{ title: '0a1b2c3d', flavour: '' }]);
  });
});

describe('the address of the home page', () => {
  it.each([
    [{ page: 1 }, '/'],
    [{ cause: 'no creative', page: 1 }, '/?cause=no+creative'],
    [{ studio: 'a&b', page: 3 }, '/?studio=a%26b&page=3'],
  ])('of %j is %s', (filter, address) => {
    expect(homeAddress(filter)).toBe(address);
  });
});
