import { setTimeout as pause } from 'node:timers/promises';

import type { Ledger, SandboxPlace } from '../sandbox';
import { eventsOf, startDay, type DayOptions, type SandboxEvent } from './day';
import { gatewayBudgetConfig } from './gateway-budget-config';
import { startHoldingProxies, type HeldRequest, type HoldingProxies } from './kill-matrix-proxies';
import type { Moment } from './kill-matrix-proxy';
import type { Flavour } from './kill-matrix-tasks';

/** The external effects of a task. */
export const effects = ['start', 'export', 'download', 'presign', 'put', 'submit'] as const;
type Effect = (typeof effects)[number];

/** Where the worker is killed, once. */
export interface Cell {
  /** `look`: any other request of the task; only a second kill may hit one. */
  readonly effect: Effect | 'look';
  readonly moment: Moment;
  readonly flavour: Flavour;
  /** Killed once more at the first request of the same task afterwards. */
  readonly twice?: boolean;
}

/** One kill and the recovery from it; Unix milliseconds. */
export interface Kill extends Cell {
  readonly taskId: string;
  readonly killedAt: number;
  /** When the new process was started, and when it was ready. */
  launchedAt: number;
  readyAt: number;
  /** The first request of the same task afterwards; `undefined` if there was none. */
  goesOnAt: number | undefined;
}

export interface KillMatrixOptions {
  readonly folder: string;
  readonly temporal: DayOptions['temporal'];
  readonly tasks: number;
  /** Time over which tasks become ready, so that there is always one that has not started. */
  readonly spreadMs: number;
  readonly cells: readonly Cell[];
  readonly giveUpAfterMs: number;
  readonly report?: (line: string) => void;
}

export interface KillMatrixResult {
  readonly kills: readonly Kill[];
  /** Cells without a kill. */
  readonly missed: readonly Cell[];
  readonly ledger: Ledger;
  /** Descriptions of rounds that took effect twice or were not submitted. */
  readonly faults: readonly string[];
  /** Descriptions of rounds that were submitted without a start, which is allowed but not intended. */
  readonly notStarted: readonly string[];
  readonly wallMs: number;
}

const calls: Readonly<Record<Effect, RegExp>> = {
  start: /^PUT \S+\/start$/,
  export: /^POST \/api\/export/,
  download: /^GET \/assets\//,
  presign: /^POST \S+\/get-presigned-url/,
  put: /^PUT \/t\//,
  submit: /^POST \S+\/submit-assets/,
};

const POLL_INTERVAL_MS = 100;

/**
 * Runs one day and kills the worker at every given cell: proxies hold the request at its
 * moment, the worker is killed with SIGKILL and restarted at once, and the sandbox's ledger judges.
 */
