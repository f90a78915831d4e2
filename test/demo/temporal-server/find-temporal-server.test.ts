import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import testingPackage from '@temporalio/testing/package.json';
import { findTemporalServer, NoTemporalServerError } from '../../../demo/temporal-server/find-temporal-server';
import {
  goBuild,
  goModuleFolder,
  NEEDED_GO_VERSION,
  PINNED_CLI_VERSION,
  type ProgramSource,
  sdkDownload,
} from '../../../demo/temporal-server/program-sources';
import { FakeMachine, fakeGo, fakeTemporal } from './fake-programs';

const noDownload: ProgramSource = {
  from: 'download',
  name: 'download',
  cacheKey: 'sdk-test',
  get: () => Promise.resolve({ fault: 'this network forbids it' }),
};

let machine: FakeMachine;
const find = (signal = new AbortController().signal): ReturnType<typeof findTemporalServer> =>
  findTemporalServer({ environment: machine.environment, report: machine.report, signal }, [noDownload, goBuild]);

beforeEach(() => {
  machine = new FakeMachine();
});
afterEach(() => {
  machine.remove();
});

describe('a program that is there already', () => {
  it('is taken from PATH', async () => {
    machine.install('temporal', fakeTemporal('1.5.0'));
    expect(await find()).toEqual({ path: 'temporal', from: 'PATH', version: '1.5.0' });
  });

  it('is taken from the cache when there is none on PATH', async () => {
    const path = machine.cache(PINNED_CLI_VERSION, fakeTemporal('1.8.2'));
    expect(await find()).toEqual({ path, from: 'cache', version: '1.8.2' });
  });

  it.each([
    ['is too old', fakeTemporal('1.4.1')],
    ['is another program of that name', 'echo "Temporal, the calendar tool"'],
    ['does not work', 'exit 2'],
  ])('is ignored on PATH when it %s', async (_, script) => {
    machine.install('temporal', script);
    machine.cache(PINNED_CLI_VERSION, fakeTemporal('1.8.2'));
    expect((await find()).from).toBe('cache');
  });

  it('is replaced in the cache when it does not work', async () => {
    const path = machine.cache(PINNED_CLI_VERSION, '');
    writeFileSync(path, Buffer.from([0x7f, 0x45, 0x4c, 0x46, 0, 0]));
    machine.install('go', fakeGo(fakeTemporal('1.8.2')));
    expect(await find()).toEqual({ path, from: 'build', version: '1.8.2' });
  });
});

describe('a program that must be got', () => {
  it('is built from the pinned module when the download fails, and is in the cache afterwards', async () => {
    machine.install('go', fakeGo(fakeTemporal('1.8.2')));
    const path = machine.cachedPath(PINNED_CLI_VERSION);
    expect(await find()).toEqual({ path, from: 'build', version: '1.8.2' });
    expect(machine.lines[0]).toBe('No Temporal server from download: this network forbids it.');
    expect(machine.notes()).toEqual([
      expect.stringMatching(
        /tools\/temporal-server: build -v -trimpath -ldflags -s -w -X github\.com\/temporalio\/cli\/internal\/temporalcli\.Version=1\.8\.2 -o \S+ github\.com\/temporalio\/cli\/cmd\/temporal$/,
      ),
    ]);
    expect(await find()).toEqual({ path, from: 'cache', version: '1.8.2' });
  });

  it('is built only once when two ask at the same time, and the second says that it waits', async () => {
    machine.install('go', fakeGo(fakeTemporal('1.8.2'), '/bin/sleep 0.1'));
    const both = await Promise.all([find(), find()]);
    expect(both.map(({ from }) => from).sort()).toEqual(['build', 'cache']);
    expect(machine.notes()).toHaveLength(1);
    expect(machine.lines).toContain('Another extpost is fetching the Temporal server program; waiting for it.');
  });

  it('leaves nothing in the cache when it does not work', async () => {
    machine.install('go', fakeGo('exit 3'));
    await expect(find()).rejects.toThrow(/temporal ended with 3/);
    expect(readdirSync(join(machine.folder, 'cache', 'temporal-server'))).toEqual([]);
  });

  it('is no longer waited for when the signal comes', async () => {
    machine.install('go', `echo started >> "$HOME/notes"; exec /bin/sleep 20`);
    const ending = new AbortController();
    const found = find(ending.signal);
    while (!existsSync(join(machine.folder, 'notes'))) await new Promise((resolve) => setTimeout(resolve, 10));
    ending.abort(new Error('asked to stop'));
    await expect(found).rejects.toThrow('asked to stop');
  });
});

