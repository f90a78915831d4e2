import { setTimeout as pause } from 'node:timers/promises';
import path from 'node:path';

import pino from 'pino';
import { request } from 'undici';

import { type BoardOptions, noPictures, startBoard } from '../board';
import { loadConfig } from '../config';
import { mapInParallel } from '../cli/shared/map-in-parallel';
import { attentionCauses, type Stage } from '../domain/task/task-status';
import { taskAddress } from '../domain/task/board-address';
import { parseTaskWorkflowId } from '../domain/task/workflow-id';
import { sandboxEnvironment } from '../sandbox';
import type { TemporalConnection } from '../temporal';
import { EXTERNAL_POST_TASK } from '../workflows/external-post-task/messages/messages';
import { searchAttributes } from '../workflows/search-attributes';
import { control } from './day';
import { percentile } from './median';
import { parseRealistic, realisticSandbox } from './realistic-options';
import { p50p95, printMachine, row } from './realistic-report';
import { startRealisticDay, type RealisticDay } from './realistic-day';
import { withTemporal } from './with-temporal';

const DEFAULT_TASKS = 5_000;
/** Of a usual day: one in twenty waits for somebody. */
const WAITING_SHARE = 0.05;
const STARTED_AT_ONCE = 40;
/** Nobody polls it: these tasks only stand in the list. */
const NOBODYS_QUEUE = 'bench-nobody';
const REAL_TASKS = 5;
const COLD_LOOKS = 10;
const WARM_LOOKS = 100;
const HOME_MS = 300;
const TASK_MS = 500;
const INDEXED_WITHIN_MS = 60_000;
const stages: readonly Stage[] = ['Brief', 'Export', 'Deliver', 'Submit', 'Awaiting verdict'];

/** As if a proxy had logged in who asks. */
const everybodyLooks: NonNullable<BoardOptions['login']> = {
  method: {
    kind: 'proxy headers',
    read: () => ({ outcome: 'known', person: { identity: 'bench', groups: ['everybody'] } }),
  },
  rules: { look: ['everybody'], act: [] },
};

/** `board [tasks] [share that waits, from 0 to 1]`: how long the pages of the board take among so many tasks. */
export async function board(args: readonly string[]): Promise<boolean> {
  const tasks = Number(args[0] ?? DEFAULT_TASKS);
  const share = Number(args[1] ?? WAITING_SHARE);
  const options = parseRealistic([String(REAL_TASKS), '4', '--at-once'], { tasks: REAL_TASKS });
  return withTemporal(async (own) => {
    const sandbox = realisticSandbox(options, { verdictAfterMs: 3_600_000, giveUpAfterMs: 3_600_000 });
    const day = await startRealisticDay(own, options, sandbox, '1h');
    try {
      const taskIds = await deliverSome(day);
      await fill(day.temporal, tasks, share);
      const config = await loadConfig({
        path: path.join(own.folder, 'day', 'extpost.yaml'),
        environment: { ...process.env, ...sandboxEnvironment(day.sandbox) },
        needs: [],
      });
      return await measure(day.temporal, config, { tasks, share, taskIds });
    } finally {
      await day.stop();
    }
  });
}

/** Real tasks, which a worker can be asked about. */
async function deliverSome(day: RealisticDay): Promise<string[]> {
  const taskIds: string[] = [];
  for (let number = 0; number < REAL_TASKS; number += 1) {
    taskIds.push(((await control(day.sandbox, 'POST', '/day/next')) as { taskId: string }).taskId);
  }
  const until = Date.now() + INDEXED_WITHIN_MS;
  while (Date.now() < until) {
    const events = await day.events();
    const submitted = new Set(events.flatMap(({ kind, taskId }) => (kind === 'submit' ? [taskId] : [])));
    if (taskIds.every((taskId) => submitted.has(taskId))) return taskIds;
    await pause(200);
  }
  throw new Error(`Not all tasks were submitted:\n${day.printed('worker')}`);
}

