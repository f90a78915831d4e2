import { mkdtemp } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';

import { DefaultLogger } from '@temporalio/worker';

import { findTemporalServer, startTemporalServer, type RunningTemporalServer } from '../../cli/temporal-server';
import { writeWorkflowBundle } from '../../workers/bundle/workflow-bundle';
import { installMoto } from './moto';

/** What the whole test run shares; jest passes it from set-up to tear-down only through the global object. */
interface TestRun {
  folder: string;
  server: RunningTemporalServer;
}

/** One Temporal server and one workflow bundle for the whole test run, and moto on request. */
export default async function setUp(): Promise<void> {
  const folder = await mkdtemp(path.join(tmpdir(), 'extpost-test-'));
  const report = (line: string): void => {
    process.stdout.write(`${line}\n`);
  };
  const [program] = await Promise.all([
    findTemporalServer({ report, environment: process.env }),
    writeWorkflowBundle(path.join(folder, 'workflow-bundle.js'), new DefaultLogger('WARN')),
    installMoto(report),
  ]);
  const server = await startTemporalServer({
    executable: program.path,
    port: 0,
    uiPort: 'headless',
    logFile: path.join(folder, 'temporal.log'),
  });
  process.env['EXTPOST_TEST_TEMPORAL_ADDRESS'] = server.address;
  process.env['EXTPOST_TEST_BUNDLE'] = path.join(folder, 'workflow-bundle.js');
  (globalThis as unknown as { testRun: TestRun }).testRun = { folder, server };
}
