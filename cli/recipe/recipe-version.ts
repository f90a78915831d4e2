import { execFile } from 'node:child_process';
import { access, readFile } from 'node:fs/promises';
import path from 'node:path';
import { promisify } from 'node:util';

import { loadRecipes, type LoadedRecipes } from '../../config';
import { usageError } from '../exit-codes';

const run = promisify(execFile);
const LARGEST_FILE = 16 * 1024 * 1024;

/** `against`: another file, or a commit, branch or tag of `file`. Throws ConfigError or CommandError. */
export async function loadRecipeVersion(against: string, file: string): Promise<LoadedRecipes> {
  const isFile = await access(against).then(
    () => true,
    () => false,
  );
  if (isFile) return loadRecipes({ path: against });
  const folder = path.dirname(path.resolve(file));
  const git = async (...words: string[]): Promise<string> => {
    const { stdout } = await run('git', ['-C', folder, ...words], { maxBuffer: LARGEST_FILE });
    return stdout;
  };
  let commit: string;
  let root: string;
  try {
    // What begins with a hyphen would be a switch of git, not a name.
    commit = (await git('rev-parse', '--verify', '--quiet', '--end-of-options', `${against}^{commit}`)).trim();
    root = (await git('rev-parse', '--show-toplevel')).trim();
  } catch {
    throw usageError(`"${against}" is neither a file nor a commit, branch or tag of the repository with ${file}.`);
  }
  const withinRoot = (name: string): string => path.relative(root, path.resolve(name)).split(path.sep).join('/');
  return loadRecipes({
    path: file,
    readFile: async (name) => {
      const inside = withinRoot(name);
      // What lies outside the repository, a secret's file for example, has no other version.
      if (inside.startsWith('..')) return readFile(name, 'utf8');
      return git('show', `${commit}:${inside}`).catch(() => {
        throw Object.assign(new Error(`${name} is not in ${against}`), { code: `not in ${against}` });
      });
    },
    listFolder: async (name) => {
      const listed = await git('ls-tree', '--name-only', '-z', `${commit}:${withinRoot(name)}`);
      return listed.split('\0').filter((each) => each !== '');
    },
  });
}
