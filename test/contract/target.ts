import { randomUUID } from 'node:crypto';

import type { CreativeForceClient, CreativeForceSettings, CreativeForceDependencies } from '../../clients';
import { createCreativeForceClient } from '../../clients/creative-force/client';
import { createDispatcher } from '../../clients/http/send-request';
import { RequestBudget } from '../../clients/http/request-budget';
import type { ContentCreationType, TaskReference } from '../../domain/task/task';
import type { Sandbox, SandboxOptions } from '../../sandbox';
import { startQuickSandbox } from '../sandbox/start';
import { SandboxControl } from './sandbox-control';
import { elsewhere } from './environment';

/** Where a sandbox's handles are not known, tests that turn them cannot run. */
export const canChangeSettings = elsewhere === undefined || elsewhere.controlUrl !== undefined;
/** Writing needs a task that may be used up. */
export const mayWrite = elsewhere === undefined || elsewhere.taskToUseUp !== undefined;

/** The settings of the sandbox's gateway. */
export type GatewaySettings = NonNullable<SandboxOptions['creativeForce']>;

/** What the suite runs against. */
export interface Target {
  readonly client: CreativeForceClient;
  readonly settings: CreativeForceSettings;
  readonly tools: CreativeForceDependencies;
  readonly vendorId: string | undefined;
  readonly control: SandboxControl;
  /** Does something while the gateway has other settings. */
  during<T>(gateway: GatewaySettings, work: () => Promise<T>): Promise<T>;
  /** Another client of the same account. */
  clientWith(settings: Partial<CreativeForceSettings>): CreativeForceClient;
  /** An open task of a flavour: the one that was named, else the first listed; else none. */
  openTask(type: ContentCreationType): Promise<TaskReference | undefined>;
  /** An open task that may be used up, another one at each call; else none. */
  taskToUseUp(type: ContentCreationType): Promise<TaskReference | undefined>;
  close(): Promise<void>;
}

/** Opens the target that the environment names, or a sandbox with an open day of its own. */
export async function openTarget(): Promise<Target> {
  return elsewhere === undefined ? openSandbox() : openElsewhere(elsewhere);
}

async function openSandbox(): Promise<Target> {
  const sandbox: Sandbox = await startQuickSandbox({
    day: { tasks: 40, lostWebhooks: 0, duplicateWebhooks: 0, defects: [], verdictAfterMs: 60_000 },
  });
  const control = new SandboxControl(sandbox.controlUrl);
  await control.call('POST', '/day/begin');
  const [studio] = sandbox.studios;
  if (studio === undefined) throw new Error('The sandbox has no studio.');
  const { clientId, clientSecret, vendorId } = studio;
  const settings = { baseUrl: sandbox.creativeForceUrl, tokenUrl: sandbox.tokenUrl, clientId, clientSecret };
  const usedUp = new Set<string>();
  const target = targetOf({ settings, vendorId, control, limit: 1_000, close: () => sandbox.stop() });
  const listed = async (type: ContentCreationType): Promise<TaskReference[]> => {
    const { rows } = await target.client.listTasks({ vendorId, pageNumber: 1, pageSize: 100 });
    return rows.filter((row) => row.contentCreationType === type).map(({ taskId }) => reference(taskId, type));
  };
  return {
    ...target,
    openTask: async (type) => (await listed(type)).find(({ taskId }) => !usedUp.has(taskId)),
    taskToUseUp: async (type) => {
      // From the end, so that the first ones stay as they are.
      const task = (await listed(type)).findLast(({ taskId }) => !usedUp.has(taskId));
      if (task !== undefined) usedUp.add(task.taskId);
      return task;
    },
  };
}

function openElsewhere(place: NonNullable<typeof elsewhere>): Target {
  const { baseUrl, tokenUrl, clientId, clientSecret, vendorId, tasks, taskToUseUp } = place;
  const target = targetOf({
    settings: { baseUrl, tokenUrl, clientId, clientSecret },
    vendorId,
    control: new SandboxControl(place.controlUrl ?? 'http://no-control-url.invalid'),
    limit: place.requestsPerSecond,
    close: () => Promise.resolve(),
  });
  let toUseUp = taskToUseUp;
  return {
    ...target,
    openTask: async (type) => {
      const named = tasks[type];
      if (named !== undefined) return reference(named, type);
      if (vendorId === undefined) return undefined;
      const { rows } = await target.client.listTasks({ vendorId, pageNumber: 1, pageSize: 100 });
      const row = rows.find(({ contentCreationType }) => contentCreationType === type);
      return row && reference(row.taskId, type);
    },
    taskToUseUp: async (type) => {
      if (toUseUp === undefined) return undefined;
      const task = reference(toUseUp, type);
      const isOfType = await target.client.readTask(task).then(
        ({ contentCreationType }) => contentCreationType === type,
        () => false,
      );
      if (!isOfType) return undefined;
      toUseUp = undefined;
      return task;
    },
  };
}

function targetOf(given: {
  readonly settings: CreativeForceSettings;
  readonly vendorId: string | undefined;
  readonly control: SandboxControl;
  readonly limit: number;
  readonly close: () => Promise<void>;
}): Omit<Target, 'openTask' | 'taskToUseUp'> {
  const dispatcher = createDispatcher();
  const tools = { budget: new RequestBudget({ limit: given.limit }), dispatcher };
  const clientWith = (settings: Partial<CreativeForceSettings>): CreativeForceClient =>
    createCreativeForceClient({ ...given.settings, ...settings }, tools);
  return {
    ...given,
    tools,
    client: clientWith({}),
    clientWith,
    during: (creativeForce, work) => given.control.during({ creativeForce }, work),
    close: async () => {
      await dispatcher.destroy();
      await given.close();
    },
  };
}

function reference(taskId: string, contentCreationType: ContentCreationType): TaskReference {
  return { studio: 'contract', taskId, contentCreationType };
}

/** An id that nobody has given out. */
export function unknownId(): string {
  return randomUUID();
}

/** Says why a test has nothing to look at here. Against a sandbox of our own there is no such reason. */
export function leaveOut(reason: string): void {
  if (elsewhere === undefined) throw new Error(`A sandbox of our own has everything, but: ${reason}`);
  const name = expect.getState().currentTestName ?? '';
  process.stderr.write(`left out: ${name}${name.endsWith(reason) ? '' : `: ${reason}`}\n`);
}

/** jest's own under other names: by its rules a file that calls them by theirs holds tests, and may export nothing. */
const { describe: group, it: test } = globalThis;

/** Tests that need something which not every target has; where it is missing one test stands for them and says why. */
export function describeIf(isPossible: boolean, name: string, reason: string, tests: () => void): void {
  if (isPossible) {
    group(name, tests);
    return;
  }
  group(name, () => {
    test(`is left out: ${reason}`, () => {
      leaveOut(reason);
      expect(isPossible).toBe(false);
    });
  });
}

export const NO_CONTROL = 'the control API of a sandbox is needed; name it with EXTPOST_CONTRACT_CONTROL_URL';
export const USES_UP_TASKS = 'it uses up many tasks, so it runs against a sandbox of our own only';
export const NO_WRITES = 'it writes; name a task that may be used up with EXTPOST_CONTRACT_USE_UP';
