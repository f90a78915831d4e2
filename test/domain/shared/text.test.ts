import { pluralise, summariseList, summariseSentences } from '../../../domain/shared/text';

describe('the text of a count', () => {
  it.each([
    [1, 'file', '1 file'],
    [3, 'file', '3 files'],
    [0, 'output spec', '0 output specs'],
    [2, 'upload address', '2 upload addresses'],
  ])('%i × %s is "%s"', (count, thing, words) => {
    expect(pluralise(count, thing)).toBe(words);
  });
});

describe('the text of a list', () => {
  it('names the first few and counts the others', () => {
    expect(summariseList(['a', 'b', 'c', 'd', 'e'], ', ', 3)).toBe('a, b, c and 2 more');
  });

  it('names all of a few', () => {
    expect(summariseList(['a', 'b'], '; ')).toBe('a; b');
  });
});

describe('the text of sentences', () => {
  it.each([
    [['A.', 'B.'], 'A. B.'],
    [['A.', 'B.', 'A.'], 'A. B.'],
    [['A.', 'B.', 'C.'], 'A. B. There is 1 more of this kind.'],
    [['A.', 'B.', 'C.', 'D.'], 'A. B. There are 2 more of this kind.'],
  ])('of %j is "%s"', (sentences, text) => {
    expect(summariseSentences(sentences, 2)).toBe(text);
  });
});
