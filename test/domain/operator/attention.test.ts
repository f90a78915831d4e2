import {
  attentionFor,
  attentionForFailure,
  attentionForProblems,
  recoveriesFor,
} from '../../../domain/operator/attention';
import { failureTypes } from '../../../domain/shared/failure-type';
import { attentionCauses } from '../../../domain/task/task-status';

describe('attention for a failure', () => {
  it.each([
    [failureTypes.unauthorized, 'credentials refused'],
    [failureTypes.forbidden, 'permission missing'],
    [failureTypes.contract, 'contract changed'],
    [failureTypes.renderFailed, 'celtra error'],
    [failureTypes.notRendered, 'celtra error'],
    [failureTypes.creativeVanished, 'no creative'],
    [failureTypes.notAPicture, 'celtra error'],
    [failureTypes.film, 'video'],
    [failureTypes.unknownStudio, 'delivery failed'],
  ])('of type %s has the cause "%s"', (type, cause) => {
    expect(attentionForFailure({ type, message: 'Why.', details: undefined }).cause).toBe(cause);
  });

  it.each([
    ['Creative Force', 'creative force error'],
    ['Celtra', 'celtra error'],
    ['object store', 'delivery failed'],
  ])('of another type looks at who answered: %s', (system, cause) => {
    const details = { system, endpoint: 'GET …' };
    expect(attentionForFailure({ type: failureTypes.refused, message: 'Why.', details })).toMatchObject({
      cause,
      nextActions: [expect.stringMatching(/^(Open the (task in Creative Force|output in Celtra)|If it fails again)/)],
    });
  });

  it('of unknown origin is a failed delivery', () => {
    expect(attentionForFailure({ type: undefined, message: 'Why.', details: undefined }).cause).toBe('delivery failed');
  });

  it.each([failureTypes.forbidden, failureTypes.refused])('passes on the message: %s', (type) => {
    const message = '403: no write access.';
    expect(attentionForFailure({ type, message, details: undefined }).message).toBe(message);
  });
});

describe('every cause', () => {
  it.each(attentionCauses)('%s names what can be done, and how it ends', (cause) => {
    expect(attentionFor(cause, 'Why.').nextActions.length).toBeGreaterThan(0);
    expect(recoveriesFor(cause).length).toBeGreaterThan(0);
  });
});

describe('attention for problems', () => {
  const noCreative = {
    cause: 'no creative',
    expectedKey: 's/1/-',
    label: 'Front',
    message: 'No creative for Front.',
    candidates: [{ id: '4711', name: 'Front feed' }],
  } as const;
  const noRecipe = {
    cause: 'no recipe',
    expectedKey: 's/2/-',
    label: 'Back',
    message: 'No recipe matches Back.',
  } as const;

  it('says all of them, under the cause of the first', () => {
    expect(attentionForProblems([noCreative, noRecipe])).toMatchObject({
      cause: 'no creative',
      message: 'No creative for Front. No recipe matches Back.',
    });
  });

  it('says what is true of several outputs once, and counts what nobody reads', () => {
    const [first, ...others] = Array.from({ length: 50 }, (_, at) => ({
      ...noRecipe,
      message: `No recipe matches ${at >> 1}.`,
    }));
    const { message } = attentionForProblems([first ?? noRecipe, ...others]);
    expect(message).toMatch(/^No recipe matches 0\. No recipe matches 1\..*19\. There are 5 more of this kind\.$/);
  });

  it('names the outputs, with what can be chosen for each', () => {
    expect(attentionForProblems([noCreative, noRecipe]).outputs).toEqual([
      { expectedKey: 's/1/-', label: 'Front', candidates: noCreative.candidates },
      { expectedKey: 's/2/-', label: 'Back' },
    ]);
  });

  it.each([
    [noCreative, 'in Celtra'],
    [noRecipe, 'in Creative Force'],
  ])('sends a person to where it can be mended: %o', (problem, where) => {
    expect(attentionForProblems([problem]).nextActions[0]).toContain(where);
  });
});
