import fc from 'fast-check';

import { closestMatch, editDistance } from '../../../domain/shared/edit-distance';

/** The whole table, as in the definition. */
function wholeTable(one: string, other: string): number {
  const rows = [Array.from({ length: other.length + 1 }, (_, index) => index)];
  const cell = (row: number, column: number): number => rows[row]?.[column] ?? Infinity;
  for (let row = 1; row <= one.length; row++) {
    rows.push([row]);
    for (let column = 1; column <= other.length; column++) {
      const changed = one[row - 1] === other[column - 1] ? 0 : 1;
      const swapped = one[row - 1] === other[column - 2] && one[row - 2] === other[column - 1];
      const others = [cell(row - 1, column) + 1, cell(row, column - 1) + 1, cell(row - 1, column - 1) + changed];
      rows[row]?.push(Math.min(...others, swapped ? cell(row - 2, column - 2) + 1 : Infinity));
    }
  }
  return cell(one.length, other.length);
}

describe('the edit distance', () => {
  it.each([
    ['', '', 0],
    ['abc', '', 3],
    ['kitten', 'sitting', 3],
    ['form', 'from', 1],
  ])('of "%s" and "%s" is %i', (one, other, expected) => {
    expect(editDistance(one, other, 10)).toBe(expected);
  });

  it('is that of the whole table up to the limit, and more than the limit beyond it', () => {
    const word = fc.string({ unit: fc.constantFrom('a', 'b', 'c'), maxLength: 12 });
    fc.assert(
      fc.property(word, word, fc.integer({ min: 0, max: 6 }), (one, other, most) => {
        const exact = wholeTable(one, other);
        expect(editDistance(one, other, most)).toBe(exact > most ? Infinity : exact);
      }),
    );
  });
});

describe('the closest match', () => {
  it('is the word with the fewest edits', () => {
    expect(closestMatch('Recipies', ['record', 'recipes'])).toBe('recipes');
  });

  it('is none of very different words', () => {
    expect(closestMatch('abc', ['xyz', 'abcdefghi'])).toBeUndefined();
  });
});
