import { existsSync, readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { ConfiguredProgramError, findTemporalServer, NoTemporalServerError } from '../../../cli/temporal-server';
import { goBuild } from '../../../cli/temporal-server/go-build';
import { PINNED_CLI_VERSION } from '../../../cli/temporal-server/pinned-versions';
import { CannotGetError } from '../../../cli/temporal-server/program-getter';
import type { ProgramGetter } from '../../../cli/temporal-server/program-getter';
import { FakeMachine, fakeGo, fakeTemporal } from './fake-programs';

const noDownload: ProgramGetter = {
  from: 'download',
  way: 'download',
  cacheKey: 'sdk-test',
  get: () => Promise.reject(new CannotGetError('this network forbids it')),
};

let machine: FakeMachine;
const find = (signal?: AbortSignal): ReturnType<typeof findTemporalServer> =>
  findTemporalServer(
    { environment: machine.environment, report: machine.report, ...(signal === undefined ? {} : { signal }) },
    [noDownload, goBuild()],
  );

beforeEach(() => {
  machine = new FakeMachine();
});
afterEach(() => {
  machine.remove();
});

describe('a program that is there already', () => {
  it('is the one that EXTPOST_TEMPORAL_CLI names, whatever is on PATH', async () => {
    machine.install('temporal', fakeTemporal('1.9.0'));
    const path = machine.install('my-temporal', fakeTemporal('1.7.0'), 'elsewhere');
    machine.environment['EXTPOST_TEMPORAL_CLI'] = path;
    expect(await find()).toEqual({ path, from: 'EXTPOST_TEMPORAL_CLI', version: '1.7.0' });
  });

  it('must work when EXTPOST_TEMPORAL_CLI names it: no other is tried', async () => {
    machine.install('temporal', fakeTemporal('1.9.0'));
    machine.environment['EXTPOST_TEMPORAL_CLI'] = '/no/such/temporal';
    const error: unknown = await find().catch((reason: unknown) => reason);
    expect(error).toBeInstanceOf(ConfiguredProgramError);
    expect(String(error)).toMatch(/names \/no\/such\/temporal, which cannot be run .*unset it/);
  });

  it('is taken from PATH', async () => {
    const path = machine.install('temporal', fakeTemporal('1.5.0'));
    expect(await find()).toEqual({ path, from: 'PATH', version: '1.5.0' });
  });

  it('is taken from the cache when there is none on PATH', async () => {
    const path = machine.cache(PINNED_CLI_VERSION, fakeTemporal('1.8.2'));
    expect(await find()).toEqual({ path, from: 'cache', version: '1.8.2' });
  });

  it('is passed over on PATH when it is too old, and extpost says so', async () => {
    const old = machine.install('temporal', fakeTemporal('1.4.1'));
    machine.cache(PINNED_CLI_VERSION, fakeTemporal('1.8.2'));
    expect((await find()).from).toBe('cache');
    expect(machine.lines).toEqual([
      `Passing over the \`temporal\` on PATH: ${old} is version 1.4.1, and 1.5 or newer is needed.`,
    ]);
  });

  it('is passed over on PATH when it is another program of that name', async () => {
    machine.install('temporal', 'echo "Temporal, the calendar tool"; exit 2');
    machine.cache(PINNED_CLI_VERSION, fakeTemporal('1.8.2'));
    expect((await find()).from).toBe('cache');
    expect(machine.lines[0]).toContain('(--version ended with 2 and said: Temporal, the calendar tool)');
  });

  it('is removed from the cache when it does not answer, and built anew', async () => {
    const path = machine.cache(PINNED_CLI_VERSION, 'exit 1');
    machine.install('go', fakeGo(fakeTemporal('1.8.2')));
    expect(await find()).toEqual({ path, from: 'build', version: '1.8.2' });
    expect(machine.lines[0]).toMatch(/^Removed the cached Temporal server program .*--version ended with 1/);
  });

  it('is removed from the cache when its file was cut short', async () => {
    const path = machine.cache(PINNED_CLI_VERSION, '');
    writeFileSync(path, Buffer.from([0x7f, 0x45, 0x4c, 0x46, 0, 0]));
    machine.install('go', fakeGo(fakeTemporal('1.8.2')));
    expect((await find()).from).toBe('build');
  });
});

describe('a program that must be got', () => {
  it('is built from the pinned module when the download fails, and is in the cache afterwards', async () => {
    machine.install('go', fakeGo(fakeTemporal('1.8.2')));
    const path = machine.cachedPath(PINNED_CLI_VERSION);
    expect(await find()).toEqual({ path, from: 'build', version: '1.8.2' });
    expect(machine.lines[0]).toBe('No Temporal server from download: this network forbids it.');
    expect(await find()).toEqual({ path, from: 'cache', version: '1.8.2' });
  });

  it('is built in the folder of go.mod, with the version linked in', async () => {
    machine.install('go', fakeGo(fakeTemporal('1.8.2')));
    await find();
    expect(machine.notes()).toEqual([
      expect.stringMatching(
        /tools\/temporal-server: build -v -trimpath -ldflags -s -w -X github\.com\/temporalio\/cli\/internal\/temporalcli\.Version=1\.8\.2 -o \S+ github\.com\/temporalio\/cli\/cmd\/temporal$/,
      ),
    ]);
  });

  it('is built only once when two ask at the same time, and the second says that it waits', async () => {
    machine.install('go', fakeGo(fakeTemporal('1.8.2'), '/bin/sleep 0.1'));
    const both = await Promise.all([find(), find()]);
    expect(both.map(({ from }) => from).sort()).toEqual(['build', 'cache']);
    expect(machine.notes()).toHaveLength(1);
    expect(machine.lines).toContain('Another extpost is getting the Temporal server program just now; waiting for it.');
  });

  it('leaves nothing behind in the cache when it does not work', async () => {
    machine.install('go', fakeGo('exit 3'));
    const error: unknown = await find().catch((reason: unknown) => reason);
    expect(String(error)).toContain('the program it gave is not a working Temporal command line');
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

describe('no way to a program', () => {
  it('is told with every way, its reason and what helps', async () => {
    const error: unknown = await find().catch((reason: unknown) => reason);
    expect(error).toBeInstanceOf(NoTemporalServerError);
    expect(String(error).split('\n')).toEqual([
      expect.stringContaining('There is no Temporal server program to start.'),
      '  - `temporal` on PATH: there is none',
      `  - cache of earlier runs (${machine.folder}/cache/temporal-server): there is none`,
      '  - download: this network forbids it',
      '  - build with Go (github.com/temporalio/cli/cmd/temporal 1.8.2): there is no `go` on PATH',
      'Any one of these helps:',
      expect.stringContaining('install the Temporal command line: https://docs.temporal.io/cli'),
      expect.stringContaining('install Go 1.26.4 or newer'),
      expect.stringContaining('set EXTPOST_TEMPORAL_CLI'),
      expect.stringContaining('set TEMPORAL_ADDRESS'),
    ]);
  });

  it('tells what Go said, without the package names and without passwords', async () => {
    machine.install('go', 'echo net/http; echo "Get https://me:secret@proxy/x: no route to host"; exit 1');
    const error: unknown = await find().catch((reason: unknown) => reason);
    expect(String(error)).toContain('ended with 1: Get https://***@proxy/x: no route to host (Go 1.26.4 or newer');
    expect(String(error)).not.toContain('secret');
  });

  it('names the cache folder when it cannot be written', async () => {
    writeFileSync(join(machine.folder, 'cache'), 'a file, not a folder');
    await expect(find()).rejects.toThrow(/cache folder .*cannot be written.*set EXTPOST_CACHE/);
  });
});
