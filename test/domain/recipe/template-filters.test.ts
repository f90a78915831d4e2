import { renderTemplate, TemplateError } from '../../../domain/recipe/template';

describe('the filters of templates', () => {
  it.each([
    ['slug', "{{ 'Trail Runner (Größe 42)' | slug }}", 'trail-runner-grosse-42'],
    ['slug of letters with accents', "{{ 'Café Crème' | slug }}", 'cafe-creme'],
    ['slug of another script', "{{ 'Привет мир' | slug }}", 'привет-мир'],
    ['ratio', '{{ 1080 | ratio: 1920 }}', '9:16'],
    ['ratio of numbers that are text', "{{ '1200' | ratio: '400' }}", '3:1'],
    ['pad', '{{ 7 | pad: 3 }}', '007'],
    ['pad with another sign', "{{ 'x' | pad: 3, '_' }}", '__x'],
    ['pad of what is long enough', "{{ 'abcd' | pad: 3 }}", 'abcd'],
  ])('have %s', (_name, template, text) => {
    expect(renderTemplate(template, {})).toBe(text);
  });

  it.each([
    ['a ratio of no number', "{{ 'wide' | ratio: 3 }}", 'ratio needs whole numbers above 0, not "wide"'],
    ['a ratio of zero', '{{ 0 | ratio: 3 }}', 'ratio needs whole numbers above 0, not 0'],
    ['a ratio with one side', '{{ 3 | ratio }}', 'ratio needs whole numbers above 0, not nothing'],
    ['padding without end', '{{ 3 | pad: 100000 }}', 'pad accepts at most 100, not 100000'],
  ])('refuse %s', (_case, template, reason) => {
    expect(() => renderTemplate(template, {})).toThrow(TemplateError);
    expect(() => renderTemplate(template, {})).toThrow(reason);
  });
});
