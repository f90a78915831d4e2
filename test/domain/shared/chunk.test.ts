import { chunk } from '../../../domain/shared/chunk';

describe('chunk', () => {
  it.each([
    [[], 2, []],
    [[1, 2], 2, [[1, 2]]],
    [[1, 2, 3], 2, [[1, 2], [3]]],
    [[1, 2, 3], 1, [[1], [2], [3]]],
  ])('splits %j into parts of at most %i', (items, size, parts) => {
    expect(chunk(items, size)).toEqual(parts);
  });
});
