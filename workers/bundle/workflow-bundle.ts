import { existsSync } from 'node:fs';
import { mkdir } from 'node:fs/promises';
import path from 'node:path';

import { bundleWorkflowCode, type Logger } from '@temporalio/worker';
import writeFileAtomic from 'write-file-atomic';

const above = path.join(__dirname, '..', '..');

/** Where `npm run build` puts the workflow bundle, for the built code as well as for the sources. */
export const builtBundlePath = path.join(
  path.basename(above) === 'build' ? above : path.join(above, 'build'),
  'workflow-bundle.js',
);

/** Bundles the workflow code into one file, so that an import of a Node module already fails in the build. */
export async function writeWorkflowBundle(target: string, logger?: Logger): Promise<void> {
  const { code } = await bundleWorkflowCode({
    workflowsPath: require.resolve('../../workflows'),
    ...(logger && { logger }),
  });
  await mkdir(path.dirname(target), { recursive: true });
  await writeFileAtomic(target, code);
}

export function requireWorkflowBundle(bundlePath: string = builtBundlePath): { codePath: string } {
  if (!existsSync(bundlePath)) {
    throw new Error(`There is no workflow bundle at ${bundlePath}. Run "npm run build" first.`);
  }
  return { codePath: bundlePath };
}
