import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Connection } from '@temporalio/client';
import {
  DatabaseInUseError,
  ensureSearchAttributes,
  runTemporalServer,
  SearchAttributesError,
  startTemporalServer,
} from '../../../cli/temporal-server';
import type { RunningTemporalServer, StartOptions } from '../../../cli/temporal-server';
import { REAL_SERVER_PROGRAM_LIMIT_MS, realServerProgram } from './fake-programs';

let folder: string;
let executable: string;

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'extpost-server-'));
  executable = (await realServerProgram()).path;
}, REAL_SERVER_PROGRAM_LIMIT_MS);
afterAll(() => {
  rmSync(folder, { recursive: true, force: true });
});

const start = (more: Partial<StartOptions> = {}): Promise<RunningTemporalServer> =>
  startTemporalServer({ executable, port: 0, uiPort: 'headless', searchAttributes: {}, ...more });

const withConnection = async <Result>(
  { address }: { address: string },
  use: (connection: Connection) => Promise<Result>,
): Promise<Result> => {
  const connection = await Connection.connect({ address });
  try {
    return await use(connection);
  } finally {
    await connection.close();
  }
};

describe('a server in memory', () => {
  let server: RunningTemporalServer;

  beforeAll(async () => {
    server = await start({ namespace: 'studio', searchAttributes: { ExtpostStudio: 'Keyword', ExtpostRound: 'Int' } });
  });
  afterAll(async () => {
    await server.stop();
  });

  it('answers for the namespace asked for, and has no Web UI', async () => {
    const described = await withConnection(server, ({ workflowService }) =>
      workflowService.describeNamespace({ namespace: 'studio' }),
    );
    expect(described.namespaceInfo?.name).toBe('studio');
    expect(server.uiUrl).toBeUndefined();
  });

  it('gets the search attributes that it lacks, once', async () => {
    const attributes = { ExtpostStudio: 'Keyword', ExtpostCause: 'Keyword' } as const;
    await withConnection(server, async (connection) => {
      expect(await ensureSearchAttributes(connection, 'studio', attributes)).toEqual(['ExtpostCause']);
      expect(await ensureSearchAttributes(connection, 'studio', attributes)).toEqual([]);
    });
  });

  it('refuses a search attribute that has another type', async () => {
    await withConnection(server, async (connection) => {
      const adding = ensureSearchAttributes(connection, 'studio', { ExtpostRound: 'Keyword' });
      await expect(adding).rejects.toBeInstanceOf(SearchAttributesError);
      await expect(adding).rejects.toThrow(
        '"ExtpostRound" of namespace "studio" has the type Int, and extpost needs Keyword',
      );
    });
  });
});

describe('a server with a database', () => {
  it('keeps its data, learns new search attributes, and lets nobody else in', async () => {
    const databaseFile = join(folder, 'kept', 'temporal.db');
    const first = await start({ databaseFile, searchAttributes: { ExtpostStudio: 'Keyword' } });
    await expect(start({ databaseFile })).rejects.toBeInstanceOf(DatabaseInUseError);
    await first.stop();
    expect(existsSync(join(folder, 'kept', 'temporal.pid'))).toBe(false);

    const second = await start({ databaseFile, searchAttributes: { ExtpostStudio: 'Keyword', ExtpostRound: 'Int' } });
    const { customAttributes } = await withConnection(second, ({ operatorService }) =>
      operatorService.listSearchAttributes({ namespace: 'default' }),
    );
    await second.stop();
    await second.stop();
    expect(customAttributes).toMatchObject({ ExtpostStudio: 2, ExtpostRound: 3 });
  });
});

describe('runTemporalServer', () => {
  const run = (lines: string[], signal: AbortSignal, report: (line: string) => void): Promise<number> =>
    runTemporalServer({
      environment: { ...process.env, EXTPOST_TEMPORAL_CLI: executable, TEMPORAL_ADDRESS: 'far.away:7233' },
      report: (line) => {
        lines.push(line);
        report(line);
      },
      searchAttributes: {},
      databaseFile: join(folder, 'command', 'temporal.db'),
      logFile: join(folder, 'command', 'temporal.log'),
      port: 0,
      signal,
    });

  it('prints where the server and its Web UI are, and ends with 0 when asked to stop', async () => {
    const lines: string[] = [];
    const ending = new AbortController();
    let page = Promise.resolve(0);
    const exitCode = await run(lines, ending.signal, (line) => {
      const url = /Web UI +(http\S+)/.exec(line)?.[1];
      if (url !== undefined) page = fetch(url).then(({ status }) => status);
      if (line.startsWith('Ctrl-C'))
        void page.finally(() => {
          ending.abort();
        });
    });
    expect(exitCode).toBe(0);
    expect(await page).toBe(200);
    expect(lines).toContainEqual(expect.stringMatching(/^Temporal server +127\.0\.0\.1:\d+$/));
    expect(lines).toContainEqual(expect.stringContaining('TEMPORAL_ADDRESS names far.away:7233'));
  });

  it('ends with 1 when the server ends by itself', async () => {
    const lines: string[] = [];
    const exitCode = await run(lines, new AbortController().signal, (line) => {
      if (line.startsWith('Ctrl-C')) killServerOn(join(folder, 'command', 'temporal.pid'));
    });
    expect(exitCode).toBe(1);
    expect(lines.at(-1)).toContain('The Temporal server ended by itself, with a signal.');
  });
});

function killServerOn(pidFile: string): void {
  const { pid } = JSON.parse(readFileSync(pidFile, 'utf8')) as { pid: number };
  process.kill(pid, 'SIGKILL');
}
