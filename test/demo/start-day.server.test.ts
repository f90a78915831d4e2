import { existsSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { createServer, type AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';

import { exitCodes } from '../../cli/exit-codes';
import { createProgram } from '../../cli/program';
import { demo } from '../../demo';
import { TemporalUnreachableError } from '../../temporal';
import { freePortSwitches } from '../end-to-end/command';

let folder: string;
/** What a day would be kept in. */
let kept: string;

beforeEach(async () => {
  folder = await mkdtemp(path.join(tmpdir(), 'extpost-start-'));
  kept = path.join(folder, 'day');
  jest.spyOn(process.stdout, 'write').mockReturnValue(true);
});
afterEach(async () => {
  jest.restoreAllMocks();
  await rm(folder, { recursive: true, force: true });
});

/** Runs `extpost start --once` in this process, and gives the error that ends it. */
async function failureOf(environment: NodeJS.ProcessEnv, switches = freePortSwitches): Promise<unknown> {
  jest.replaceProperty(process, 'env', { ...process.env, ...environment });
  const words = ['start', '--once', '--folder', kept, ...switches];
  const program = await createProgram(words, demo);
  return program.parseAsync(['node', 'extpost', ...words]).then(
    () => undefined,
    (error: unknown) => error,
  );
}

describe('extpost start', () => {
  it('starts nothing and names every source of a server when none works', async () => {
    const error = await failureOf({
      TEMPORAL_ADDRESS: '',
      PATH: folder,
      EXTPOST_CACHE: path.join(folder, 'cache'),
      HTTPS_PROXY: 'http://127.0.0.1:9',
    });
    expect(error).toMatchObject({ exitCode: exitCodes.noTemporal });
    expect(String(error)).toContain('TEMPORAL_ADDRESS');
    expect(existsSync(kept)).toBe(false);
  });

  it('starts nothing when the configured Temporal server does not answer', async () => {
    const error = await failureOf({ TEMPORAL_ADDRESS: '127.0.0.1:1' });
    expect(error).toBeInstanceOf(TemporalUnreachableError);
    expect(String(error)).toContain('Temporal does not answer at 127.0.0.1:1');
    expect(existsSync(kept)).toBe(false);
  });

  it('names the port that is in use, and the option that changes it', async () => {
    const squatter = createServer();
    await new Promise<void>((resolve) => {
      squatter.listen(0, '127.0.0.1', resolve);
    });
    const { port } = squatter.address() as AddressInfo;
    const switches = freePortSwitches.map((word, index, all) =>
      all[index - 1] === '--receiver-port' ? String(port) : word,
    );
    const error = await failureOf({ TEMPORAL_ADDRESS: '' }, switches);
    await new Promise((resolve) => squatter.close(resolve));
    expect(error).toMatchObject({
      exitCode: exitCodes.failed,
      message: `Port ${port} for the webhook receiver is taken; choose another with --receiver-port.`,
    });
  });
});