export async function runKillMatrix(options: KillMatrixOptions): Promise<KillMatrixResult> {
  const pending = [...options.cells];
  const kills: Kill[] = [];
  let again: Kill | undefined;
  let killing: Promise<void> | undefined;
  let proxies: HoldingProxies | undefined;
  const began = Date.now();
  const errors: unknown[] = [];

  const killNow = async (cell: Cell, taskId: string): Promise<void> => {
    const kill: Kill = { ...cell, taskId, killedAt: Date.now(), launchedAt: 0, readyAt: 0, goesOnAt: undefined };
    kills.push(kill);
    await day.restartWorker(() => {
      kill.launchedAt = Date.now();
    });
    kill.readyAt = Date.now();
    if (cell.twice === true) again = kill;
    options.report?.(`${((kill.killedAt - began) / 1000).toFixed(1)} s: ${nameOf(cell)}`);
  };

  /** Whether the worker is killed at this moment of this request. */
  const at = async ({ moment, task, method, url }: HeldRequest): Promise<boolean> => {
    if (task === undefined || killing !== undefined) return false;
    const { taskId, contentCreationType: flavour } = task;
    if (moment === 'before') {
      for (const kill of kills) if (kill.taskId === taskId) kill.goesOnAt ??= Date.now();
    }
    const call = `${method} ${url.replace(/\?.*/, '')}`;
    const effect = effects.find((one) => calls[one].test(call));
    const index = pending.findIndex(
      (cell) => cell.effect === effect && cell.moment === moment && cell.flavour === flavour,
    );
    const second: Cell | undefined =
      again?.taskId === taskId && moment === 'before' ? { effect: effect ?? 'look', moment, flavour } : undefined;
    const cell = second ?? pending[index];
    if (cell === undefined) return false;
    if (second === undefined) pending.splice(index, 1);
    else again = undefined;
    killing = killNow(cell, taskId)
      .catch((error: unknown) => errors.push(error))
      .then(() => {
        killing = undefined;
      });
    await killing;
    return true;
  };

  const day = await startDay({
    folder: options.folder,
    temporal: options.temporal,
    sandbox: {
      seed: 'kill-matrix',
      day: {
        tasks: options.tasks,
        spreadMs: options.spreadMs,
        verdictAfterMs: 100,
        giveUpAfterMs: options.giveUpAfterMs,
        lostWebhooks: 0,
        duplicateWebhooks: 0,
        defects: [],
      },
      celtra: { rendersTakePolls: 1, pictures: 'flat' },
    },
    environment: async (sandbox) => {
      proxies = await startHoldingProxies(sandbox, at);
      return proxies.environment;
    },
    config: (sandbox) => killMatrixConfig(sandbox),
  });
  try {
    await day.begin();
    const until = Date.now() + options.giveUpAfterMs;
    const isOver = (): boolean =>
      day.sandbox.ledger().summary.done === options.tasks && kills.every(({ goesOnAt }) => goesOnAt !== undefined);
    while (!isOver() && errors.length === 0 && Date.now() < until) await pause(POLL_INTERVAL_MS);
    await killing;
    if (errors.length > 0) throw errors[0];
    return {
      kills,
      missed: pending,
      ledger: day.sandbox.ledger({ final: true }),
      ...roundsOf(await eventsOf(day.sandbox)),
      wallMs: Date.now() - began,
    };
  } finally {
    await killing;
    await day.stop();
    await proxies?.close();
  }
}

/** The name of a cell in the report. */
export function nameOf({ effect, moment, flavour, twice }: Cell): string {
  return `${flavour.padEnd(9)} ${moment.padEnd(6)} ${effect}${twice === true ? ', and once more during the recovery' : ''}`;
}

/** Short waits, so that only the recovery takes time. */
export function killMatrixConfig(sandbox: SandboxPlace) {
  const { studios, ...rest } = gatewayBudgetConfig(sandbox, { requestsPerSecond: 15, reviewWindow: '1h' });
  return {
    ...rest,
    studios: Object.fromEntries(
      Object.entries(studios).map(([name, studio]) => [
        name,
        {
          ...studio,
          creativeForce: { ...studio.creativeForce, assetKnown: { first: '200ms', max: '1s', giveUp: '5m' } },
          poll: { first: '2s', factor: 2, max: '30s', freshFor: '1h' },
        },
      ]),
    ),
  };
}

/** Checks in the event log that each round was started once and submitted once. */
function roundsOf(events: readonly SandboxEvent[]): Pick<KillMatrixResult, 'faults' | 'notStarted'> {
  const rounds = new Map<string, { start: number; submit: number }>();
  for (const { kind, taskId = '', round = 0, accepted } of events) {
    if (kind !== 'ready' && kind !== 'start' && !(kind === 'submit' && accepted === true)) continue;
    const counts = rounds.get(`${taskId}, round ${round}`) ?? { start: 0, submit: 0 };
    rounds.set(`${taskId}, round ${round}`, counts);
    if (kind === 'start' || kind === 'submit') counts[kind] += 1;
  }
  const inWords = (isMeant: (counts: { start: number; submit: number }) => boolean): string[] =>
    [...rounds].flatMap(([round, counts]) =>
      isMeant(counts) ? [`${round}: ${counts.start} starts and ${counts.submit} submissions took effect`] : [],
    );
  return {
    faults: inWords(({ start, submit }) => start > 1 || submit !== 1),
    notStarted: inWords(({ start }) => start === 0),
  };
}