describe('when there is no way to get a program', () => {
  it('the error names each way with its reason, and what helps', async () => {
    const error: unknown = await find().catch((reason: unknown) => reason);
    expect(error).toBeInstanceOf(NoTemporalServerError);
    expect(String(error).split('\n')).toEqual([
      expect.stringContaining('There is no Temporal server program to start.'),
      '  - `temporal` on PATH: there is none',
      `  - cache ${machine.cachedPath(noDownload.cacheKey)}: there is none`,
      `  - cache ${machine.cachedPath(PINNED_CLI_VERSION)}: there is none`,
      '  - download: this network forbids it',
      '  - build with Go (github.com/temporalio/cli/cmd/temporal 1.8.2): there is none (Go 1.26.4 or newer is needed)',
      'Do one of these:',
      expect.stringContaining('install the Temporal command line: https://docs.temporal.io/cli'),
      expect.stringContaining('install Go 1.26.4 or newer'),
      expect.stringContaining('set TEMPORAL_ADDRESS'),
    ]);
  });

  it('the error tells what Go printed, without package names and passwords', async () => {
    machine.install('go', 'echo net/http; echo "Get https://me:secret@proxy/x: no route to host"; exit 1');
    const error: unknown = await find().catch((reason: unknown) => reason);
    expect(String(error)).toContain('go ended with 1: Get https://***@proxy/x: no route to host (Go 1.26.4 or newer');
    expect(String(error)).not.toContain('secret');
  });

  it('the error names the cache folder when it cannot be written', async () => {
    writeFileSync(join(machine.folder, 'cache'), 'a file, not a folder');
    await expect(find()).rejects.toThrow(/cache \S+: cannot be written.*set EXTPOST_CACHE/);
  });
});

describe('the download of the SDK', () => {
  /** Runs a shell script in the place of the SDK; it gets the staging folder as $1. */
  const download = (script: string, stallMs?: number): ReturnType<typeof findTemporalServer> => {
    const command = machine.install('sdk', script, 'elsewhere');
    return findTemporalServer(machine, [sdkDownload([command], stallMs)]);
  };

  it('puts what arrived into the cache, under the version of the SDK', async () => {
    const path = machine.cachedPath(`sdk-${testingPackage.version}`);
    mkdirSync(join(path, '..'), { recursive: true });
    const program = machine.install('arrived', fakeTemporal('1.9.1'), 'elsewhere');
    const found = await download(`/bin/cp -p ${program} "$1/temporal-sdk-typescript"`);
    expect(found).toEqual({ path, from: 'download', version: '1.9.1' });
  });

  it('is given up when nothing arrives', async () => {
    await expect(download('exec /bin/sleep 20', 100)).rejects.toThrow('nothing arrived for 0.1 s');
  });

  it('does not take half a file for a program', async () => {
    const found = download('echo half > "$1/temporal.downloading"; echo "connection reset" >&2; exit 1');
    await expect(found).rejects.toThrow('ended with 1: connection reset');
  });

  it('really asks the SDK, which here meets a proxy that refuses', async () => {
    machine.environment['HTTPS_PROXY'] = 'http://127.0.0.1:9';
    const found = findTemporalServer(machine, [sdkDownload()]);
    await expect(found).rejects.toThrow(/temporal\.download\): .*failed to download/);
  });
});

describe('tools/temporal-server/go.mod', () => {
  it('pins the versions that the code names', () => {
    const goMod = readFileSync(join(goModuleFolder(), 'go.mod'), 'utf8');
    expect(goMod).toContain(`require github.com/temporalio/cli v${PINNED_CLI_VERSION}\n`);
    expect(goMod).toContain(`\ngo ${NEEDED_GO_VERSION}\n`);
  });
});
