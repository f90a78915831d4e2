import { existsSync, readFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { PortTakenError, startTemporalServer, TemporalServerStartError } from '../../../cli/temporal-server';
import { choosePort, SERVER_PORT } from '../../../cli/temporal-server/ports';
import { goModuleFolder } from '../../../cli/temporal-server/go-build';
import { NEEDED_GO_VERSION, PINNED_CLI_VERSION } from '../../../cli/temporal-server/pinned-versions';
import { FakeMachine } from './fake-programs';

let machine: FakeMachine;

beforeEach(() => {
  machine = new FakeMachine();
});
afterEach(() => {
  machine.remove();
});

describe('startTemporalServer', () => {
  it('tells the last lines of a server that ends while starting, and logs them', async () => {
    const executable = machine.install('temporal', 'echo "schema version is newer than this server" >&2; exit 7');
    const logFile = join(machine.folder, 'logs', 'temporal.log');
    const error: unknown = await startTemporalServer({
      executable,
      logFile,
      port: 0,
      uiPort: 'headless',
      searchAttributes: {},
    }).catch((reason: unknown) => reason);
    expect(error).toBeInstanceOf(TemporalServerStartError);
    expect(String(error)).toContain(
      'The Temporal server ended while starting, with 7. Its last lines:\nschema version is newer than this server',
    );
    expect(readFileSync(logFile, 'utf8')).toContain('schema version');
  });

  it('names a program that cannot be run', async () => {
    const starting = startTemporalServer({ executable: '/no/such', port: 0, uiPort: 'headless', searchAttributes: {} });
    await expect(starting).rejects.toThrow(
      'The Temporal server program /no/such cannot be run: spawn /no/such ENOENT.',
    );
  });

  it('looks at both ports before it starts anything', async () => {
    const executable = machine.install('temporal', 'echo started >> "${HOME}/notes"');
    const port = await choosePort(0, SERVER_PORT);
    const other = createServer().listen(port, '127.0.0.1');
    const error: unknown = await startTemporalServer({
      executable,
      port: 0,
      uiPort: port,
      searchAttributes: {},
      environment: machine.environment,
    }).catch((reason: unknown) => reason);
    other.close();
    expect(error).toBeInstanceOf(PortTakenError);
    expect(existsSync(join(machine.folder, 'notes'))).toBe(false);
  });
});

describe('tools/temporal-server/go.mod', () => {
  it('pins the versions that the code names', () => {
    const goMod = readFileSync(join(goModuleFolder(), 'go.mod'), 'utf8');
    expect(goMod).toContain(`require github.com/temporalio/cli v${PINNED_CLI_VERSION}\n`);
    expect(goMod).toContain(`\ngo ${NEEDED_GO_VERSION}\n`);
  });
});
