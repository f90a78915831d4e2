import { violationsText } from '../../demo/sandbox-control';

const often = { service: 'creative force', rule: 'more than 20 requests in one second' };
const leak = { service: 'celtra files', rule: 'a credential was sent to the asset host' };

describe('the rules that requests broke', () => {
  it.each([
    ['none', [], '0 requests broke a rule'],
    ['one', [often], '1 request broke a rule: more than 20 requests in one second (creative force)'],
    [
      'several, each rule once',
      [often, often, leak],
      '3 requests broke a rule: more than 20 requests in one second (creative force); a credential was sent to the asset host (celtra files)',
    ],
  ])('are named: %s', (_what, violations, words) => {
    const summary = { violations: violations.length } as Parameters<typeof violationsText>[0]['summary'];
    expect(violationsText({ summary, violations })).toBe(words);
  });
});
