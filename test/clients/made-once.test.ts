import { madeOnce } from '../../clients/made-once';

describe('what is made once', () => {
  it('is made for each key, and only once', () => {
    const made: object[] = [];
    const schemaFor = madeOnce((names: object) => {
      made.push(names);
      return { names };
    });
    const [acme, bolt] = [{}, {}];
    expect(schemaFor(acme)).toBe(schemaFor(acme));
    expect(schemaFor(bolt)).not.toBe(schemaFor(acme));
    expect(made).toEqual([acme, bolt]);
  });
});
