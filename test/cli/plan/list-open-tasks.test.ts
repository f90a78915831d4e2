import { listOpenTasks } from '../../../cli/plan/list-open-tasks';
import type { CreativeForceClient, ListedTask, ListingPage } from '../../../clients';
import type { ContentCreationType } from '../../../domain/task/task';

const creativeForceSettings = {
  vendorId: 'a3a3a3a3-0000-4000-8000-000000000000',
  pageSize: 2,
  workspaces: undefined,
};

const row = (taskId: string): ListedTask => ({
  taskId,
  contentCreationType: 'ecom',
  status: 'to do',
  statusText: 'To Do',
});

function open(
  pageOf: (pageNumber: number, flavour: ContentCreationType | undefined) => ListingPage,
  editorialListing = false,
) {
  const asked: number[] = [];
  const studio = {
    name: 'acme',
    settings: { creativeForce: { ...creativeForceSettings, editorialListing } },
    creativeForce: {
      listTasks: ({ pageNumber, flavour }: Parameters<CreativeForceClient['listTasks']>[0]) => {
        asked.push(pageNumber);
        if (asked.length > 300) throw new Error('This never ends.');
        return Promise.resolve(pageOf(pageNumber, flavour));
      },
    },
  };
  return { asked, found: listOpenTasks(studio, new AbortController().signal) };
}

test('all pages are read up to the last one', async () => {
  const { asked, found } = open((number) => ({ rows: [row(`a${number}`), row(`b${number}`)], isLast: number === 3 }));
  expect((await found).tasks.map(({ taskId }) => taskId)).toEqual(['a1', 'b1', 'a2', 'b2', 'a3', 'b3']);
  expect(asked).toEqual([1, 2, 3]);
});

test('a listing that does not page, so that each answer is the same full page, is read twice', async () => {
  const { asked, found } = open(() => ({ rows: [row('a'), row('b')], isLast: false }));
  expect((await found).tasks.map(({ taskId }) => taskId)).toEqual(['a', 'b']);
  expect(asked).toEqual([1, 2]);
});

test('the editorial listing is read on after a page that the other listing has, too', async () => {
  const rows = { ecom: [['a', 'b']], editorial: [['a', 'b'], ['c']] };
  const { found } = open((number, flavour = 'ecom') => {
    const pages = rows[flavour];
    return { rows: (pages[number - 1] ?? []).map(row), isLast: number === pages.length };
  }, true);
  expect((await found).tasks.map(({ taskId }) => taskId)).toEqual(['a', 'b', 'c']);
});

test('a page of rows that cannot be understood ends nothing, but three in a row do', async () => {
  const { asked, found } = open(() => ({ rows: [], isLast: false, unread: { count: 2, faults: ['status: unknown'] } }));
  const { tasks, missing } = await found;
  expect([tasks, asked.length]).toEqual([[], 3]);
  expect(missing).toEqual([
    expect.stringContaining('2 rows on page 1 of the listing could not be understood (status: unknown)'),
    expect.stringContaining('on page 2'),
    expect.stringContaining('on page 3'),
    'The listing was not read to its end, so there may be more tasks.',
  ]);
});
