import { execFile } from 'node:child_process';
import { mkdtemp } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { promisify } from 'node:util';

import { findTemporalServer, startTemporalServer, type RunningTemporalServer } from '../../demo/temporal-server';
import { builtBundlePath } from '../../workers/bundle/workflow-bundle';
import { installMinio } from './minio';
import { installMoto } from './moto';

/** What the whole test run shares; jest passes it from set-up to tear-down only through the global object. */
interface TestRun {
  folder: string;
  server: RunningTemporalServer;
}

/**
 * One Temporal server and one build for the whole test run, and moto on request. EXTPOST_TEST_BUILT says that `build/` is already
 * what the sources are.
 */
export default async function setUp(): Promise<void> {
  const folder = await mkdtemp(path.join(tmpdir(), 'extpost-test-'));
  const report = (line: string): void => {
    process.stdout.write(`${line}\n`);
  };
  const [program] = await Promise.all([
    findTemporalServer({ report, environment: process.env }),
    // Tests that run the command run what is built, and all workers take their workflows from its bundle.
    process.env['EXTPOST_TEST_BUILT'] === undefined
      ? promisify(execFile)('npm', ['run', '--silent', 'build'], { cwd: path.join(__dirname, '..', '..') })
      : undefined,
    installMoto(report),
    installMinio(report),
  ]);
  // Memory is not short here, and collecting garbage costs the server a seventh of its processor time.
  process.env['GOGC'] ??= '400';
  const server = await startTemporalServer({
    executable: program.path,
    port: 0,
    uiPort: 'headless',
    logFile: path.join(folder, 'temporal.log'),
  });
  process.env['EXTPOST_TEST_TEMPORAL_ADDRESS'] = server.address;
  process.env['EXTPOST_TEST_BUNDLE'] = builtBundlePath;
  (globalThis as unknown as { testRun: TestRun }).testRun = { folder, server };
}
