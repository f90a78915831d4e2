import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Connection } from '@temporalio/client';
import { findTemporalServer, startTemporalServer, type RunningTemporalServer } from '../../../demo/temporal-server';
import { ServerStartError } from '../../../demo/temporal-server/server-process';
import type { StartOptions } from '../../../demo/temporal-server/start-temporal-server';
import { runTemporalServer } from '../../../demo/temporal-server/temporal-command';

let folder: string;
let executable: string;

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'extpost-server-'));
  executable = (await findTemporalServer({ environment: process.env, report: console.error })).path;
});
afterAll(() => {
  rmSync(folder, { recursive: true, force: true });
});

const start = (more: Partial<StartOptions> = {}): Promise<RunningTemporalServer> =>
  startTemporalServer({ executable, port: 0, uiPort: 'headless', logFile: join(folder, 'temporal.log'), ...more });

describe('startTemporalServer', () => {
  it('keeps the data of a database, and lets no second server use it', async () => {
    const databaseFile = join(folder, 'kept', 'temporal.db');
    const first = await start({ databaseFile });
    const connection = await Connection.connect({ address: first.address });
    const { namespaceInfo } = await connection.workflowService.describeNamespace({ namespace: 'default' });
    await connection.close();
    await expect(start({ databaseFile })).rejects.toThrow(/Another extpost runs a Temporal server on .*kept/);
    await first.stop();
    await first.stop();

    const second = await start({ databaseFile });
    const again = await Connection.connect({ address: second.address });
    const { namespaceInfo: kept } = await again.workflowService.describeNamespace({ namespace: 'default' });
    expect(kept?.id).toBe(namespaceInfo?.id);
    await again.close();
    await second.stop();
  });

  it('tells the last lines of a server that ends while starting', async () => {
    const starting = start({ executable: '/bin/cat' });
    await expect(starting).rejects.toBeInstanceOf(ServerStartError);
    await expect(starting).rejects.toThrow(/ended while starting\. Its last lines:\n.*cat/);
    expect(readFileSync(join(folder, 'temporal.log'), 'utf8')).toContain('cat');
  });

  it('names a program that cannot be run', async () => {
    await expect(start({ executable: '/no/such' })).rejects.toThrow('spawn /no/such ENOENT');
  });
});

describe('runTemporalServer', () => {
  const run = (lines: string[], signal: AbortSignal, onReady: () => void): Promise<number> =>
    runTemporalServer({
      environment: { ...process.env, TEMPORAL_ADDRESS: 'far.away:7233' },
      report: (line) => {
        lines.push(line);
        if (line.startsWith('Ctrl-C')) onReady();
      },
      databaseFile: join(folder, 'command', 'temporal.db'),
      logFile: join(folder, 'command', 'temporal.log'),
      port: 0,
      uiPort: 0,
      signal,
    });

  it('prints where the server and its Web UI are, and ends with 0 when asked to stop', async () => {
    const lines: string[] = [];
    const ending = new AbortController();
    let status = 0;
    const exitCode = await run(lines, ending.signal, () => {
      const url = /Web UI +(http\S+)/.exec(lines.join('\n'))?.[1] ?? '';
      void fetch(url)
        .then((response) => {
          status = response.status;
        })
        .finally(() => {
          ending.abort();
        });
    });
    expect([exitCode, status]).toEqual([0, 200]);
    expect(lines).toContainEqual(expect.stringMatching(/^Temporal server +127\.0\.0\.1:\d+ \(process/));
    expect(lines).toContainEqual(expect.stringContaining('names far.away:7233'));
  });

  it('ends with 1 when the server ends by itself', async () => {
    const lines: string[] = [];
    const exitCode = await run(lines, new AbortController().signal, () => {
      const pid = /\(process (\d+)\)/.exec(lines.join('\n'))?.[1];
      process.kill(Number(pid), 'SIGKILL');
    });
    expect(exitCode).toBe(1);
    expect(lines.at(-1)).toContain('The Temporal server ended unexpectedly, with a signal.');
  });
});
