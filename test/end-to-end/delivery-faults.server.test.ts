import { existsSync } from 'node:fs';
import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';

import { control } from '../../bench/day';
import type { SandboxOptions } from '../../sandbox';
import { taskWorkflowId } from '../../domain/task/workflow-id';
import { eventually, type TaskHandle } from '../support/temporal';
import { DeliveryStage, FULL_DISK, type DayTask } from './delivery-stage';

type AssetFault = NonNullable<NonNullable<SandboxOptions['celtra']>['faults']>[number];
type StoreFault = NonNullable<SandboxOptions['faults']>[number];

/** The fault of the first file of one task: at Celtra's file host, at the store, or on our own disk. */
type Fault =
  | { readonly at: 'file host'; readonly fault: AssetFault }
  | { readonly at: 'store'; readonly fault: Omit<StoreFault, 'endpoint'> }
  | { readonly at: 'disk' };

const host = (fault: AssetFault): Fault => ({ at: 'file host', fault });
const store = (fault: Omit<StoreFault, 'endpoint'>): Fault => ({ at: 'store', fault });

const faults: readonly (readonly [name: string, fault: Fault])[] = [
  ['a download is cut off', host({ kind: 'reset', share: 0.5, times: 1 })],
  ['a download is reset at 99 %', host({ kind: 'reset', times: 1 })],
  ['half a file comes as if it were all', host({ kind: 'cut file', times: 1 })],
  ['more bytes are announced than come', host({ kind: 'wrong length', by: 10, times: 1 })],
  ['fewer bytes are announced than come', host({ kind: 'wrong length', by: -10, times: 1 })],
  ['a download drips', host({ kind: 'drip', bytesPerSecond: 40_000 })],
  ['a download comes packed', host({ kind: 'gzip', times: 1 })],
  ['a download has no bytes', host({ kind: 'no bytes', times: 1 })],
  ['a page comes with 200', host({ kind: 'page', times: 1 })],
  ['a redirect leads into a private network', host({ kind: 'redirect', to: 'private', times: 1 })],
  ['the address of a render has expired', host({ kind: 'expired', times: 1 })],
  ['the file host says 503', host({ kind: 'file status', status: 503, times: 1 })],
  ['the store says SlowDown', store({ answer: 'errorList' })],
  ['the store says 503', store({ answer: 'html', status: 503 })],
  ['the store does not know what is asked', store({ answer: 'errorList', status: 501, code: 'NotImplemented' })],
  ['the address of an upload has expired', store({ answer: 'errorList', status: 403, code: 'AccessDenied' })],
  ['an upload is reset at 99 %', store({ answer: 'reset', share: 0.99 })],
  ['the answer is lost after the last byte', store({ answer: 'answerLost' })],
  ['the store keeps other bytes, and its ETag says so', store({ answer: 'damaged' })],
  ...(existsSync(FULL_DISK) ? [['the disk is full', { at: 'disk' }] as const] : []),
];

let folder: string;
let stage: DeliveryStage;
/** The task of each fault, and of each cancellation. */
const tasks = new Map<string, DayTask>();
const handles = new Map<string, TaskHandle>();
const taskOf = (name: string): DayTask => {
  const task = tasks.get(name);
  if (task === undefined) throw new Error(`There is no task for "${name}".`);
  return task;
};
const DOWNLOADING = 'is downloading';
const UPLOADING = 'is uploading';

beforeAll(async () => {
  folder = await mkdtemp(path.join(tmpdir(), 'extpost-delivery-'));
  stage = await DeliveryStage.open(folder, {
    seed: 'delivery-faults',
    day: {
      tasks: faults.length + 2,
      spreadMs: 0,
      verdictAfterMs: 100,
      defects: [],
      lostWebhooks: 0,
      duplicateWebhooks: 0,
    },
    creativeForce: { assetKnownAfterMs: 0, requestsPerSecond: 1_000 },
    celtra: { rendersTakePolls: 0, pictures: 'flat' },
    // An ETag is an MD5 only without a KMS key.
    store: { encryption: 'none' },
  });
  const expected = new Map(stage.sandbox.ledger().tasks.map((task) => [task.taskId, task.expected]));
  // The last tasks are cancelled; one of them needs more than one file.
  const listed = [...(await stage.tasks())].sort(
    (one, other) => (expected.get(one.taskId) ?? 0) - (expected.get(other.taskId) ?? 0),
  );
  [...faults.map(([name]) => name), DOWNLOADING, UPLOADING].forEach((name, index) => {
    const task = listed[index];
    if (task !== undefined) tasks.set(name, task);
  });
  const atHost: AssetFault[] = [
    { kind: 'drip', bytesPerSecond: 100, outputs: [`${taskOf(DOWNLOADING).product} *`] },
    ...faults.flatMap(([name, fault]) =>
      fault.at === 'file host' ? [{ ...fault.fault, outputs: [`${taskOf(name).product} *`] }] : [],
    ),
  ];
  const atStore: StoreFault[] = [
    { endpoint: 'putFile', answer: 'slow', delayMs: 600_000, files: [filesOf(taskOf(UPLOADING))] },
    ...faults.flatMap(([name, fault]) =>
      fault.at === 'store' ? [{ ...fault.fault, endpoint: 'putFile' as const, files: [filesOf(taskOf(name))] }] : [],
    ),
  ];
  for (const [name, { at }] of faults) if (at === 'disk') stage.fillDiskFor(taskOf(name).taskId);
  await control(stage.sandbox, 'PATCH', '/settings', { celtra: { faults: atHost } });
  await control(stage.sandbox, 'POST', '/faults', atStore);
  const begun = await stage.begin(listed);
  listed.forEach(({ taskId }, index) => {
    const handle = begun[index];
    if (handle !== undefined) handles.set(taskId, handle);
  });
});
afterAll(async () => {
  await stage.close();
  // The process that makes small pictures may just be ending.
  await rm(folder, { recursive: true, force: true, maxRetries: 5 });
});

