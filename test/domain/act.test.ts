import { actLine, decidedAtOnce, lastDone } from '../../domain/act';
import type { Act } from '../../domain/decisions';

const noon = Date.parse('2026-11-03T12:00:00Z');
const anAct = (by: string, seconds: number, changes: Partial<Act> = {}): Act => ({
  kind: 'use output',
  about: 'front/feed',
  by,
  at: new Date(noon + seconds * 1000).toISOString(),
  what: 'Front, Feed gets Celtra output A',
  ...changes,
});
const told = { notDone: 'Ha had just said: …' };

describe('what another person has decided at the same moment', () => {
  it('is found for the same output, whatever was said of it', () => {
    const ha = anAct('Ha', 0);
    expect(decidedAtOnce([ha], anAct('Bo', 3, { kind: 'skip output' }))).toBe(ha);
  });

  it.each([
    ['it was the same person', [anAct('Ha', 0)], anAct('Ha', 3)],
    ['it was about another output', [anAct('Ha', 0, { about: 'front/story' })], anAct('Bo', 3)],
    ['it was so long ago that it was seen', [anAct('Ha', 0)], anAct('Bo', 11)],
    ['it was not done', [anAct('Ha', 0, told)], anAct('Bo', 3)],
    ['whoever asks was told already, and insists', [anAct('Ha', 0), anAct('Bo', 1, told)], anAct('Bo', 3)],
  ])('is not found when %s', (_, acts, act) => {
    expect(decidedAtOnce(acts, act)).toBeUndefined();
  });

  it('is found among acts on the whole task by their kind', () => {
    const recipe = { about: undefined, kind: 'replace recipe' } as const;
    const ha = anAct('Ha', 0, recipe);
    expect(decidedAtOnce([ha, anAct('Cy', 1, { about: undefined, kind: 'resume' })], anAct('Bo', 3, recipe))).toBe(ha);
  });
});

describe('the last act on a thing', () => {
  it('is the newest that was done', () => {
    const acts = [anAct('Ha', 0), anAct('Bo', 1), anAct('Cy', 2, told)];
    expect(lastDone(acts, anAct('Di', 3))).toBe(acts[1]);
  });
});

describe('an act in words', () => {
  it('says when, who, what and why', () => {
    const words = '2026-11-03 12:00 UTC, Ha: Front, Feed gets Celtra output A (named otherwise)';
    expect(actLine(anAct('Ha', 0, { reason: 'named otherwise' }))).toBe(words);
  });

  it('says why it was not done', () => {
    expect(actLine(anAct('Bo', 0, told))).toContain('output A. Not done: Ha had just said: …');
  });
});
