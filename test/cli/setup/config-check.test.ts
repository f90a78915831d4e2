import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';

import { ENVIRONMENT, fileWithRecipe } from '../../config/example-files';
import { runCommand } from '../run-command';

describe('extpost config check', () => {
  const before = process.env;
  let folder: string;

  beforeAll(async () => {
    folder = await mkdtemp(path.join(tmpdir(), 'extpost-config-'));
    process.env = { ...before, ...ENVIRONMENT };
  });
  afterAll(async () => {
    process.env = before;
    await rm(folder, { recursive: true });
  });

  async function check(text: string, ...words: string[]) {
    const file = path.join(folder, 'extpost.yaml');
    await writeFile(file, text);
    return runCommand('config', 'check', '--config', file, ...words);
  }

  it('says that all is right in a line, and one for each studio', async () => {
    const { out, exitCode } = await check(fileWithRecipe());
    expect(out.split('\n')).toEqual([
      expect.stringMatching(/extpost\.yaml is OK: 1 studio\.$/),
      '  acme: 1 recipe, no vendorId, so its listing is not swept',
      '',
    ]);
    expect(exitCode).toBe(0);
  });

  it('prints all that was understood when it is asked to, defaults included and no secret', async () => {
    const { out } = await check(fileWithRecipe(), '--print');
    expect(out).toContain('is OK: 1 studio.');
    expect(out).toMatch(/studios:\n {2}acme:\n {4}creativeForce:\n/);
    expect(out).toContain('reviewWindow: ');
    expect(out).toContain('clientSecret: ••••');
    expect(out).not.toContain(ENVIRONMENT['CF_SECRET']);
  });

  it('names the place of each fault', async () => {
    const { err, exitCode } = await check(`${fileWithRecipe()}\nstudoi: {}`);
    expect(err).toMatch(/extpost\.yaml:\d+:\d+ studoi: /);
    expect(exitCode).toBe(2);
  });
});
