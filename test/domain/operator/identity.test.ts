import { actorText, isKnownIdentity, type Actor } from '../../../domain/operator/identity';

describe('the author of an action', () => {
  it.each<[string, Actor]>([
    ['ann (said)', { by: 'ann' }],
    ['ann (system user)', { by: 'ann', identity: { name: 'ann', from: 'system user' } }],
    ['ann (said; system user: node)', { by: 'ann', identity: { name: 'node', from: 'system user' } }],
    ['ann@example.com (log-in)', { by: 'ann@example.com', identity: { name: 'ann@example.com', from: 'log-in' } }],
  ])('is shown as %s', (text, actor) => {
    expect(actorText(actor)).toBe(text);
  });

  it.each([
    undefined,
    null,
    'ann',
    {},
    { name: 'ann' },
    { name: ' ', from: 'log-in' },
    { name: 'ann', from: 'rumour' },
  ])('is not known from %j', (value) => {
    expect(isKnownIdentity(value)).toBe(false);
  });
});
