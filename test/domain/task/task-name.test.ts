import { mayBeTaskId, taskIdInAddress, tasksNamed } from '../../../domain/task/task-name';

const linen = { taskId: '1234abcd-1111-4222-8333-944445555666', product: 'SKU-1', title: 'SKU-1 Linen shirt' };
const silk = { taskId: '1234ffff-1111-4222-8333-944445555666', product: 'SKU-2', title: 'SKU-2 Silk shirt' };
const bare = { taskId: 'sku-1-of-last-year' };
const numbered = { taskId: '48347203' };
const tasks = [linen, silk, bare, numbered];

describe('the tasks that a name fits', () => {
  it.each([
    ['a task id', linen.taskId.toUpperCase(), [linen]],
    ['the beginning of an id', '1234a', [linen]],
    ['the beginning of several ids', '1234', [linen, silk]],
    ['a product code, before the beginning of another id', 'SKU-1', [linen]],
    ['a product code in other letters', 'sku-2', [silk]],
    ['a product name', 'linen shirt', [linen]],
    ['code and name', 'SKU-2 silk shirt', [silk]],
    ['a part of several names', 'shirt', [linen, silk]],
    ['too short a part', 'sil', []],
    ['nothing that is there', 'trousers', []],
    ['a number', '48347203', [numbered]],
    ['the beginning of a number, which is another task', '4834', []],
  ])('are found by %s', (_, name, found) => {
    expect(tasksNamed(name, tasks)).toEqual(found);
  });
});

describe('a name that can be the complete id of a task', () => {
  it.each([
    [linen.taskId.toUpperCase(), true],
    ['48347203', true],
    ['1234abcd', false],
    ['SKU-1', false],
    ['', false],
  ])('"%s": %s', (name, expected) => {
    expect(mayBeTaskId(name)).toBe(expected);
  });
});

describe('the id of a task in the address of a page', () => {
  const id = linen.taskId;
  const other = '99999999-1111-4222-8333-944445555666';

  it.each([
    ['of the board', `http://127.0.0.1:7300/tasks/acme/${id}`, id],
    [
      'of the board, for a part of the page',
      `https://board.example/tasks/acme/${id.toUpperCase()}/pictures?x=1#notes`,
      id,
    ],
    ['of the board, for a number', 'https://board.example/tasks/acme/4711', '4711'],
    [
      'of a run in the Web UI',
      `http://127.0.0.1:8233/namespaces/d/workflows/extpost%2Facme%2F${id}/${other}/history`,
      id,
    ],
    ['of Creative Force', `https://app.creativeforce.example/external-post/tasks/${id}?client=${other}`, id],
    ['with the id behind its hash', `https://app.creativeforce.example/#/post/${id}`, id],
    ['with two ids', `https://app.creativeforce.example/jobs/${other}/post/${id}`, undefined],
    ['with none', 'https://app.creativeforce.example/', undefined],
    ['that is broken', 'https://%', undefined],
    ['that is none', id, undefined],
  ])('%s', (_, address, found) => {
    expect(taskIdInAddress(address)).toBe(found);
  });
});
