import { createServer, type AddressInfo } from 'node:net';
import { setTimeout as pause } from 'node:timers/promises';

import { request } from 'undici';

import type { SandboxPlace } from '../../sandbox';
import { control, startProcesses } from '../day';
import { gatewayBudgetConfig } from '../gateway-budget-config';
import { startHoldingProxy } from '../kill-matrix-proxy';
import { launch, sandboxProcess } from '../launch';
import { percentile } from '../median';
import { row, seconds } from '../realistic-report';
import { withTemporal } from '../with-temporal';

const TASKS = 40;
const DAY_MS = 20_000;
const TIMEOUT_MS = 3 * 60_000;
const LOOK_EVERY_MS = 50;
const MAX_LIVE_MS = 1_000;
const MAX_HEAP_MEBIBYTES = 1_024;
/** The studio whose texts are hostile; the tasks of the other one have to be delivered meanwhile. */
const POISONED = 'acme';

const texts = [
  '\n'.repeat(60_000),
  `${' '.repeat(60_000)}x`,
  ' \n'.repeat(30_000) + 'x',
  '('.repeat(60_000),
  '<script'.repeat(10_000),
  'a'.repeat(60_000),
  'abc'.repeat(20_000),
  '%'.repeat(60_000),
];

/** Health, heap and event loop of a worker, while all texts of one studio and of its creatives are hostile. */
export async function hostileTexts(): Promise<boolean> {
  return withTemporal(async (own) => {
    const options = {
      seed: 'hostile-texts',
      day: { tasks: TASKS, spreadMs: DAY_MS, filesPerTask: 2, lostWebhooks: 0, defects: [] },
      creativeForce: { assetKnownAfterMs: 0 },
      celtra: { pictures: 'flat' },
    };
    const part = await launch(sandboxProcess, [JSON.stringify(options)], process.env);
    try {
      const sandbox = part.ready as SandboxPlace;
      const gateway = await poisoned(new URL(sandbox.creativeForceUrl).origin);
      const celtra = await poisoned(new URL(sandbox.celtraUrl).origin);
      const healthPort = await freePort();
      const day = await startProcesses(sandbox, {
        folder: `${own.folder}/day`,
        temporal: { address: own.address, namespace: 'default' },
        environment: () =>
          Promise.resolve({ POISONED_CF_URL: `${gateway.origin}/v1`, POISONED_CELTRA_URL: `${celtra.origin}/api` }),
        config: (place) => configOf(place, healthPort),
      });
      try {
        await day.begin();
        return await watch(sandbox, `http://127.0.0.1:${healthPort}`);
      } finally {
        await day.stop();
        await gateway.close();
        await celtra.close();
      }
    } finally {
      await part.stop();
    }
  });
}

/** Its recipes do with the texts what a recipe can: conditions, filters of templates, keys. */
function configOf(place: SandboxPlace, healthPort: number) {
  const config = gatewayBudgetConfig(place, { requestsPerSecond: 15, reviewWindow: '1h' });
  const { creativeForce, celtra, recipes, ...rest } = config.studios[POISONED] ?? raise();
  const hungry = recipes.map((recipe) => ({
    ...recipe,
    name: `hungry-${recipe.name}`,
    when: { ...recipe.when, properties: { job: { Note: [{ glob: '*a*b*c*' }, { glob: '*' }] } } },
    match: {
      expected: `{{ job.properties.Note | strip_html | truncate: 300 | slug }}${recipe.match.expected}`,
      output: `{{ output.name | strip_html | slug }}${recipe.match.output}`,
    },
  }));
  const poisonedStudio = {
    ...rest,
    creativeForce: { ...creativeForce, baseUrl: '${POISONED_CF_URL}' },
    celtra: { ...celtra, baseUrl: '${POISONED_CELTRA_URL}' },
    recipes: [...hungry, ...recipes],
  };
  return {
    ...config,
    worker: { ...config.worker, healthPort },
    studios: { ...config.studios, [POISONED]: poisonedStudio },
  };
}

function raise(): never {
  throw new Error(`The sandbox has no studio ${POISONED}.`);
}

/** A proxy whose answers have hostile texts wherever people write what they like. */
function poisoned(target: string) {
  let next = 0;
  return startHoldingProxy({
    target,
    at: () => Promise.resolve(false),
    read: (_passing, text) => {
      try {
        return JSON.stringify(poison(JSON.parse(text), () => texts[next++ % texts.length] ?? ''));
      } catch {
        return text;
      }
    },
  });
}

const FREE_TEXTS = /^(?:name|comment|description|note|season|notes|text)$/i;

function poison(value: unknown, nextText: () => string): unknown {
  if (Array.isArray(value)) return value.map((one) => poison(one, nextText));
  if (typeof value !== 'object' || value === null) return value;
  const entries = Object.entries(value).map(([key, inner]) => {
    if (key === 'properties') return [key, { ...(inner as object), Note: nextText() }] as const;
    return [key, typeof inner === 'string' && FREE_TEXTS.test(key) ? nextText() : poison(inner, nextText)] as const;
  });
  return Object.fromEntries(entries);
}

async function watch(sandbox: SandboxPlace, worker: string): Promise<boolean> {
  const live: number[] = [];
  const heap: number[] = [];
  const lag: number[] = [];
  const until = Date.now() + TIMEOUT_MS;
  const others = ((await control(sandbox, 'GET', '/tasks')) as readonly { studio: string; taskId: string }[]).filter(
    ({ studio }) => studio !== POISONED,
  ).length;
  let done = 0;
  let looks = 0;
  // For as long as the day has tasks to bring, and until all of the other studio are done.
  const shortest = Date.now() + DAY_MS + 10_000;
  while (Date.now() < until && (done < others || Date.now() < shortest)) {
    const began = performance.now();
    const answer = await request(`${worker}/health/live`);
    await answer.body.dump();
    live.push(performance.now() - began);
    if (looks++ % 20 === 0) {
      const metrics = await (await request(`${worker}/metrics`)).body.text();
      heap.push(metric(metrics, 'nodejs_heap_size_used_bytes') / 1024 ** 2);
      lag.push(metric(metrics, 'nodejs_eventloop_lag_max_seconds') * 1_000);
      done = await doneOf(sandbox);
    }
    await pause(LOOK_EVERY_MS);
  }
  const slowest = Math.max(...live);
  const largest = Math.max(...heap);
  row('/health/live', `${live.length} times, p50 ${seconds(percentile(live, 0.5))}, slowest ${seconds(slowest)}`);
  row('event loop, longest delay', seconds(Math.max(...lag)));
  row('heap at most', `${Math.round(largest)} MiB`);
  row('tasks of the other studio', `${done} of ${others} done`);
  return slowest < MAX_LIVE_MS && largest < MAX_HEAP_MEBIBYTES && done >= others;
}

async function doneOf(sandbox: SandboxPlace): Promise<number> {
  const tasks = (await control(sandbox, 'GET', '/tasks')) as readonly { studio: string; status: string }[];
  return tasks.filter(({ studio, status }) => studio !== POISONED && status === 'done').length;
}

function metric(text: string, name: string): number {
  return Number(new RegExp(`^${name} (\\S+)$`, 'm').exec(text)?.[1] ?? NaN);
}

async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  await new Promise((resolve) => server.close(resolve));
  return port;
}
