import { Command, InvalidArgumentError } from 'commander';

import { ConfigError, type ExtpostConfig, loadConfig } from '../../config';
import { pluralise } from '../../domain/shared/text';
import { exitCodes } from '../exit-codes';
import { createPaint, type Paint } from '../shared/colours';
import { configOption } from '../shared/options';
import { plainTable, printable } from '../shared/terminal-text';
import { sayWhileWaiting } from '../shared/waiting';
import { checked, type Finding, fault, leftOut, ok } from './finding';
import { checkDisk, checkNode, checkStorage } from './local-checks';
import { checkClock, checkReach, checkStudio } from './studio-checks';
import { checkTemporal } from './temporal-checks';

interface DoctorOptions {
  readonly config: string;
  readonly reach?: string;
  readonly json?: boolean;
}

export function doctorCommand(): Command {
  return new Command('doctor')
    .description('check everything that extpost needs, from Node to the permissions of each studio')
    .addOption(configOption())
    .option('--reach <url>', 'also check that webhooks sent to this address reach the receiver', address)
    .option('--json', 'print it as JSON')
    .action(async ({ config, reach, json }: DoctorOptions) => {
      const findings = await sayWhileWaiting('all checks', () => examine(config, reach));
      const isGood = !findings.some(({ state }) => state === 'fault');
      if (json === true) console.log(JSON.stringify({ isGood, findings }, undefined, 2));
      else console.log(doctorText(findings));
      if (!isGood) process.exitCode = exitCodes.probeFoundTrouble;
    });
}

/** All findings, in the order of what needs what. Never throws for something that is wrong. */
async function examine(path: string, reach: string | undefined): Promise<readonly Finding[]> {
  const reached = reach === undefined ? [] : [checkReach(reach)];
  const { config, finding } = await readConfig(path);
  if (config === undefined) {
    const why = 'they need the configuration';
    const rest = leftOut('disk, storage, Temporal, studios', why);
    return [checkNode(), finding, rest, ...(await Promise.all(reached))];
  }
  const studios = Object.keys(config.studios).map((name) => checkStudio(name, config));
  const found = await Promise.all([
    checked('clock', async () => [await checkClock(config)]),
    checked('disk', async () => [await checkDisk(config)]),
    checked('storage', async () => [await checkStorage(config)]),
    checked('Temporal', () => checkTemporal(config), 90_000),
    ...studios,
    Promise.all(reached),
  ]);
  return [checkNode(), finding, ...found.flat()];
}

async function readConfig(path: string): Promise<{ readonly config?: ExtpostConfig; readonly finding: Finding }> {
  try {
    const config = await loadConfig({ path });
    return { config, finding: ok('configuration', `${path}, ${Object.keys(config.studios).join(', ')}`) };
  } catch (error) {
    if (!(error instanceof ConfigError)) throw error;
    const [first = '', ...others] = error.message.split('\n');
    const more = others.length === 0 ? '' : `, and ${pluralise(others.length, 'other fault')}`;
    const advice = 'Correct it ("extpost config check" lists all), or write a new one with "extpost init".';
    return { finding: fault('configuration', `${first}${more}`, advice) };
  }
}

const marks = { ok: 'OK', warning: 'WARNING', fault: 'FAULT', 'left out': '–' } as const;

/** One table, and below it what to do. */
function doctorText(findings: readonly Finding[], paint = createPaint()): string {
  const rows = findings.map(({ subject, state, found }) => [
    { text: marks[state], colour: colourOf(state, paint) },
    subject,
    found,
  ]);
  const todo = findings.flatMap(({ subject, advice }) => (advice === undefined ? [] : [`${subject}: ${advice}`]));
  const faults = findings.filter(({ state }) => state === 'fault').length;
  const end =
    faults === 0 ? paint.good('All checks passed.') : paint.alarm(`${faults} of ${findings.length} checks failed.`);
  const advice = todo.length === 0 ? [] : ['What to do:', ...todo.map((line) => printable(`- ${line}`))];
  return [plainTable(['', 'CHECK', 'FOUND'], rows), ...advice, end].join('\n');
}

function colourOf(state: Finding['state'], paint: Paint): (text: string) => string {
  if (state === 'ok') return paint.good;
  if (state === 'fault') return paint.alarm;
  return state === 'warning' ? paint.warning : (text) => text;
}

function address(text: string): string {
  if (URL.canParse(text) && /^https?:$/.test(new URL(text).protocol)) return text;
  throw new InvalidArgumentError('Use a complete http or https address.');
}
