import { lint } from '../support/lint';

const refused = [
  "text.replace(/\\s*\\n\\s*$/u, '')",
  '/^(a+)+$/.test(text)',
  '/(a|a)*b/.test(text)',
  "text.replace(/\\/+$/, '')",
  "text.replace(/\\([^)]*\\)/g, '')",
];
const accepted = ["text.replace(/\\s+/g, ' ')", '/^[a-z0-9]{1,10}$/.test(text)', "text.replace(/^\\/+/, '')"];

describe('the linter', () => {
  it('refuses regular expressions that need more than linear time, and no others', async () => {
    const found = await lint([...refused, ...accepted].map((text) => ['domain/recipe/template.ts', text]));
    expect(found.map((findings) => findings.some(({ code }) => code.startsWith('regexp(')))).toEqual([
      ...refused.map(() => true),
      ...accepted.map(() => false),
    ]);
  });
});
