import { cpus, loadavg } from 'node:os';

import { effects, nameOf, runKillMatrix, type Cell, type Kill, type KillMatrixResult } from './kill-matrix-run';
import { median } from './median';
import { withTemporal } from './with-temporal';

const MAX_MEDIAN_MS = 3_000;
const TIMEOUT_MS = 15 * 60_000;

/** `kill-matrix [tasks]`: the worker is killed before, during and after each outside effect, in both flavours. */
export async function killMatrix(args: readonly string[]): Promise<boolean> {
  const tasks = Number(args[0] ?? 30);
  return withTemporal(async ({ folder, address }) => {
    const [load = 0] = loadavg();
    console.log(
      `machine                 ${cpus().length} cores; Node ${process.version}; load before ${load.toFixed(1)}`,
    );
    const result = await runKillMatrix({
      folder,
      temporal: { address, namespace: 'default' },
      tasks,
      spreadMs: 60_000,
      cells: allCells(),
      giveUpAfterMs: TIMEOUT_MS,
      report: (line) => {
        console.log(line);
      },
    });
    return judge(result);
  });
}

/** Six effects, three moments, two flavours; one of them is killed a second time while it recovers. */
function allCells(): Cell[] {
  return (['editorial', 'ecom'] as const).flatMap((flavour) =>
    (['before', 'during', 'after'] as const).flatMap((moment) =>
      effects.map((effect) => ({
        flavour,
        moment,
        effect,
        twice: flavour === 'ecom' && moment === 'during' && effect === 'submit',
      })),
    ),
  );
}

function judge({ kills, missed, ledger, faults, notStarted, wallMs }: KillMatrixResult): boolean {
  const fromLaunch = kills.flatMap((kill) => duration(kill.launchedAt, kill));
  const fromReady = kills.flatMap((kill) => duration(kill.readyAt, kill));
  console.log(ledger.line);
  console.log(`kills                   ${kills.length} in ${seconds(wallMs)}`);
  for (const cell of missed) console.log(`  no chance             ${nameOf(cell)}`);
  for (const kill of kills)
    console.log(`  ${nameOf(kill).padEnd(26)} goes on after ${fromLaunchOf(kill)}${again(kill, kills)}`);
  console.log(
    `start of the process    ${seconds(median(kills.map(({ launchedAt, readyAt }) => readyAt - launchedAt)))} median`,
  );
  console.log(
    `restart to progress     ${seconds(median(fromLaunch))} median, ${seconds(Math.max(...fromLaunch))} at most`,
  );
  console.log(`ready to progress       ${seconds(median(fromReady))} median`);
  for (const fault of [...faults, ...notStarted]) console.log(`  wrong                 ${fault}`);
  const { summary } = ledger;
  const isRight = summary.done === summary.tasks && faults.length + notStarted.length === 0 && missed.length === 0;
  return isRight && median(fromLaunch) <= MAX_MEDIAN_MS;
}

function duration(from: number, { goesOnAt }: Kill): number[] {
  return goesOnAt === undefined ? [] : [Math.max(0, goesOnAt - from)];
}

function fromLaunchOf(kill: Kill): string {
  const [took] = duration(kill.launchedAt, kill);
  return took === undefined ? 'nothing more to ask' : seconds(took);
}

/** Further kills before the task could continue. */
function again({ killedAt, goesOnAt = Infinity }: Kill, kills: readonly Kill[]): string {
  const more = kills.filter((other) => other.killedAt > killedAt && other.killedAt < goesOnAt).length;
  return more === 0 ? '' : `, killed ${more} more times meanwhile`;
}

function seconds(milliseconds: number): string {
  return `${(milliseconds / 1000).toFixed(1)} s`;
}
