import { compileFunction, createContext } from 'node:vm';

/** What jest does for each module of a test file, in an environment in which test/support/compile-once.js took effect. */
function compiled(code: string, context: object, filename = '/compile-once/module.js') {
  return compileFunction(code, ['module', 'exports'], { filename, parsingContext: createContext(context) }) as (
    ...of: unknown[]
  ) => unknown;
}

function stackOf(failing: () => unknown): string | undefined {
  try {
    failing();
  } catch (error) {
    return (error as Error).stack;
  }
  return undefined;
}

describe('a module that is compiled once for all test files', () => {
  it('has the globals and the state of the file that it runs for', () => {
    const code = 'let calls = 0; return () => `${place} ${++calls}`;';
    const [first, second] = [compiled(code, { place: 'here' }), compiled(code, { place: 'there' })];
    const [counts, again] = [first(), second()] as (() => string)[];
    expect([counts?.(), counts?.(), again?.()]).toEqual(['here 1', 'here 2', 'there 1']);
  });

  it('is compiled again when its code is another', () => {
    expect(compiled('return 1;', {})()).toBe(1);
    expect(compiled('return 2;', {})()).toBe(2);
  });

  it.each([
    ['in its first line', 'throw new Error()', /module\.js:1:7/],
    ['in another line', '\n  throw new Error()', /module\.js:2:9/],
  ])('names the place of an error %s', (_place, code, place) => {
    expect(stackOf(compiled(code, {}))).toMatch(place);
  });
});
