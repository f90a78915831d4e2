import { board } from './board';
import { celtraExport } from './celtra-export';
import { celtraJsonLines } from './celtra-jsonlines';
import { correction } from './correction';
import { cluster } from './cluster/cluster';
import { conversions } from './conversions/conversions';
import { cuts } from './cuts/cuts';
import { hostile } from './hostile/hostile';
import { gatewayBudget } from './gateway-budget';
import { hostilePictures } from './hostile-pictures';
import { killMatrix } from './kill-matrix';
import { planBenchmark } from './plan';
import { readers } from './readers';
import { realistic } from './realistic';
import { single } from './single';
import { transfer } from './transfer';
import { wildDays } from './wild-days';

/** Each prints what it measured, and answers whether that is what was promised. */
const benchmarks: Readonly<Record<string, (args: readonly string[]) => Promise<boolean>>> = {
  board,
  'gateway-budget': gatewayBudget,
  'celtra-export': celtraExport,
  'celtra-jsonlines': celtraJsonLines,
  cluster,
  conversions,
  correction,
  cuts,
  hostile,
  'hostile-pictures': hostilePictures,
  'kill-matrix': killMatrix,
  plan: planBenchmark,
  readers,
  realistic,
  single,
  transfer,
  'wild-days': wildDays,
};

async function run([name = '', ...args]: readonly string[]): Promise<void> {
  const benchmark = benchmarks[name];
  if (benchmark === undefined) {
    console.error(`There is no benchmark "${name}"; there is ${Object.keys(benchmarks).join(', ')}.`);
    process.exitCode = 2;
    return;
  }
  if (!(await benchmark(args))) process.exitCode = 1;
}

run(process.argv.slice(2)).catch((error: unknown) => {
  console.error(error);
  process.exitCode = 1;
});
