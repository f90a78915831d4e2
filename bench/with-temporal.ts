import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';

import { findTemporalServer, startTemporalServer } from '../demo/temporal-server';

/** Runs a benchmark with a temporary folder and Temporal dev server. */
export async function withTemporal<T>(
  run: (own: { readonly folder: string; readonly address: string; readonly serverPid: number }) => Promise<T>,
): Promise<T> {
  const folder = await mkdtemp(path.join(tmpdir(), 'extpost-bench-'));
  try {
    const program = await findTemporalServer({
      report: (line) => {
        console.log(line);
      },
      environment: process.env,
    });
    const server = await startTemporalServer({
      executable: program.path,
      databaseFile: path.join(folder, 'temporal.db'),
      port: 0,
      uiPort: 'headless',
      logFile: path.join(folder, 'temporal.log'),
    });
    try {
      return await run({ folder, address: server.address, serverPid: server.pid });
    } finally {
      await server.stop();
    }
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}
