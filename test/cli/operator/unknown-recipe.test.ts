import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';

import { fileWithRecipe } from '../../config/example-files';
import { runCommand } from '../run-command';

let folder: string;
let config: string;

beforeAll(async () => {
  folder = await mkdtemp(path.join(tmpdir(), 'extpost-recipe-'));
  config = path.join(folder, 'extpost.yaml');
  await writeFile(config, fileWithRecipe());
});
afterAll(() => rm(folder, { recursive: true }));

describe('extpost task replace-recipe', () => {
  it.each([
    ['a task', ['acme', 'SKU-1']],
    ['a workflow id', ['extpost/acme/1234']],
    ['filters', ['--studio', 'acme', '--yes']],
  ])('refuses a recipe that does not exist before it asks Temporal, for %s', async (_, words) => {
    const { err, exitCode } = await runCommand(
      ...['task', 'replace-recipe', ...words, '--recipe', 'nonsense', '--config', config],
    );
    expect(err).toContain('there is no recipe "nonsense" of acme');
    expect(err).toContain('there is one.');
    expect(exitCode).toBe(9);
  });
});
