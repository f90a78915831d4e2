import { rm } from 'node:fs/promises';

import type { RunningTemporalServer } from '../../demo/temporal-server';

export default async function tearDown(): Promise<void> {
  const { testRun } = globalThis as unknown as { testRun?: { folder: string; server: RunningTemporalServer } };
  await testRun?.server.stop();
  if (testRun !== undefined) await rm(testRun.folder, { recursive: true, force: true });
}
