import { spawn } from 'node:child_process';
import { mkdtemp, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { cpus, tmpdir, totalmem } from 'node:os';
import path from 'node:path';

import { request } from 'undici';

import { sandboxEnvironment, startSandbox, type Sandbox } from '../sandbox';

/** The repository root, from the built code. */
const root = path.join(__dirname, '..', '..');
/** The limit that the benchmark enforces. */
const MAX_MEGABYTES = 300;

/** Preloaded into the measured process, which writes its peak memory in kilobytes at exit. */
const tellPeak = `process.on('exit', () => {
  require('node:fs').writeFileSync(process.env.EXTPOST_BENCH_PEAK, String(process.resourceUsage().maxRSS));
});`;

/** `celtra-export [files] [megabytes each]`: memory and speed of `extpost celtra export --to`, a process of its own. */
export async function celtraExport(args: readonly string[]): Promise<boolean> {
  const files = Number(args[0] ?? 200);
  const megabytes = Number(args[1] ?? 20);
  const folder = await mkdtemp(path.join(tmpdir(), 'extpost-bench-'));
  const sandbox = await startSandbox({
    seed: 'celtra-export',
    day: { tasks: 1 },
    celtra: { rendersTakePolls: 1, pictures: 'flat', fileBytes: megabytes * 1_000_000 },
  });
  try {
    const designId = await bulkDesign(sandbox, files);
    const first = await run(sandbox, folder, designId);
    const again = await run(sandbox, folder, designId);
    const written = await sizesIn(path.join(folder, 'out'));
    const whole = written.filter((bytes) => bytes === megabytes * 1_000_000).length;
    print({ files, megabytes, whole, first, again });
    const peak = Math.max(first.peakMegabytes, again.peakMegabytes);
    return first.exitCode === 0 && again.exitCode === 0 && whole === files && peak < MAX_MEGABYTES;
  } finally {
    await sandbox.stop();
    await rm(folder, { recursive: true, force: true });
  }
}

async function bulkDesign(sandbox: Sandbox, outputs: number): Promise<string> {
  const answer = await request(`${sandbox.controlUrl}/designs`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ studio: 'acme', outputs, width: 300, height: 250, kind: 'image' }),
  });
  const text = await answer.body.text();
  if (answer.statusCode >= 300) throw new Error(`The sandbox made no design: ${answer.statusCode} ${text}`);
  return (JSON.parse(text) as { designId: string }).designId;
}

interface Run {
  readonly exitCode: number | null;
  readonly seconds: number;
  /** 1 MB = 1,000,000 bytes. */
  readonly peakMegabytes: number;
}

async function run(sandbox: Sandbox, folder: string, designId: string): Promise<Run> {
  const hook = path.join(folder, 'tell-peak.js');
  const peak = path.join(folder, 'peak');
  await writeFile(hook, tellPeak);
  const words = ['celtra', 'export', 'acme', '--project', designId, '--image', 'png', '--to', path.join(folder, 'out')];
  const began = performance.now();
  const child = spawn(process.execPath, ['--require', hook, path.join(root, 'bin', 'extpost.js'), ...words], {
    env: {
      ...process.env,
      ...sandboxEnvironment(sandbox),
      EXTPOST_CONFIG: path.join(root, 'examples', 'sandbox', 'extpost.yaml'),
      EXTPOST_FOLDER: folder,
      EXTPOST_BENCH_PEAK: peak,
    },
    stdio: ['ignore', 'inherit', 'pipe'],
  });
  let errors = '';
  child.stderr.on('data', (chunk: Buffer) => (errors = `${errors}${chunk.toString()}`.slice(-10_000)));
  const exitCode = await new Promise<number | null>((resolve, reject) => {
    child.once('error', reject);
    child.once('close', resolve);
  });
  if (exitCode !== 0) console.error(errors);
  return {
    exitCode,
    seconds: (performance.now() - began) / 1000,
    peakMegabytes: (Number(await readFile(peak, 'utf8')) * 1024) / 1_000_000,
  };
}

async function sizesIn(folder: string): Promise<number[]> {
  const entries = await readdir(folder, { withFileTypes: true });
  const files = entries.filter((entry) => entry.isFile());
  return Promise.all(files.map(async ({ name }) => (await stat(path.join(folder, name))).size));
}

function print(figures: { files: number; megabytes: number; whole: number; first: Run; again: Run }): void {
  const { files, megabytes, whole, first, again } = figures;
  const speed = ((files * megabytes) / first.seconds).toFixed(0);
  console.log(
    `machine             ${cpus().length} cores, ${Math.round(totalmem() / 2 ** 30)} GiB; Node ${process.version}`,
  );
  console.log(`files               ${whole} of ${files} whole, ${megabytes} MB each`);
  console.log(`fetched in          ${first.seconds.toFixed(1)} s, ${speed} MB/s (sandbox on the same machine)`);
  console.log(`checked again in    ${again.seconds.toFixed(1)} s, nothing fetched`);
  console.log(
    `peak memory         ${first.peakMegabytes.toFixed(0)} MB, ${again.peakMegabytes.toFixed(0)} MB when all is there (at most ${MAX_MEGABYTES})`,
  );
  console.log(
    `celtra export: ${files} files of ${megabytes} MB in ${first.seconds.toFixed(1)} s, ${speed} MB/s, peak ${first.peakMegabytes.toFixed(0)} MB`,
  );
}
