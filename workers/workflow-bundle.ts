import { existsSync } from 'node:fs';
import { mkdir, rename, writeFile } from 'node:fs/promises';
import path from 'node:path';

import { bundleWorkflowCode, type Logger } from '@temporalio/worker';

/** Where `npm run build` puts the workflow bundle, seen from the built code as well as from the sources. */
export const builtBundlePath = path.join(
  __dirname.endsWith(path.join('build', 'workers')) ? path.dirname(__dirname) : path.join(__dirname, '..', 'build'),
  'workflow-bundle.js',
);

/**
 * Bundles the workflow code into one file: a stray Node import fails here, in the build, and not when a
 * worker starts. The file appears whole or not at all.
 */
export async function writeWorkflowBundle(target: string, logger?: Logger): Promise<void> {
  const { code } = await bundleWorkflowCode({
    workflowsPath: require.resolve('../workflows'),
    ...(logger && { logger }),
  });
  await mkdir(path.dirname(target), { recursive: true });
  const temporary = `${target}.${process.pid}.tmp`;
  await writeFile(temporary, code);
  await rename(temporary, target);
}

/** The prebuilt bundle; a clear error when the build was forgotten. */
export function requireWorkflowBundle(bundlePath: string = builtBundlePath): { codePath: string } {
  if (!existsSync(bundlePath)) {
    throw new Error(`There is no workflow bundle at ${bundlePath}. Run "npm run build" first.`);
  }
  return { codePath: bundlePath };
}
