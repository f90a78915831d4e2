import { readdirSync } from 'node:fs';
import path from 'node:path';

import { exitCodes } from '../../../cli/exit-codes';
import { projectFile } from '../../containers/compose-file';
import { runCommand } from '../run-command';

const folder = path.resolve(__dirname, '../../../examples/patterns');
const patterns = readdirSync(folder)
  .filter((name) => name.endsWith('.yaml') && !name.endsWith('.cases.yaml'))
  .map((name) => name.slice(0, -'.yaml'.length));

describe('the recipe patterns', () => {
  it('are ten', () => {
    expect(patterns).toHaveLength(10);
  });

  it.each(patterns)('%s deliver what their cases expect, and fail where those say so', async (name) => {
    const { out, exitCode } = await runCommand('recipes', 'test', path.join(folder, `${name}.cases.yaml`));
    expect(out).toMatch(/^ok [\s\S]*\n[2-9] cases: all pass\.\n$/);
    expect(exitCode).toBe(exitCodes.done);
  });

  it.each(patterns)('%s are described in the guide', (name) => {
    expect(projectFile('docs/recipe-patterns.md')).toContain(`(../examples/patterns/${name}.yaml)`);
  });
});
