import { startHoldingProxies, type HeldRequest, type HoldingProxies } from '../../bench/kill-matrix-proxies';
import { killMatrixConfig } from '../../bench/kill-matrix-run';
import { taskWorkflowId } from '../../domain/task/workflow-id';
import { dayOfFile } from '../end-to-end/day-of-file';
import { eventually } from '../support/temporal';

const tasks = 4;

/**
 * A cancel reaches a request that hangs with its activity's next heartbeat; a submission is waited for two seconds
 * more. A busy machine has its time, but less than the 20 s after which a request is given up without a cancel.
 */
const SETTLES_WITHIN_MS = 15_000;

interface Held {
  readonly taskId: string;
  /** Whether the worker has let go of the request. */
  readonly isGivenUp: () => boolean;
  /** Lets go of the request on the other side. */
  readonly release: () => void;
}

interface Cancelled {
  readonly taskId: string;
  readonly status: string;
  readonly tookMs: number;
  /** Requests of the task that had been made by then. */
  readonly asked: number;
  /** What the Web UI shows as the workflow's current details. */
  readonly details: string;
}

let proxies: HoldingProxies;
type Effect = 'download' | 'put' | 'submit';

/**
 * The first download and upload, which have not got through, and the first submission, which has taken effect
 * unanswered.
 */
const held = new Map<Effect, Held>();
/**
 * What came of each cancel; all three are sent at once, since a request that is held for long is given up by itself.
 */
const cancelled = new Map<Effect, Cancelled>();
/** Every request of a task that reached the proxies. */
const requests: { readonly taskId: string; readonly call: string }[] = [];

function effectOf(method: string, url: string): Effect | undefined {
  if (method === 'PUT' && url.startsWith('/t/')) return 'put';
  if (url.endsWith('/submit-assets')) return 'submit';
  return method === 'GET' && url.startsWith('/assets/') ? 'download' : undefined;
}

function hold({ moment, method, url, task, isGivenUp }: HeldRequest): Promise<boolean> {
  if (task === undefined) return Promise.resolve(false);
  const { taskId } = task;
  if (moment === 'before') requests.push({ taskId, call: `${method} ${url.replace(/\?.*/, '')}` });
  const effect = effectOf(method, url);
  if (effect === undefined || held.has(effect) || moment !== (effect === 'submit' ? 'during' : 'before')) {
    return Promise.resolve(false);
  }
  if ([...held.values()].some((one) => one.taskId === taskId)) return Promise.resolve(false);
  return new Promise((resolve) => {
    held.set(effect, {
      taskId,
      isGivenUp,
      release: () => {
        resolve(true);
      },
    });
  });
}

afterAll(() => {
  for (const { release } of held.values()) release();
});
const day = dayOfFile({
  sandbox: {
    seed: 'cancel',
    day: { tasks, spreadMs: 2_000, verdictAfterMs: 100, lostWebhooks: 0, duplicateWebhooks: 0, defects: [] },
    celtra: { rendersTakePolls: 1, pictures: 'flat' },
    // The first submission takes effect.
    creativeForce: { assetKnownAfterMs: 0 },
  },
  environment: async (sandbox) => {
    proxies = await startHoldingProxies(sandbox, hold);
    return proxies.environment;
  },
  config: (sandbox) => killMatrixConfig(sandbox),
});
beforeAll(async () => {
  await day().begin();
  const effects = ['download', 'put', 'submit'] as const;
  await Promise.all(effects.map(async (effect) => cancelled.set(effect, await cancelDuring(effect))));
  await othersAreDone();
}, 300_000);
afterAll(() => proxies.close());

/** Cancels the task whose request is held, and waits until its workflow has ended; the request is still held then. */
async function cancelDuring(effect: Effect): Promise<Cancelled> {
  await eventually(
    () => Promise.resolve(held.has(effect)),
    (isHeld) => isHeld,
  );
  const { taskId, isGivenUp } = held.get(effect) ?? { taskId: '', isGivenUp: () => false };
  const studio =
    day()
      .sandbox.ledger()
      .tasks.find((task) => task.taskId === taskId)?.studio ?? '';
  const handle = day().temporal.client.workflow.getHandle(taskWorkflowId({ studio, taskId }));
  const began = Date.now();
  await handle.cancel();
  const { status } = await eventually(
    () => handle.describe(),
    (description) => description.status.name !== 'RUNNING',
    { withinMs: SETTLES_WITHIN_MS },
  );
  const tookMs = Date.now() - began;
  // A cancel reaches the activity with its next heartbeat; then it lets go by itself.
  await eventually(
    () => Promise.resolve(isGivenUp()),
    (isLetGo) => isLetGo,
    { withinMs: SETTLES_WITHIN_MS },
  );
  const asked = requests.filter((one) => one.taskId === taskId).length;
  const details = JSON.stringify(await handle.query('__temporal_workflow_metadata'));
  return { taskId, status: status.name, tookMs, asked, details };
}

/** Once the other tasks are done, a request that was still to come would have come. */
async function othersAreDone(): Promise<void> {
  const taskIds = new Set([...held.values()].map(({ taskId }) => taskId));
  await eventually(
    () =>
      Promise.resolve(
        day()
          .sandbox.ledger()
          .tasks.filter(({ taskId }) => !taskIds.has(taskId)),
      ),
    (others) => others.every(({ verdict }) => verdict === 'done'),
  );
}

describe.each([
  ['download', 'Deliver', 'nothing had been submitted'],
  ['put', 'Deliver', 'nothing had been submitted'],
  // It had taken effect, though its answer never came: the task shows that.
  ['submit', 'Submit', 'had been submitted in 1 round'],
] as const)('a task that is cancelled while its first %s is under way', (effect, stage, left) => {
  it('settles within seconds', () => {
    expect(cancelled.get(effect)?.status).toBe('CANCELLED');
    expect(cancelled.get(effect)?.tookMs).toBeLessThan(SETTLES_WITHIN_MS);
  });

  it('reports where it was and what was sent', () => {
    expect(cancelled.get(effect)?.details).toContain(`Cancelled by an operator while in \\"${stage}\\"`);
    expect(cancelled.get(effect)?.details).toContain(left);
  });

  it('sends no further request', () => {
    const { taskId, asked } = cancelled.get(effect) ?? { taskId: '' };
    expect(requests.filter((one) => one.taskId === taskId)).toHaveLength(asked ?? -1);
  });
});

describe('the ledger of a day with cancellations', () => {
  it('has nothing twice and nothing wrong', () => {
    expect(day().sandbox.ledger().summary).toMatchObject({ twice: 0, wrong: 0 });
  });
});
