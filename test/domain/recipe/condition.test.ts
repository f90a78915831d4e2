import { describeCondition, conditionHolds, type Condition } from '../../../domain/recipe/condition';

describe('a condition of a recipe', () => {
  it.each<[string, Condition, string[], boolean]>([
    ['the text itself', ['Front'], ['Front'], true],
    ['another text', ['Front'], ['Back'], false],
    ['a text in another case, which is another text', ['Front'], ['front'], false],
    ['the same text in the other form of Unicode', ['Détail'.normalize('NFC')], ['Détail'.normalize('NFD')], true],
    ['a glob for the same', [{ glob: 'Dét*'.normalize('NFD') }], ['Détail'.normalize('NFC')], true],
    ['any of a list', ['Back', 'Front'], ['Front'], true],
    ['either of the fact’s names', ['Spring social set'], ['SPRING-SOCIAL', 'Spring social set'], true],
    ['nothing, when a text is wanted', ['Front'], [], false],
    ['what a glob matches', [{ glob: 'SPRING-*' }], ['SPRING-SOCIAL'], true],
    ['what a glob does not match', [{ glob: 'SPRING-*' }], ['AUTUMN'], false],
    ['a glob over a slash, because names are not paths', [{ glob: 'Front*' }], ['Front/Left 1'], true],
    ['a glob with a choice', [{ glob: 'Feed [14]:*' }], ['Feed 4:5'], true],
    ['what is not forbidden', { not: ['Back'] }, ['Front'], true],
    ['what is forbidden', { not: ['Back', { glob: 'Detail*' }] }, ['Detail 2'], false],
    ['nothing, when only something is forbidden', { not: ['Back'] }, [], true],
    ['anything, when something must be there', { present: true }, ['x'], true],
    ['nothing, when something must be there', { present: true }, [], false],
    ['nothing, when nothing may be there', { present: false }, [], true],
  ])('decides on %s', (_case, condition, names, expected) => {
    expect(conditionHolds(condition, names)).toBe(expected);
  });

  it.each<[Condition, string]>([
    [['A', { glob: 'B*' }], '"A", "B*"'],
    [{ not: ['A'] }, 'none of "A"'],
    [{ present: true }, 'anything'],
    [{ present: false }, 'nothing'],
  ])('is told in words: %j', (condition, words) => {
    expect(describeCondition(condition)).toBe(words);
  });
});
