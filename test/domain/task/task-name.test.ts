import { tasksNamed } from '../../../domain/task/task-name';

const linen = { taskId: '1234abcd-1111-4222-8333-944445555666', product: 'SKU-1', title: 'SKU-1 Linen shirt' };
const silk = { taskId: '1234ffff-1111-4222-8333-944445555666', product: 'SKU-2', title: 'SKU-2 Silk shirt' };
const bare = { taskId: 'sku-1-of-last-year' };
const tasks = [linen, silk, bare];

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
  ])('are found by %s', (_, name, found) => {
    expect(tasksNamed(name, tasks)).toEqual(found);
  });
});
