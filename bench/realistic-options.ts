import { parseArgs } from 'node:util';

import type { SandboxOptions } from '../sandbox';

/** What `realistic` and `single` take. Times are milliseconds. */
export interface RealisticOptions {
  readonly tasks: number;
  readonly files: number;
  readonly gatewayMs: number;
  readonly celtraMs: number;
  /** Of each download, and of each upload. */
  readonly transferMs: number;
  readonly renderMs: number;
  /** From an upload until the studio knows it. */
  readonly knownMs: number;
  /** Of the log-normal distribution of all these times; 0: always the same. */
  readonly sigma: number;
  /** Requests at the same time that Celtra takes from one account; 0: any number. */
  readonly celtraParallel: number;
  readonly above: 429 | 503 | 'slow';
  readonly requestsPerSecond: number;
  /** How many requests extpost sends to Celtra at the same time at most (`celtra.maxParallelRequests`); by default its own. */
  readonly mostParallel: number | undefined;
  /** How many files extpost downloads at the same time, and uploads (`worker.transfersInParallel`); by default its own. */
  readonly transfers: number | undefined;
  /** Where the processor profiles of worker and sandbox are written. */
  readonly profileFolder: string | undefined;
}

/** Requests that the gateway takes in any second (docs/reference/creative-force.md#rate-limit). */
export const CEILING = 20;

/** Throws a TypeError for an unknown option or a value that is no number. */
export function parseRealistic(args: readonly string[], defaults: { readonly tasks: number }): RealisticOptions {
  const text = { type: 'string' } as const;
  const { values, positionals } = parseArgs({
    args: [...args],
    allowPositionals: true,
    options: {
      gateway: text,
      celtra: text,
      transfer: text,
      render: text,
      known: text,
      sigma: text,
      'celtra-parallel': text,
      above: text,
      'most-parallel': text,
      transfers: text,
      rate: text,
      profile: text,
      'at-once': { type: 'boolean' },
    },
  });
  const isAtOnce = values['at-once'] === true;
  const time = (given: string | undefined, usual: number): number => numberOf(given, isAtOnce ? 0 : usual);
  return {
    tasks: numberOf(positionals[0], defaults.tasks),
    files: numberOf(positionals[1], 4),
    gatewayMs: time(values.gateway, 150),
    celtraMs: time(values.celtra, 800),
    transferMs: time(values.transfer, 200),
    renderMs: time(values.render, 2_000),
    knownMs: time(values.known, 0),
    sigma: numberOf(values.sigma, 0),
    celtraParallel: numberOf(values['celtra-parallel'], 8),
    above: aboveOf(values.above),
    requestsPerSecond: numberOf(values.rate, 15),
    mostParallel: values['most-parallel'] === undefined ? undefined : numberOf(values['most-parallel'], 0),
    transfers: values.transfers === undefined ? undefined : numberOf(values.transfers, 0),
    profileFolder: values.profile,
  };
}

/** A sandbox that answers as asked; `day` says when its tasks become ready. */
export function realisticSandbox(options: RealisticOptions, day: SandboxOptions['day']): SandboxOptions {
  const { tasks, files, sigma, celtraParallel: limit, above } = options;
  const duration = (medianMs: number) => (sigma === 0 || medianMs === 0 ? medianMs : { medianMs, sigma });
  return {
    seed: 'realistic',
    day: { tasks, filesPerTask: files, lostWebhooks: 0, duplicateWebhooks: 0, defects: [], ...day },
    creativeForce: { requestsPerSecond: CEILING, assetKnownAfterMs: options.knownMs },
    latency: {
      gateway: duration(options.gatewayMs),
      token: duration(options.gatewayMs),
      celtra: duration(options.celtraMs),
      celtraFiles: duration(options.transferMs),
      store: duration(options.transferMs),
    },
    celtra: {
      // Measure the delivery, not the drawing of pictures.
      pictures: 'flat',
      rendersTakePolls: 0,
      rendersTakeMs: duration(options.renderMs),
      parallelRequests: limit === 0 ? null : { limit, above },
    },
  };
}

/** One line for people. */
export function describeStandIns(options: RealisticOptions): string {
  const { gatewayMs, celtraMs, transferMs, renderMs, knownMs, sigma, celtraParallel, above } = options;
  const limit = celtraParallel === 0 ? 'any number' : `${celtraParallel} (above: ${above})`;
  return `gateway ${gatewayMs} ms, Celtra ${celtraMs} ms, transfers ${transferMs} ms, renders ${renderMs} ms, uploads known after ${knownMs} ms, sigma ${sigma}; Celtra requests at once: ${limit}`;
}

function numberOf(given: string | undefined, usual: number): number {
  const value = Number(given ?? usual);
  if (!Number.isFinite(value) || value < 0) throw new TypeError(`"${given ?? ''}" is no number from 0 on.`);
  return value;
}

function aboveOf(given: string | undefined): 429 | 503 | 'slow' {
  const found = ([429, 503, 'slow'] as const).find((one) => String(one) === (given ?? '429'));
  if (found === undefined) throw new TypeError(`--above is 429, 503 or slow, not "${given ?? ''}".`);
  return found;
}
