import { viewerOf } from '../../../board/login/access';
import { claimValues, firstText } from '../../../board/login/claims';

const rules = {
  look: ['guests'],
  act: ['coordinators'],
  studios: { acme: ['acme-team', 'coordinators'], other: ['*'] },
};
const person = (...groups: string[]) => ({ identity: 'ann@studio.example', groups });

describe('what somebody may do on the board', () => {
  it.each([
    ['a group that acts', ['coordinators'], ['look', 'act']],
    ['a group that looks', ['guests'], ['look']],
    ['both', ['guests', 'coordinators'], ['look', 'act']],
  ])('is decided by %s', (_which, groups, roles) => {
    expect(viewerOf(person(...groups), rules)?.roles).toEqual(roles);
  });

  it.each([[[]], [['strangers']], [['Coordinators']], [['*']]])('is nothing for the groups %j', (groups) => {
    expect(viewerOf(person(...groups), rules)).toBeUndefined();
  });

  it('is everything for everybody where the rules say *', () => {
    expect(viewerOf(person(), { look: [], act: ['*'] })).toMatchObject({ roles: ['look', 'act'] });
  });

  it.each([
    [['guests'], ['other']],
    [
      ['guests', 'acme-team'],
      ['acme', 'other'],
    ],
    [['coordinators'], ['acme', 'other']],
  ])('is limited to the studios of the groups %j', (groups, studios) => {
    expect(viewerOf(person(...groups), rules)?.studios).toEqual(studios);
  });

  it('is recorded under the identity of the log-in', () => {
    expect(viewerOf(person('guests'), rules)).toMatchObject({
      name: 'ann@studio.example',
      identity: { name: 'ann@studio.example', from: 'log-in' },
    });
  });

  it('keeps what somebody says of themselves apart from what is known', () => {
    const viewer = viewerOf({ identity: 'password of the board', by: ' Ann ', groups: [] }, { look: [], act: ['*'] });
    expect(viewer).toMatchObject({ name: 'Ann', identity: { name: 'password of the board', from: 'log-in' } });
  });

  it('has a name of one line and at most 200 characters', () => {
    const { name } = viewerOf({ ...person('guests'), identity: `ann\n\u202E${'x'.repeat(300)}` }, rules) ?? {};
    expect(name).toBe(`ann ${'x'.repeat(196)}`);
  });
});

describe('the groups of a claim', () => {
  it.each([
    ['a list', { groups: ['a', 'b c'] }, ['a', 'b c']],
    ['one text', { groups: 'a' }, ['a']],
    ['a text with spaces', { groups: 'a b' }, ['a b', 'a', 'b']],
    ['a text with commas', { groups: 'a, b c' }, expect.arrayContaining(['a', 'b c'])],
    ['a list of objects', { groups: [{ name: 'a' }, { id: '7', display: 'b' }] }, ['a', 'b', '7']],
    ['an object whose keys are roles', { groups: { a: { org: '1' }, b: {} } }, ['a', 'b']],
    ['nothing', {}, []],
    ['null', { groups: null }, []],
    ['numbers and empty texts', { groups: [1, '', ' ', null, true] }, []],
  ])('are read from %s', (_form, claims, values) => {
    expect(claimValues(claims, 'groups')).toEqual(values);
  });

  it.each([
    ['realm_access.roles', { realm_access: { roles: ['a'] } }],
    ['cognito:groups', { 'cognito:groups': ['a'] }],
    ['https://extpost.example/roles', { 'https://extpost.example/roles': ['a'] }],
  ])('are found at %s', (name, claims) => {
    expect(claimValues(claims, name)).toEqual(['a']);
  });

  it('are not what every object inherits', () => {
    expect(claimValues({}, 'constructor.name')).toEqual([]);
  });

  it('are at most 1,000', () => {
    expect(claimValues({ groups: Array.from({ length: 5_000 }, (_, index) => `g${index}`) }, 'groups')).toHaveLength(
      1_000,
    );
  });

  it('leave out claims that hold no text when a name is looked for', () => {
    expect(firstText({ email: '', name: 7, upn: 'ann' }, ['email', 'name', 'upn'])).toBe('ann');
  });
});
