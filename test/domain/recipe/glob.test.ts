import fc from 'fast-check';
import picomatch from 'picomatch';

import { globMatcher } from '../../../domain/recipe/glob';
import { conditionHolds } from '../../../domain/recipe/condition';

describe('a glob', () => {
  it.each([
    ['a*', 'abc', true],
    ['a*', 'bac', false],
    ['*', '', true],
    ['a?c', 'abc', true],
    ['a?c', 'ac', false],
    ['[ab]c', 'bc', true],
    ['[!ab]c', 'bc', false],
    ['[^ab]c', 'xc', true],
    ['[a-c]1', 'b1', true],
    ['[a-c]1', 'd1', false],
    ['[]]', ']', true],
    ['[ab', '[ab', true],
    ['{a,b}c', 'bc', true],
    ['{a,b}c', 'cc', false],
    ['{a,}c', 'c', true],
    ['{a,{b,c}d}e', 'cde', true],
    ['{a}', '{a}', true],
    ['{a,b', '{a,b', true],
    ['a,b', 'a,b', true],
    ['\\*', '*', true],
    ['\\*', 'a', false],
    ['Front*', 'Front/Left.jpg', true],
    ['*.jpg', '.jpg', true],
    ['Feed (4:5)', 'Feed (4:5)', true],
    ['Größe ?', 'Größe 😀', true],
  ])('%s on "%s": %p', (glob, text, expected) => {
    expect(globMatcher(glob)(text)).toBe(expected);
  });

  it('decides as picomatch does, over the documented signs', () => {
    const part = fc.constantFrom('a', 'b', 'c', '*', '?', '[ab]', '{a,bc}', '{b*,c}');
    const glob = fc.array(part, { minLength: 1, maxLength: 6 }).map((parts) => parts.join('').replace(/\*+/g, '*'));
    const text = fc.string({ unit: fc.constantFrom('a', 'b', 'c'), minLength: 1, maxLength: 8 });
    fc.assert(
      fc.property(glob, text, (pattern, name) => {
        const expected = picomatch(pattern, { bash: true, dot: true, strictSlashes: true })(name);
        expect(globMatcher(pattern)(name)).toBe(expected);
      }),
      { numRuns: 500 },
    );
  });
});

describe('a text of more than 2,000 characters', () => {
  const long = 'a'.repeat(2_001);

  it.each([
    [[{ glob: '*' }], false],
    [{ not: [{ glob: 'b*' }] }, false],
    [{ not: ['b'] }, true],
    [[long], true],
  ])('%j: %p', (condition, expected) => {
    expect(conditionHolds(condition, [long])).toBe(expected);
  });
});
