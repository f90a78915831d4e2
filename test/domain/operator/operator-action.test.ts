import {
  operatorActionText,
  latestApplied,
  revisionOf,
  staleReason,
  type OperatorAction,
  undoableActions,
} from '../../../domain/operator/operator-action';

const noon = Date.parse('2026-11-03T12:00:00Z');
const anAct = (by: string, seconds: number, changes: Partial<OperatorAction> = {}): OperatorAction => ({
  kind: 'use output',
  expectedKey: 'front/feed',
  by,
  at: new Date(noon + seconds * 1000).toISOString(),
  what: 'Celtra output A is used for Front, Feed',
  ...changes,
});
const told = { rejectedReason: 'Meanwhile Ha has decided: …' };

describe('a decision by what was seen before', () => {
  const acts = [anAct('Ha', 0, { revision: 1 }), anAct('Bo', 1, told), anAct('Cy', 2, { revision: 2 })];

  it('counts when nobody has decided anything since', () => {
    expect([staleReason([], 0), staleReason(acts, 2), staleReason(acts, undefined)]).toEqual([
      undefined,
      undefined,
      undefined,
    ]);
  });

  it('is refused with who has decided what since', () => {
    expect(staleReason(acts, 1)).toBe('Meanwhile Cy has decided: Celtra output A is used for Front, Feed.');
    expect(staleReason(acts, 0)).toMatch(/Ha has decided: .*; Cy has decided: /);
  });

  it('is refused when it names a revision that there has not been', () => {
    expect(staleReason(acts, 3)).toBe('The task is at revision 2, not at 3.');
  });

  it('is not counted when it was refused itself', () => {
    expect([revisionOf([]), revisionOf(acts), revisionOf([...acts, anAct('Di', 3, told)])]).toEqual([0, 2, 2]);
  });
});

describe('the last action on an output', () => {
  it('is the newest that was done', () => {
    const acts = [anAct('Ha', 0), anAct('Bo', 1), anAct('Cy', 2, told)];
    expect(latestApplied(acts, anAct('Di', 3))).toBe(acts[1]);
  });
});

describe('what can be taken back', () => {
  const recipe = { kind: 'replace recipe', expectedKey: undefined } as const;
  const other = { expectedKey: 'front/story' } as const;

  it('is the newest decision about each output, and the recipe', () => {
    const acts = [
      anAct('Ha', 0, { revision: 1 }),
      anAct('Bo', 1, { revision: 2, kind: 'skip output' }),
      anAct('Cy', 2, { revision: 3, ...other }),
      anAct('Di', 3, { revision: 4, ...recipe }),
    ];
    expect(undoableActions(acts).map(({ by }) => by)).toEqual(['Bo', 'Cy', 'Di']);
  });

  it.each([
    ['was refused', [anAct('Ha', 0, told)]],
    ['was taken back', [anAct('Ha', 0, { revision: 1 }), anAct('Ha', 1, { revision: 2, kind: 'undo' })]],
    [
      'is a recipe that was taken back',
      [anAct('Ha', 0, { revision: 1, ...recipe }), anAct('Ha', 1, { revision: 2, ...recipe, kind: 'undo' })],
    ],
    ['decides nothing about files', [anAct('Ha', 0, { revision: 1, kind: 'resume', expectedKey: undefined })]],
  ])('is nothing that %s', (_what, acts) => {
    expect(undoableActions(acts)).toEqual([]);
  });
});

describe('the text of an action', () => {
  it('says when, who, what and why', () => {
    const words = '2026-11-03 12:00 UTC, Ha (said): Celtra output A is used for Front, Feed (named otherwise)';
    expect(operatorActionText(anAct('Ha', 0, { reason: 'named otherwise' }))).toBe(words);
  });

  it('says why it was not done', () => {
    expect(operatorActionText(anAct('Bo', 0, told))).toContain('Front, Feed. Not done: Meanwhile Ha has decided: …');
  });
});
