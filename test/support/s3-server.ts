import { execFile, spawn, type ChildProcess } from 'node:child_process';
import { existsSync } from 'node:fs';
import { createServer, type AddressInfo } from 'node:net';
import path from 'node:path';
import { promisify } from 'node:util';

import { request } from 'undici';

/** Tried with this one. */
const MOTO = 'moto[server]==5.2.5';
/** Where the server is kept between runs. */
const cache = path.resolve(__dirname, '../../node_modules/.cache/moto');
const program = path.join(cache, process.platform === 'win32' ? 'Scripts/moto_server.exe' : 'bin/moto_server');
const INSTALL_MS = 180_000;

/** An S3 that somebody else wrote (moto), with nothing in it. Its credentials are any. */
export interface S3Server {
  readonly endpoint: string;
  stop(): Promise<void>;
}

const group = describe;
const test = it;

/** Tests against moto. They run where it was installed before, or with EXTPOST_TEST_S3=install; else one test says why not. */
export function describeWithS3(name: string, tests: () => void): void {
  if (existsSync(program) || process.env['EXTPOST_TEST_S3'] === 'install') {
    group(name, tests);
    return;
  }
  const reason =
    'moto is not installed; install it with EXTPOST_TEST_S3=install npx jest test/clients/transfer-s3 (needs python3 and PyPI)';
  group(name, () => {
    test(`is left out: ${reason}`, () => {
      process.stderr.write(`left out: ${name}: ${reason}\n`);
      expect(existsSync(program)).toBe(false);
    });
  });
}

/** Installs moto when it is missing, and starts it on a free port. Throws in words when that cannot be done. */
export async function startS3Server(): Promise<S3Server> {
  if (!existsSync(program)) await install();
  const port = await freePort();
  const child = spawn(program, ['-H', '127.0.0.1', '-p', String(port)], { stdio: 'ignore' });
  const endpoint = `http://127.0.0.1:${port}`;
  try {
    await untilItAnswers(endpoint, child);
  } catch (error) {
    child.kill();
    throw error;
  }
  return {
    endpoint,
    stop: () =>
      new Promise((resolve) => {
        child.once('exit', () => {
          resolve();
        });
        child.kill();
      }),
  };
}

async function install(): Promise<void> {
  const run = promisify(execFile);
  const options = { timeout: INSTALL_MS };
  try {
    await run('python3', ['-m', 'venv', cache], options);
    await run(path.join(path.dirname(program), 'pip'), ['install', '--quiet', MOTO], options);
  } catch (error) {
    throw new Error(`moto could not be installed: ${error instanceof Error ? error.message : String(error)}`);
  }
}

async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  await new Promise((resolve) => server.close(resolve));
  return port;
}

async function untilItAnswers(endpoint: string, child: ChildProcess): Promise<void> {
  const giveUpAt = Date.now() + 25_000;
  for (;;) {
    try {
      await (await request(endpoint)).body.dump();
      return;
    } catch {
      if (Date.now() > giveUpAt || child.exitCode !== null) throw new Error('moto was started and does not answer.');
      await new Promise((resolve) => setTimeout(resolve, 100));
    }
  }
}
