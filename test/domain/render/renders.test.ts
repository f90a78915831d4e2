import { boundAddresses } from '../../../domain/render/renders';

describe('the addresses that travel through a history', () => {
  const part = (characters: number) => ({ of: [], sealed: 'x'.repeat(characters) });

  it('are all of them for a usual task', () => {
    const usual = Array.from({ length: 20 }, () => part(5_000));
    expect(boundAddresses(usual)).toEqual(usual);
  });

  it('are no more than 200,000 characters, the first ones', () => {
    const many = Array.from({ length: 1_000 }, () => part(3_000));
    expect(boundAddresses(many)).toEqual(many.slice(0, 66));
  });
});
