import { spawn } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { createServer, type AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';

const EXTPOST = path.join(__dirname, '..', '..', 'bin', 'extpost.js');
/** What the ledger counts, as its last line says it. */
const verdicts = ['done', 'attention', 'bypassed', 'deleted', 'lost', 'twice', 'wrong'] as const;

/** `wild-days [days] [tasks]`: wild days with the seeds 1, 2, …; each must end without a task lost, twice or wrong. */
export async function wildDays(args: readonly string[]): Promise<boolean> {
  const days = Number(args[0] ?? 5);
  const tasks = Number(args[1] ?? 60);
  const rows: Record<string, number | string | null>[] = [];
  let isRight = true;
  for (let seed = 1; seed <= days; seed += 1) {
    const began = Date.now();
    const { exitCode, output } = await runWildDay(seed, tasks);
    const line = output.trimEnd().split('\n').at(-1) ?? '';
    const faults = output
      .split('\n')
      .filter((each) => /is (lost|twice|wrong): |asks for no operator: |broke a rule: /.test(each));
    for (const fault of faults) console.log(`seed ${seed}: ${fault.slice(fault.indexOf('  ') + 2)}`);
    const counts = Object.fromEntries(verdicts.map((verdict) => [verdict, countOf(line, verdict)]));
    rows.push({ seed, tasks, ...counts, seconds: Math.round((Date.now() - began) / 1000), exitCode });
    isRight &&= exitCode === 0;
  }
  console.table(rows);
  return isRight;
}

/** The number in front of a verdict, such as 12 in `12 done`; 0 if the line does not have it. */
function countOf(line: string, verdict: string): number {
  return Number(new RegExp(`(\\d+) (?:needs? )?${verdict}`).exec(line)?.[1] ?? 0);
}

async function runWildDay(seed: number, tasks: number): Promise<{ exitCode: number | null; output: string }> {
  const folder = await mkdtemp(path.join(tmpdir(), 'extpost-wild-day-'));
  const ports = [await freePort(), await freePort(), await freePort()] as const;
  const options = {
    '--forms': 'wild',
    '--seed': seed,
    '--tasks': tasks,
    '--folder': folder,
    '--temporal-port': ports[0],
    '--ui-port': ports[1],
    '--receiver-port': ports[2],
    '--board-port': 0,
    '--sandbox-port': 0,
  };
  const args = Object.entries(options).flatMap(([name, value]) => [name, String(value)]);
  try {
    return await new Promise((resolve, reject) => {
      const child = spawn(process.execPath, [EXTPOST, 'start', '--once', ...args], {
        env: { ...process.env, TEMPORAL_ADDRESS: '' },
        stdio: ['ignore', 'pipe', 'inherit'],
      });
      let output = '';
      child.stdout.on('data', (chunk: Buffer) => (output += chunk.toString()));
      child.once('error', reject);
      child.once('close', (exitCode) => {
        resolve({ exitCode, output });
      });
    });
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve) => {
    server.listen(0, '127.0.0.1', resolve);
  });
  const { port } = server.address() as AddressInfo;
  await new Promise((resolve) => server.close(resolve));
  return port;
}