// First, because the store's slow upload is given up and repeated after a while.
describe('cancelling a task that', () => {
  /** Cancels the task and waits until the cancellation has settled: a heartbeat, and the audit. */
  const cancel = async (task: DayTask): Promise<string | undefined> => {
    await handles.get(task.taskId)?.cancel();
    const { status } = await eventually(
      () => stage.temporal.client.workflow.getHandle(taskWorkflowId(task)).describe(),
      ({ status: now }) => now.name !== 'RUNNING',
    );
    return status.name;
  };

  it(`${DOWNLOADING} settles within seconds, and leaves nothing behind`, async () => {
    const task = taskOf(DOWNLOADING);
    const inSpool = () => readdir(path.join(stage.spoolFolder, task.taskId)).catch(() => []);
    await eventually(inSpool, (names) => names.some((name) => name.endsWith('.part')));
    expect(await cancel(task)).toBe('CANCELLED');
    expect(await stage.entriesOf(task)).toMatchObject([{ event: 'cancelled', files: [] }]);
    expect([await inSpool(), await submissionsOf(task)]).toEqual([[], []]);
  });

  it(`${UPLOADING} settles within seconds, and records what was uploaded`, async () => {
    const task = taskOf(UPLOADING);
    const files = (judgedOf(task)?.expected ?? 0) - 1;
    const storedOf = async () =>
      (await stage.events()).filter(
        ({ kind, status, fileName = '' }) => kind === 'put' && status === 200 && fileName.startsWith(task.product),
      );
    const stored = await eventually(storedOf, ({ length }) => length === files);
    expect(await cancel(task)).toBe('CANCELLED');
    const [entry, ...more] = await stage.entriesOf(task);
    expect([entry?.event, more]).toEqual(['cancelled', []]);
    expect(entry?.files.map(({ fileName, state }) => [fileName, state]).sort()).toEqual(
      stored.map(({ fileName }) => [fileName, 'uploaded']).sort(),
    );
    expect(await submissionsOf(task)).toEqual([]);
  });
});

describe('a whole delivery', () => {
  it.each(faults)('brings the right bytes once although %s', async (name, fault) => {
    const task = taskOf(name);
    const judged = await eventually(
      () => Promise.resolve(judgedOf(task)),
      (now) => now?.verdict !== 'waiting',
    );
    // The ledger checks: right bytes, and one effective submission.
    const files = judged?.files.map(({ fault = 'right' }) => fault);
    expect([judged?.verdict, files]).toEqual(['done', Array(judged?.expected).fill('right')]);
    expect(await submissionsOf(task)).toMatchObject([{ accepted: true }]);
    expect(await struck(fault, task)).toBe(true);
  });

  const disk = existsSync(FULL_DISK) ? 'among the faults' : `left out: this system has no ${FULL_DISK}`;
  it(`handles a full disk (${disk})`, () => {
    expect(faults.some(([, { at }]) => at === 'disk')).toBe(existsSync(FULL_DISK));
  });

  it('never uploads with chunked encoding, which the store does not support', async () => {
    const refused = (await stage.events()).filter(({ kind, status }) => kind === 'put' && status === 501);
    expect(refused).toMatchObject([{ problem: 'forced: errorList' }]);
    expect(stage.sandbox.ledger().violations).toEqual([]);
  });
});

it('nothing is left in the spool after any of these ends', async () => {
  await eventually(
    () => readdir(stage.spoolFolder),
    (left) => left.length === 0,
  );
  expect(await readdir(stage.spoolFolder)).toEqual([]);
});

const judgedOf = (task: DayTask) => stage.sandbox.ledger().tasks.find(({ taskId }) => taskId === task.taskId);

async function submissionsOf(task: DayTask) {
  return (await stage.events()).filter(({ kind, taskId }) => kind === 'submit' && taskId === task.taskId);
}

function filesOf({ product }: DayTask): string {
  return `${product}_*`;
}

/** Whether the fault really occurred: otherwise the test would prove nothing. */
async function struck(fault: Fault, task: DayTask): Promise<boolean> {
  if (fault.at === 'store') {
    const armed = (await control(stage.sandbox, 'GET', '/faults')) as { files?: string[] }[];
    return !armed.some(({ files = [] }) => files.includes(filesOf(task)));
  }
  const [entry] = await eventually(
    () => stage.entriesOf(task),
    (entries) => entries.length > 0,
  );
  if (fault.at === 'disk') return entry?.files.some(({ attempts }) => (attempts?.download ?? 0) > 1) === true;
  const outputs = new Set(entry?.files.map(({ outputId }) => outputId));
  return (await stage.events()).some(
    ({ kind, outputId = '', problem }) =>
      kind === 'file' && outputs.has(outputId) && problem === `on purpose: ${fault.fault.kind}`,
  );
}
