import { execFile } from 'node:child_process';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { promisify } from 'node:util';

const root = path.join(__dirname, '..', '..');

/** What the linter says about a text. */
export interface Finding {
  /** Such as `eslint(no-restricted-imports)`. */
  readonly code: string;
  readonly message: string;
  /** What the configuration says about it. */
  readonly help?: string;
}

/**
 * What those rules of `oxlint.config.mjs` that differ from layer to layer find in each text, as if it were in a file of that name.
 * Throws when the linter does not run.
 */
export async function lint(texts: readonly (readonly [file: string, text: string])[]): Promise<Finding[][]> {
  const folder = await mkdtemp(path.join(tmpdir(), 'extpost-lint-'));
  try {
    const config = `
      import config from ${JSON.stringify(path.join(root, 'oxlint.config.mjs'))};
      export default { ...config, rules: {}, options: {} };
    `;
    await writeFile(path.join(folder, 'oxlint.config.mjs'), config);
    const files = texts.map(([file], index) => file.replace(/\.ts$/, `-${index}.ts`));
    for (const [index, file] of files.entries()) {
      await mkdir(path.dirname(path.join(folder, file)), { recursive: true });
      await writeFile(path.join(folder, file), texts[index]?.[1] ?? '');
    }
    const found = await run(folder);
    return files.map((file) => found.filter(({ filename }) => filename === file));
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

async function run(folder: string): Promise<(Finding & { filename: string })[]> {
  const program = path.join(root, 'node_modules', 'oxlint', 'bin', 'oxlint');
  const args = [program, '-c', 'oxlint.config.mjs', '--format', 'json', '.'];
  // It ends with 1 when it finds something.
  const { stdout } = await promisify(execFile)(process.execPath, args, { cwd: folder, maxBuffer: 1e8 }).catch(
    (error: unknown) => error as { stdout: string },
  );
  const { diagnostics } = JSON.parse(stdout) as { diagnostics: (Finding & { filename: string })[] };
  return diagnostics;
}
