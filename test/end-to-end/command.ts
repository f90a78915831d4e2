import { spawn } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { createServer, type AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';

const root = path.join(__dirname, '..', '..');

export interface Ended {
  readonly exitCode: number | null;
  /** Everything that was printed to both streams. */
  readonly output: string;
}

/** Runs `extpost …` to its end; `outputCommand` gets everything printed so far whenever there is more. */
export function runExtpost(
  args: readonly string[],
  environment: NodeJS.ProcessEnv = {},
  onOutput: (output: string) => void = () => undefined,
): Promise<Ended> {
  return new Promise((resolve, reject) => {
    const child = spawn(process.execPath, [path.join(root, 'bin', 'extpost.js'), ...args], {
      cwd: root,
      env: { ...process.env, ...environment },
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    let output = '';
    for (const stream of [child.stdout, child.stderr]) {
      stream.on('data', (chunk: Buffer) => {
        output += chunk.toString();
        onOutput(output);
      });
    }
    child.once('error', reject);
    child.once('close', (exitCode) => {
      resolve({ exitCode, output });
    });
  });
}

/** An empty folder, and a function that removes it. */
export async function temporaryFolder(): Promise<{ path: string; remove: () => Promise<void> }> {
  const folder = await mkdtemp(path.join(tmpdir(), 'extpost-end-to-end-'));
  return { path: folder, remove: () => rm(folder, { recursive: true, force: true }) };
}

/** Options that put everything `extpost start` opens on free ports. */
export const freePortSwitches: readonly string[] = ['temporal', 'ui', 'receiver', 'board', 'sandbox'].flatMap(
  (what) => [`--${what}-port`, '0'],
);

/** A port that is free now. */
export async function freePort(): Promise<string> {
  const server = createServer();
  await new Promise<void>((resolve) => {
    server.listen(0, '127.0.0.1', resolve);
  });
  const { port } = server.address() as AddressInfo;
  await new Promise((resolve) => server.close(resolve));
  return String(port);
}
