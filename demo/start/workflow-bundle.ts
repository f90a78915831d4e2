import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import path from 'node:path';
import { promisify } from 'node:util';

const build = path.join(__dirname, '..', '..');
const BUNDLE = path.join(build, 'workflow-bundle.js');
const BUILDER = path.join(build, 'workers', 'bundle', 'build-bundle.js');

/**
 * Bundles the workflow code for the worker unless the build has done it: `npm start` leaves it to this, so that the board need not wait for it.
 * Rejects with what the bundler printed.
 */
export async function ensureWorkflowBundle(signal: AbortSignal): Promise<void> {
  if (existsSync(BUNDLE)) return;
  await promisify(execFile)(process.execPath, [BUILDER], { signal });
}