/** Tasks that only visibility knows: nobody works on them. */
async function fill({ client }: TemporalConnection, tasks: number, share: number): Promise<void> {
  const began = Date.now();
  await mapInParallel(
    Array.from({ length: tasks }, (_, index) => index),
    STARTED_AT_ONCE,
    async (index) => {
      const taskId = `${String(index).padStart(8, '0')}-0000-4000-8000-000000000000`;
      const isWaiting = index < tasks * share;
      const cause = attentionCauses[index % attentionCauses.length] ?? 'ambiguous';
      await client.workflow.start(EXTERNAL_POST_TASK, {
        workflowId: `extpost/acme/${taskId}`,
        taskQueue: NOBODYS_QUEUE,
        args: [{ studio: 'acme', taskId, contentCreationType: 'ecom' }],
        typedSearchAttributes: [
          { key: searchAttributes.studio, value: 'acme' },
          { key: searchAttributes.taskId, value: taskId },
          { key: searchAttributes.product, value: `SKU-${index}` },
          { key: searchAttributes.title, value: `SKU-${index} Coat of wool` },
          { key: searchAttributes.flavour, value: 'ecom' },
          { key: searchAttributes.stage, value: isWaiting ? 'Needs attention' : (stages[index % stages.length] ?? '') },
          { key: searchAttributes.round, value: index % 3 },
          { key: searchAttributes.since, value: new Date(began - index * 1_000) },
          { key: searchAttributes.due, value: new Date(began + (index - 100) * 60_000) },
          ...(isWaiting ? [{ key: searchAttributes.cause, value: cause }] : []),
        ],
      });
    },
  );
  const until = Date.now() + INDEXED_WITHIN_MS;
  const query = `WorkflowType = '${EXTERNAL_POST_TASK}' AND ExecutionStatus = 'Running'`;
  while ((await client.workflow.count(query)).count < tasks + REAL_TASKS) {
    if (Date.now() > until) throw new Error('The server has not indexed all tasks.');
    await pause(200);
  }
}

async function measure(
  temporal: TemporalConnection,
  config: Awaited<ReturnType<typeof loadConfig>>,
  { tasks, share, taskIds }: { readonly tasks: number; readonly share: number; readonly taskIds: readonly string[] },
): Promise<boolean> {
  const start = () =>
    startBoard({
      config: { ...config, board: { ...config.board, host: '127.0.0.1', port: 0 } },
      login: everybodyLooks,
      temporal,
      uploads: { place: 'nowhere', put: () => Promise.reject(new Error('The benchmark uploads nothing.')) },
      savedTasks: () => Promise.resolve(undefined),
      pictures: noPictures,
      logger: pino({ level: 'error' }),
    });
  /** Stopped whatever happens, because an open server keeps the process alive. */
  const withBoard = async <T>(look: (url: string) => Promise<T>): Promise<T> => {
    const running = await start();
    try {
      return await look(running.url);
    } finally {
      await running.stop();
    }
  };
  const addresses = await Promise.all(taskIds.map((taskId) => addressOf(temporal, taskId)));
  const cold: number[] = [];
  for (let look = 0; look < COLD_LOOKS; look += 1) cold.push(await withBoard((url) => timeOf(`${url}/`)));
  const pageOf = (look: number): string => addresses[look % addresses.length] ?? '';
  const { home, task, story } = await withBoard(async (url) => ({
    home: await timesOf(() => `${url}/`, WARM_LOOKS),
    task: await timesOf((look) => `${url}${pageOf(look)}`, WARM_LOOKS),
    story: await timesOf((look) => `${url}${pageOf(look)}/story`, WARM_LOOKS),
  }));
  console.log(`${tasks} tasks, of which ${Math.round(tasks * share)} wait for somebody`);
  printMachine();
  row('home, the first look of a new board', p50p95(cold));
  row('home, while somebody looks', p50p95(home));
  row('a task', p50p95(task));
  row('its story', p50p95(story));
  const isFast = percentile(cold, 0.95) <= HOME_MS && percentile(home, 0.95) <= HOME_MS;
  const isGood = isFast && percentile(task, 0.95) <= TASK_MS;
  console.log(
    isGood
      ? '\nThe goal is reached.'
      : `\nMissed: home ${HOME_MS} ms, a task ${TASK_MS} ms, each at the 95th percentile.`,
  );
  return isGood;
}

/** The page of a task, of whichever studio it is. */
async function addressOf({ client }: TemporalConnection, taskId: string): Promise<string> {
  for await (const { workflowId } of client.workflow.list({ query: `ExtpostTaskId = '${taskId}'`, pageSize: 1 })) {
    const task = parseTaskWorkflowId(workflowId);
    if (task !== undefined) return taskAddress(task);
  }
  throw new Error(`Temporal knows no task ${taskId}.`);
}

async function timesOf(addressOf: (look: number) => string, looks: number): Promise<number[]> {
  const times: number[] = [];
  for (let look = 0; look < looks; look += 1) times.push(await timeOf(addressOf(look)));
  return times;
}

/** Milliseconds until all of a page is there. Throws for any answer but 200. */
async function timeOf(address: string): Promise<number> {
  const began = performance.now();
  const { statusCode, body } = await request(address);
  const text = await body.text();
  if (statusCode !== 200) throw new Error(`${address} answered ${statusCode}: ${text.slice(0, 500)}`);
  return performance.now() - began;
}
