import { counted } from '../../domain/words';

describe('a number of things in words', () => {
  it.each([
    [1, 'file', '1 file'],
    [3, 'file', '3 files'],
    [0, 'output spec', '0 output specs'],
    [2, 'upload address', '2 upload addresses'],
  ])('%i × %s is "%s"', (count, thing, words) => {
    expect(counted(count, thing)).toBe(words);
  });
});
