import {
  attentionFor,
  attentionForFailure,
  attentionForProblems,
  recoveriesFor,
  resumeInstructions,
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
    [failureTypes.unknownStudio, 'contract changed'],
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
      nextActions: [`Look into ${system} named above.`],
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

  it('comes with the exact command, and the update to send in the Web UI', () => {
    const [goOn] = resumeInstructions({ studio: 'acme', taskId: 'task-1' });
    expect(goOn).toContain('`extpost task resume acme task-1`');
    expect(goOn).toContain('the update `resume`');
  });
});

describe('attention for problems', () => {
  const noCreative = { cause: 'no creative', label: 'Front', message: 'No creative for Front.' } as const;
  const noRecipe = { cause: 'no recipe', label: 'Back', message: 'No recipe fits Back.' } as const;

  it('says all of them, under the cause of the first', () => {
    expect(attentionForProblems([noCreative, noRecipe])).toMatchObject({
      cause: 'no creative',
      message: 'No creative for Front. No recipe fits Back.',
    });
  });

  it.each([
    [noCreative, 'in Celtra'],
    [noRecipe, 'in Creative Force'],
  ])('sends a person to where it can be mended: %o', (problem, where) => {
    expect(attentionForProblems([problem]).nextActions[0]).toContain(where);
  });
});
