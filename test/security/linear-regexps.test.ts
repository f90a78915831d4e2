import { spawn } from 'node:child_process';
import path from 'node:path';
import { text } from 'node:stream/consumers';

// ESLint runs in a process of its own because its configuration is an ES module.
const linter = `
  import { text } from 'node:stream/consumers';
  import { ESLint } from 'eslint';

  const eslint = new ESLint({ ruleFilter: ({ ruleId }) => ruleId.startsWith('regexp/') });
  const answers = [];
  for (const code of JSON.parse(await text(process.stdin))) {
    const [result] = await eslint.lintText(code, { filePath: 'domain/recipe/template.ts' });
    answers.push(result.messages.map(({ ruleId }) => ruleId));
  }
  console.log(JSON.stringify(answers));
`;

async function lint(codes: readonly string[]): Promise<string[][]> {
  const node = spawn(process.execPath, ['--input-type=module', '--eval', linter], {
    cwd: path.join(__dirname, '..', '..'),
  });
  node.stdin.end(JSON.stringify(codes));
  return JSON.parse(await text(node.stdout)) as string[][];
}

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
    const answers = await lint([...refused, ...accepted]);
    expect(answers.map((rules) => rules.length > 0)).toEqual([
      ...refused.map(() => true),
      ...accepted.map(() => false),
    ]);
  });
});
