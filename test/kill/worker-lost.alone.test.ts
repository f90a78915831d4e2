import { readdir } from 'node:fs/promises';
import path from 'node:path';

import { startHoldingProxies, type HeldRequest, type HoldingProxies } from '../../bench/kill-matrix-proxies';
import { killMatrixConfig } from '../../bench/kill-matrix-run';
import { failureTypes } from '../../domain/shared/failure-type';
import { taskWorkflowId } from '../../domain/task/workflow-id';
import { dayOfFile } from '../end-to-end/day-of-file';
import { eventually } from '../support/temporal';

/** More than two, for a machine that is so busy that a worker needs longer to start than heartbeats may be missed. */
const tasks = 8;

/** The request during which a worker is killed, and its activity. */
const killedAt = {
  download: { call: /^GET \/assets\//, moment: 'during', activity: 'fetchRenders' },
  submit: { call: /^POST \S+\/submit-assets/, moment: 'before', activity: 'submitAssets' },
} as const;
type Effect = keyof typeof killedAt;

let proxies: HoldingProxies;
let killing: Promise<void> | undefined;
const killed = new Map<Effect, string[]>([
  ['download', []],
  ['submit', []],
]);
/** What is to be killed next; nothing more once it was told of. */
let next: Effect | undefined;

/** Kills the worker, and starts it again, at the first such request of a task that has not been killed yet. */
async function at({ moment, method, url, task }: HeldRequest): Promise<boolean> {
  if (task === undefined || next === undefined || killing !== undefined) return false;
  const { call, moment: wanted } = killedAt[next];
  if (moment !== wanted || !call.test(`${method} ${url.replace(/\?.*/, '')}`)) return false;
  if ([...killed.values()].some((ids) => ids.includes(task.taskId))) return false;
  killed.get(next)?.push(task.taskId);
  next = undefined;
  killing = day()
    .restartWorker()
    .finally(() => {
      killing = undefined;
    });
  await killing;
  return true;
}

afterAll(async () => {
  next = undefined;
  await killing;
});
const day = dayOfFile({
  sandbox: {
    seed: 'worker-lost',
    day: { tasks, spreadMs: 30_000, verdictAfterMs: 100, lostWebhooks: 0, duplicateWebhooks: 0, defects: [] },
    celtra: { rendersTakePolls: 1, pictures: 'flat' },
  },
  environment: async (sandbox) => {
    proxies = await startHoldingProxies(sandbox, at);
    return proxies.environment;
  },
  config: (sandbox) => killMatrixConfig(sandbox),
});
beforeAll(() => day().begin());
afterAll(() => proxies.close());

async function historyOf(taskId: string) {
  const studio =
    day()
      .sandbox.ledger()
      .tasks.find((task) => task.taskId === taskId)?.studio ?? '';
  const handle = day().temporal.client.workflow.getHandle(taskWorkflowId({ studio, taskId }));
  return (await handle.fetchHistory()).events ?? [];
}

type History = Awaited<ReturnType<typeof historyOf>>;

interface Loss {
  /** The type of the failure that says so. */
  readonly type: string;
  /** The activity that was lost and those after it, by type. */
  readonly followed: readonly string[];
}

/** How it was known that an attempt of this activity was lost with its worker: by our failure, or by a time-out. */
function lossOf(events: History, activity: string): Loss | undefined {
  const names = new Map(
    events.flatMap((event) => {
      const name = event.activityTaskScheduledEventAttributes?.activityType?.name;
      return name === undefined || name === null ? [] : [[String(event.eventId), name]];
    }),
  );
  for (const event of events) {
    const started = event.activityTaskStartedEventAttributes;
    const failed = event.activityTaskFailedEventAttributes;
    const timedOut = event.activityTaskTimedOutEventAttributes;
    const id = String((started ?? failed ?? timedOut)?.scheduledEventId);
    const failure = started?.lastFailure ?? failed?.failure ?? timedOut?.failure;
    const type = failure?.timeoutFailureInfo ? 'timed out' : failure?.applicationFailureInfo?.type;
    if (names.get(id) !== activity || (type !== 'timed out' && type !== failureTypes.workerLost)) continue;
    const ids = [...names.keys()];
    return { type, followed: ids.slice(ids.indexOf(id)).flatMap((each) => names.get(each) ?? []) };
  }
  return undefined;
}

/** Kills workers over tasks, one after the other, until one kill was told of in time; gives how. */
async function untilTold(effect: Effect): Promise<Loss | undefined> {
  for (;;) {
    const before = killed.get(effect)?.length ?? 0;
    next = effect;
    const [taskId = ''] = await eventually(
      () => Promise.resolve(killed.get(effect)?.slice(before) ?? []),
      (ids) => ids.length > 0 && killing === undefined,
    );
    const loss = await eventually(
      async () => lossOf(await historyOf(taskId), killedAt[effect].activity),
      (found) => found !== undefined && found.followed.length >= 4,
    );
    if (loss?.type !== 'timed out') return loss;
  }
}

describe('a worker that is killed and started again', () => {
  it('reports that its download is lost, which continues without waiting for missed heartbeats', async () => {
    const loss = await untilTold('download');
    expect(loss?.type).toBe('WorkerLost');
  }, 240_000);

  it('reports that its submission is lost, which is looked for twice before it is sent again', async () => {
    const loss = await untilTold('submit');
    expect([loss?.type, loss?.followed.slice(0, 4)]).toEqual([
      'WorkerLost',
      ['submitAssets', 'readTask', 'readTask', 'submitAssets'],
    ]);
    expect(day().sandbox.ledger().summary).toMatchObject({ lost: 0, twice: 0, wrong: 0 });
  }, 240_000);

  it('leaves no entry for what it has reported', async () => {
    const names = await eventually(
      () => readdir(path.join(day().folder, 'spool', 'journal')),
      (left) => left.filter((name) => name.endsWith('.alive')).length === 1,
    );
    const [own = ''] = names.filter((name) => name.endsWith('.alive'));
    const strangers = names.filter((name) => !name.startsWith(own.slice(0, -'.alive'.length)));
    expect(strangers).toEqual([]);
  });
});
