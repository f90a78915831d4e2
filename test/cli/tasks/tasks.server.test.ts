import { createHash } from 'node:crypto';
import { appendFile, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';

import { ApplicationFailure, defaultPayloadConverter } from '@temporalio/common';

import { createAddressSeal } from '../../../activities';
import { failureTypes } from '../../../domain/shared/failure-type';
import { taskWorkflowId } from '../../../domain/task/workflow-id';
import type { Stage } from '../../../domain/task/task-status';
import { EXTERNAL_POST_TASK, statusQuery } from '../../../workflows/external-post-task/messages/messages';
import { ENVIRONMENT, smallFile } from '../../config/example-files';
import { aCandidate } from '../../support/facts';
import { FakeWorld, later, quickSettings } from '../../support/fake-world';
import { eventually, TestTemporal, type TaskHandle } from '../../support/temporal';
import { uniqueStudio } from '../../starters/test-temporal';
import { extpost } from '../in-process';

let temporal: TestTemporal;
let world: FakeWorld;
let studio: string;
let taskIds: string[];

beforeAll(async () => {
  temporal = await TestTemporal.connect();
  world = new FakeWorld();
  await temporal.serve(() => world);
  process.env['TEMPORAL_ADDRESS'] = process.env['EXTPOST_TEST_TEMPORAL_ADDRESS'];
  process.env['TEMPORAL_NAMESPACE'] = temporal.namespace;
});
afterAll(() => temporal.close());
beforeEach(begin);

/** A world and a studio for one test, or for all of a group. */
function begin(): void {
  world = new FakeWorld();
  // A task without its second creative needs attention for as long as the test runs.
  const life = { ...quickSettings.lifecycle, corrections: later };
  world.settings = { ...quickSettings, reviewWindowMs: 600_000, lifecycle: life };
  world.candidates = [aCandidate('Front/Feed')];
  [studio, taskIds] = [uniqueStudio(), []];
}
afterEach(async () => {
  for (const taskId of taskIds) {
    const handle = temporal.client.workflow.getHandle(taskWorkflowId({ studio, taskId }));
    await handle.terminate('the test is over').catch(() => undefined);
  }
});

/** A task in this stage, that Temporal's search finds there. */
async function aTaskIn(stage: Stage, taskId = crypto.randomUUID()): Promise<{ handle: TaskHandle; taskId: string }> {
  taskIds.push(taskId);
  const handle = await temporal.startTask({ studio, taskId });
  const query = `ExtpostTaskId = '${taskId}' AND ExtpostStage = '${stage}'`;
  await eventually(
    async () => (await temporal.client.workflow.count(query)).count,
    (count) => count === 1,
  );
  return { handle, taskId };
}

const secret = 'X-Signature=abc123';

/** A configuration of the test's studio, for each test of a `describe`, where this is to be called. */
function configured(): { folder: string; config: string } {
  const place = { folder: '', config: '' };
  beforeEach(async () => {
    Object.assign(process.env, ENVIRONMENT);
    place.folder = await mkdtemp(path.join(tmpdir(), 'extpost-deliver-'));
    place.config = path.join(place.folder, 'extpost.yaml');
    await writeFile(place.config, smallFile().replace('acme:', `${studio}:`));
  });
  afterEach(() => rm(place.folder, { recursive: true, force: true }));
  return place;
}

const creativesAppear = (): void => {
  world.candidates = [aCandidate('Front/Feed'), aCandidate('Front/Story')];
};

describe('a task that waits', () => {
  let task: Awaited<ReturnType<typeof aTaskIn>>;
  let of: { readonly studio: string; readonly world: FakeWorld };
  beforeAll(async () => {
    begin();
    of = { studio, world };
    task = await aTaskIn('Needs attention');
  });
  beforeEach(() => {
    ({ studio, world } = of);
  });
  const place = configured();
  afterAll(() => task.handle.terminate('the tests are over'));

  it('is listed by `tasks`, with stage, cause and product', async () => {
    const { output, exitCode } = await extpost('tasks', '--studio', studio);
    expect(output).toMatch(
      new RegExp(`${studio} +${task.taskId.slice(0, 8)} +SKU-1 +Needs attention +no creative +0 `),
    );
    expect([output.includes('1 task.'), exitCode]).toEqual([true, 0]);
  });

  it('is found by stage, cause, product and Temporal’s own filter', async () => {
    const fitting = [
      '--stage',
      'needs attention',
      '--cause',
      'no creative',
      '--product',
      'SKU-1',
      '--query',
      'ExtpostRound = 0 OR ExtpostRound IS NULL',
    ];
    expect((await extpost('tasks', '-s', studio, ...fitting)).output).toContain('1 task.');
    expect((await extpost('tasks', '-s', studio, '--cause', 'ambiguous')).out).toBe('No matching tasks.\n');
  });

  it('is listed as JSON, with details when it is asked for them', async () => {
    const { out } = await extpost('tasks', '-s', studio, '--json', '--details');
    expect(JSON.parse(out)).toMatchObject({
      total: 1,
      tasks: [
        {
          taskId: task.taskId,
          studio,
          product: 'SKU-1',
          cause: 'no creative',
          status: { attention: { cause: 'no creative' } },
        },
      ],
    });
  });

  it('is named by an id, its beginning, a product code and a workflow id', async () => {
    const names = [
      [studio, task.taskId],
      [studio, task.taskId.slice(0, 6)],
      [studio, 'SKU-1'],
      [`extpost/${studio}/${task.taskId}`],
    ];
    for (const words of names) {
      const { output } = await extpost('task', 'show', ...words);
      expect(output).toContain(`Workflow extpost/${studio}/${task.taskId}`);
    }
  });

  it('is explained by `task show`: what it waits for and what can be done', async () => {
    const { output } = await extpost('task', 'show', studio, task.taskId);
    expect(output).toContain('Needs attention (no creative): ');
    expect(output).toMatch(/Waits for .*an operator/);
    expect(output).toContain(`extpost task resume ${studio} ${task.taskId}`);
  });

  it('is not started, because it is running', async () => {
    const { output, exitCode } = await extpost('task', 'start', studio, task.taskId);
    expect([output.includes('not done: it is running'), exitCode]).toEqual([true, 9]);
  });

  it.each([
    [['skip', 'Front, Story'], 'only with all its outputs'],
    [['use-output', 'Front, Story', 'nonsense'], 'nonsense, which was chosen for Front, Story'],
    [['replace-recipe', '--recipe', 'nonsense'], 'There is no recipe "nonsense"'],
  ])('refuses nonsense, and is not changed by it: %j', async ([action = '', ...words], why) => {
    const { output, exitCode } = await extpost('task', action, studio, task.taskId, ...words, '--by', 'Ha');
    expect(output).toMatch(/: refused: /);
    expect(output).toContain(why);
    expect([exitCode, (await task.handle.query(statusQuery)).revision]).toEqual([9, 0]);
  });

  it('answers a name that is none with the names that there are', async () => {
    const { output, exitCode } = await extpost('task', 'use-output', studio, task.taskId, 'Back', 'output-1');
    expect(output).toMatch(/refused: This round has no expected output "Back"\. Its outputs are "Front/);
    expect(exitCode).toBe(9);
  });

  const deliverFile = (file: string) =>
    extpost('task', 'deliver-file', studio, task.taskId, 'Front, Story', file, '--config', place.config);

  it.each([
    ['no-such-file.jpg', 'no-such-file.jpg does not exist'],
    ['ftp://files.example/front.jpg', 'begin with https://'],
  ])('refuses %s as a file', async (file, message) => {
    const said = await deliverFile(file);
    expect([said.exitCode, said.output]).toEqual([2, expect.stringContaining(message)]);
  });

  it('takes a file by nothing but https, and does not repeat the address', async () => {
    const address = `http://files.example/front.jpg?${secret}`;
    const said = await deliverFile(address);
    expect([said.exitCode, said.output.includes('https://'), said.output.includes(secret)]).toEqual([2, true, false]);
  });
});

describe('extpost tasks', () => {
  it('sorts by the deadline, and shows which are late', async () => {
    const late = Date.now() - 3_600_000;
    const { readTask } = world.activities;
    const known: string[] = [];
    world.activities.readTask = async (reference) => {
      if (!known.includes(reference.taskId)) known.push(reference.taskId);
      return { ...(await readTask(reference)), deadline: late - known.indexOf(reference.taskId) * 3_600_000 };
    };
    const { taskId } = await aTaskIn('Needs attention');
    const { taskId: later } = await aTaskIn('Needs attention');
    const { out } = await extpost('tasks', '-s', studio, '--overdue', '--sort', 'due', '--json');
    const { tasks } = JSON.parse(out) as { tasks: { taskId: string; due: string }[] };
    expect(tasks.map((task) => task.taskId)).toEqual([later, taskId]);
    expect(Date.parse(tasks[1]?.due ?? '')).toBe(late);
  });

  it('says what Temporal does not understand of a filter', async () => {
    const { output, exitCode } = await extpost('tasks', '--query', 'Nonsense = 1');
    expect(output).toContain('Temporal does not understand the filter');
    expect(exitCode).toBe(2);
  });

  it('shows so many and says how many there are', async () => {
    await aTaskIn('Needs attention');
    await aTaskIn('Needs attention');
    expect((await extpost('tasks', '-s', studio, '--limit', '1')).output).toContain('1 task of 2');
  });

  it('shows ended tasks only on request', async () => {
    const { taskId } = await aTaskIn('Needs attention');
    await extpost('task', 'abandon', studio, taskId, '--by', 'Ha');
    await eventually(
      () => extpost('tasks', '-s', studio),
      ({ output }) => output === 'No matching tasks.\n',
    );
    expect((await extpost('tasks', '-s', studio, '--all')).output).toContain('Abandoned, ended');
  });
});

describe('extpost task, finding a task', () => {
  const some = '11112222-3333-4444-8555-';

  it('shows the newest run, also when only an older one is known by the product', async () => {
    const { taskId, handle } = await aTaskIn('Needs attention');
    await handle.terminate('a test');
    world.activities.readTask = () =>
      Promise.reject(ApplicationFailure.nonRetryable('no answer', failureTypes.contract));
    await extpost('task', 'start', studio, taskId);
    const shown = await eventually(
      () => extpost('task', 'show', studio, 'SKU-1'),
      ({ output }) => output.includes('contract changed'),
    );
    expect(shown.output).toContain('Needs attention (contract changed): ');
  });

  it('lists the candidates when a name fits several', async () => {
    await aTaskIn('Needs attention', `${some}000000000001`);
    await aTaskIn('Needs attention', `${some}000000000002`);
    const { output, exitCode } = await extpost('task', 'show', studio, '1111');
    expect(output).toContain('matches 2 tasks');
    expect([output.includes(`${some}000000000001`), exitCode]).toEqual([true, 2]);
  });

  it('says when there is none, and when a beginning is too short', async () => {
    const { output, exitCode } = await extpost('task', 'show', studio, 'abc');
    expect(output).toContain('four letters or more of its beginning');
    expect(exitCode).toBe(2);
  });
});

describe('extpost task show', () => {
  it('shows the record of a task that has ended', async () => {
    const { taskId } = await aTaskIn('Needs attention');
    await extpost('task', 'abandon', studio, taskId, '--by', 'Ha', '--reason', 'made by hand');
    const { output } = await extpost('task', 'show', studio, taskId);
    expect(output).toContain('Ended, abandoned: ');
    expect(output).toMatch(/Ha \(said; system user: .+\): Abandoned.* \(made by hand\)/);
    expect(output).toContain('Nothing was submitted in this run.');
  });
});

describe('extpost task resume', () => {
  it('prints the state after it, once the task has come to rest', async () => {
    const { taskId } = await aTaskIn('Needs attention');
    creativesAppear();
    const { output, exitCode } = await extpost('task', 'resume', studio, taskId, '--by', 'Ha', '--reason', 'made it');
    expect(output).toMatch(/Resumed by Ha\. Now: (Awaiting verdict|Done): /);
    expect(exitCode).toBe(0);
  });

  it('says when the task waits for the same again, and ends with its exit code', async () => {
    const { taskId } = await aTaskIn('Needs attention');
    const { output, exitCode } = await extpost('task', 'resume', studio, taskId, '--by', 'Ha');
    expect(output).toContain('Now: still Needs attention (no creative): ');
    expect(exitCode).toBe(9);
  });

  it('explains why a task refuses', async () => {
    creativesAppear();
    // Until the review window ends; 'Awaiting verdict' may last for less than the search needs to show it.
    const { taskId } = await aTaskIn('Done');
    const { output, exitCode } = await extpost('task', 'resume', studio, taskId);
    expect(output).toMatch(/refused: The task is not waiting for anybody/);
    expect(exitCode).toBe(9);
  });

  it('goes for all that a filter finds, after a preview and a yes', async () => {
    await aTaskIn('Needs attention');
    await aTaskIn('Needs attention');
    creativesAppear();
    const asked = await extpost('task', 'resume', '--studio', studio, '--by', 'Ha');
    expect([asked.output.includes('add --yes'), asked.exitCode]).toEqual([true, 2]);
    // The same by a filter of Temporal's own.
    const query = `ExtpostStudio = '${studio}' AND ExtpostCause = 'no creative'`;
    const { output, exitCode } = await extpost('task', 'resume', '--query', query, '--by', 'Ha', '--yes');
    expect(output).toContain('2 of 2 took effect.');
    expect(exitCode).toBe(0);
  });

  it('wants to know which tasks', async () => {
    expect((await extpost('task', 'resume')).output).toContain('Name a task');
    expect((await extpost('task', 'resume', studio, '1234', '--cause', 'template')).output).toContain('not both');
  });
});

describe('extpost task start', () => {
  const cancelled = async () => {
    const { taskId, handle } = await aTaskIn('Needs attention');
    await handle.cancel();
    await handle.result().catch(() => undefined);
    return taskId;
  };

  it('takes a cancelled task up again, and one that has never run here', async () => {
    const known = await cancelled();
    creativesAppear();
    const unknown = [crypto.randomUUID(), String(Date.now())];
    taskIds.push(...unknown);
    const { output, exitCode } = await extpost('task', 'start', studio, known.slice(0, 13), ...unknown, '--by', 'Ha');
    expect([output.match(/Started by Ha\./g)?.length, exitCode]).toEqual([3, 0]);
    await eventually(
      () => Promise.resolve(world.submissions.length),
      (count) => count > 0,
    );
  });

  it('keeps the flavour of the last run, and takes the given one for a new task', async () => {
    const taskId = crypto.randomUUID();
    taskIds.push(taskId);
    const started: unknown[] = [];
    world.activities.readTask = (task) => {
      started.push(task.contentCreationType);
      return Promise.resolve(world.task);
    };
    const first = await extpost('task', 'start', studio, taskId, '--editorial');
    await eventually(
      () => Promise.resolve(started.length),
      (count) => count === 1,
    );
    await temporal.client.workflow.getHandle(taskWorkflowId({ studio, taskId })).terminate('a test');
    const second = await extpost('task', 'start', studio, taskId);
    await eventually(
      () => Promise.resolve(started.length),
      (count) => count === 2,
    );
    expect([first.exitCode, second.exitCode, started]).toEqual([0, 0, ['editorial', 'editorial']]);
  });

  it('goes for all ended tasks that a filter finds, after a preview and a yes', async () => {
    await cancelled();
    await cancelled();
    await aTaskIn('Needs attention');
    const filter = ['--studio', studio, '--stage', 'cancelled'];
    await eventually(
      async () => (await extpost('tasks', '--all', ...filter)).output,
      (output) => output.includes('2 tasks.'),
    );
    const asked = await extpost('task', 'start', ...filter);
    expect([asked.output.includes('add --yes'), asked.exitCode]).toEqual([true, 2]);
    const { output, exitCode } = await extpost('task', 'start', ...filter, '--yes', '--by', 'Ha');
    expect([output.includes('2 of 2 started.'), exitCode]).toEqual([true, 0]);
    // Their newest runs are under way now.
    expect((await extpost('task', 'start', ...filter, '--yes')).output).toContain('No matching tasks that have ended');
  });

  it('wants to know which tasks', async () => {
    expect((await extpost('task', 'start')).output).toContain('Name tasks');
    expect((await extpost('task', 'start', studio, '1234', '--cause', 'template')).output).toContain('not both');
  });
});

describe('extpost task cancel', () => {
  it('waits until the run has ended', async () => {
    const { taskId, handle } = await aTaskIn('Needs attention');
    const { output, exitCode } = await extpost('task', 'cancel', studio, taskId, '--by', 'Ha', '--reason', 'not ours');
    expect(output).toMatch(/Cancelled by Ha\. Now: ended, cancelled/);
    expect([exitCode, (await handle.describe()).status.name]).toEqual([0, 'CANCELLED']);
    expect((await extpost('task', 'show', studio, taskId)).output).toContain('Cancelled by Ha (not ours) while in');
    expect((await extpost('task', 'history', studio, taskId)).output).not.toContain('cancelNotice');
  });
});

describe('extpost task skip, use-output and replace-recipe', () => {
  it('let a task go on with what a person decided', async () => {
    const { taskId } = await aTaskIn('Needs attention');
    const { output, exitCode } = await extpost('task', 'skip', studio, taskId, 'Front, Story', '--force', '--by', 'Ha');
    expect(output).toMatch(/Front, Story.* is not delivered\. Now: (Awaiting verdict|Done): /);
    expect([exitCode, world.submissions[0]?.length]).toEqual([0, 1]);
  });

  it('are printed as JSON: what each task answered, and how many took effect', async () => {
    const { taskId } = await aTaskIn('Needs attention');
    const words = ['skip', studio, taskId, 'Front, Story', '--by', 'Ha', '--json'];
    const refused = await extpost('task', ...words);
    expect(JSON.parse(refused.out)).toMatchObject({
      tasks: [{ studio, taskId, hasTakenEffect: false, text: expect.stringMatching(/^refused: /) as string }],
      tookEffect: 0,
    });
    const done = await extpost('task', ...words, '--force');
    expect(JSON.parse(done.out)).toMatchObject({ tasks: [{ taskId, hasTakenEffect: true }], tookEffect: 1 });
    expect([refused.exitCode, done.exitCode]).toEqual([9, 0]);
  });
});

describe('extpost task history', () => {
  it('prints stages, steps and operator actions, one a line', async () => {
    const { taskId } = await aTaskIn('Needs attention');
    creativesAppear();
    await extpost('task', 'resume', studio, taskId, '--by', 'Ha', '--reason', 'made it');
    const { output } = await extpost('task', 'history', studio, taskId);
    const expected = [
      '* Task started',
      '  Read the task and its notes: done, ',
      '= Needs attention',
      '! Ha: resume (made it)',
      '= Awaiting verdict',
    ];
    const places = expected.map((line) => output.indexOf(line));
    expect(places).toEqual([...places].sort((a, b) => a - b));
    expect(places).not.toContain(-1);
  });
});

describe('extpost task deliver-file', () => {
  const place = configured();

  it('seals the address with the studio’s key, so that no signature enters the history', async () => {
    const { taskId, handle } = await aTaskIn('Needs attention');
    const address = `https://files.example/front.jpg?${secret}`;
    const words = [
      'task',
      'deliver-file',
      studio,
      taskId,
      'Front, Story',
      address,
      '--config',
      place.config,
      '--wait',
      '0s',
    ];
    const { output } = await extpost(...words, '--by', 'Ha');
    expect(output).toMatch(/A supplied file is used for Front, Story\./);
    const { events } = await handle.fetchHistory();
    const request = (events ?? []).flatMap(
      ({ workflowExecutionUpdateAcceptedEventAttributes: accepted }) =>
        accepted?.acceptedRequest?.input?.args?.payloads ?? [],
    )[0];
    const { sealedUrl, url } = defaultPayloadConverter.fromPayload<{ sealedUrl: string; url?: string }>(request ?? {});
    const seal = createAddressSeal(ENVIRONMENT['CF_SECRET'] ?? '');
    expect(seal.open(sealedUrl, { taskId, purpose: 'supplied file' })).toBe(address);
    expect([url, JSON.stringify(events).includes(secret)]).toEqual([undefined, false]);
  });

  it('puts a file of this computer into the storage, and sends what names it there', async () => {
    const { taskId, handle } = await aTaskIn('Needs attention');
    await appendFile(place.config, `\nstorage: { folder: '${place.folder}/storage' }\n`);
    const file = path.join(place.folder, 'front: 1.jpg');
    await writeFile(file, 'a picture');
    const words = [
      'task',
      'deliver-file',
      studio,
      taskId,
      'Front, Story',
      file,
      '--config',
      place.config,
      '--wait',
      '0s',
    ];
    const { output } = await extpost(...words, '--by', 'Ha');
    const sha256 = createHash('sha256').update('a picture').digest('hex');
    expect(output).toContain(`The uploaded file front_ 1.jpg (SHA-256 ${sha256.slice(0, 12)}…) is used for`);
    expect(await readFile(path.join(place.folder, 'storage', 'uploads', studio, taskId, sha256), 'utf8')).toBe(
      'a picture',
    );
    expect((await handle.query(statusQuery)).actions).toMatchObject([{ kind: 'deliver file', by: 'Ha' }]);
  });
});

describe('a task that no worker answers for', () => {
  async function aTaskOfNobody(): Promise<string> {
    const taskId = crypto.randomUUID();
    taskIds.push(taskId);
    await temporal.client.workflow.start(EXTERNAL_POST_TASK, {
      workflowId: taskWorkflowId({ studio, taskId }),
      taskQueue: 'nobody',
      args: [{ studio, taskId, contentCreationType: 'ecom' }],
    });
    return taskId;
  }

  it('is shown as far as it is known, with what to do', async () => {
    const { output, exitCode } = await extpost('task', 'show', studio, await aTaskOfNobody());
    expect(output).toContain('No worker responds. Start one');
    expect([output.includes('Brief, since'), exitCode]).toEqual([true, 1]);
  });

  it('is not acted upon', async () => {
    const taskId = await aTaskOfNobody();
    const { output, exitCode } = await extpost('task', 'abandon', studio, taskId);
    expect(output).toContain('not done: No worker responds');
    const { events } = await temporal.client.workflow.getHandle(taskWorkflowId({ studio, taskId })).fetchHistory();
    expect([exitCode, events?.length]).toEqual([9, 2]);
  });

  it('keeps a cancel for when a worker comes, and says that it still runs', async () => {
    const { output, exitCode } = await extpost('task', 'cancel', studio, await aTaskOfNobody(), '--wait', '0s');
    expect(output).toMatch(/Now: still running\. No worker responds/);
    expect(exitCode).toBe(9);
  });
});
