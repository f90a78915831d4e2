import { spawn } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseInUseError } from '../../../cli/temporal-server';
import { pidFileOf, stopOrphanedServer, writePidFile } from '../../../cli/temporal-server/orphaned-server';

/** Not the parent of anything that a test starts. */
const SOMEBODY_GONE = 999_999;

let folder: string;
let databaseFile: string;
let children: ChildProcess[];
let lines: string[];

/** A process that looks like a server on this database. */
const startLookalike = async (...args: string[]): Promise<number> => {
  const child = spawn(process.execPath, ['--eval', 'setInterval(() => {}, 1000)', 'placeholder', ...args]);
  children.push(child);
  await once(child, 'spawn');
  return child.pid ?? 0;
};
const stop = (): Promise<void> => stopOrphanedServer(databaseFile, (line) => lines.push(line));
const stillRuns = (): boolean => children.every((child) => child.exitCode === null && child.signalCode === null);

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'extpost-orphan-'));
  databaseFile = join(folder, 'temporal.db');
  children = [];
  lines = [];
});
afterEach(() => {
  for (const child of children) child.kill('SIGKILL');
  rmSync(folder, { recursive: true, force: true });
});

describe('stopOrphanedServer', () => {
  it('stops the server that a killed extpost left on the database, and says so', async () => {
    const pid = await startLookalike('start-dev', databaseFile);
    await writePidFile(databaseFile, { pid, port: 7233, startedBy: SOMEBODY_GONE });
    const [child] = children;
    const ended = child === undefined ? Promise.reject(new Error('not started')) : once(child, 'exit');
    await stop();
    expect(lines).toEqual([`Stopping a Temporal server (process ${pid}) that an earlier run left on ${databaseFile}.`]);
    expect(await ended).toEqual([null, 'SIGTERM']);
    expect(existsSync(pidFileOf(databaseFile))).toBe(false);
  });

  it('leaves a process alone that was only given the same number', async () => {
    const pid = await startLookalike('start-dev', '/another/temporal.db');
    await writePidFile(databaseFile, { pid, port: 7233, startedBy: SOMEBODY_GONE });
    await stop();
    expect(stillRuns()).toBe(true);
    expect(lines).toEqual([]);
  });

  it('refuses when the extpost that started the server still runs', async () => {
    const pid = await startLookalike('start-dev', databaseFile);
    await writePidFile(databaseFile, { pid, port: 7233, startedBy: process.pid });
    const error: unknown = await stop().catch((reason: unknown) => reason);
    expect(error).toBeInstanceOf(DatabaseInUseError);
    expect(String(error)).toContain(`(process ${process.pid})`);
    expect(String(error)).toContain('TEMPORAL_ADDRESS=127.0.0.1:7233');
    expect(stillRuns()).toBe(true);
  });

  it.each(['', '{"pid": 1', '{"pid":"x"}'])('goes past a pid file that says %j', async (content) => {
    writeFileSync(pidFileOf(databaseFile), content);
    await expect(stop()).resolves.toBeUndefined();
  });

  it('has nothing to do when there is no pid file', async () => {
    await stop();
    expect(lines).toEqual([]);
  });
});
