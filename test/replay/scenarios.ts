import { randomUUID } from 'node:crypto';

import { ApplicationFailure } from '@temporalio/common';
import { WorkflowFailedError } from '@temporalio/client';

import { failureTypes } from '../../domain/shared/failure-type';
import type { Stage } from '../../domain/task/task-status';
import type { LifecyclePolicy } from '../../domain/task/studio-settings';
import { workerLostFailure } from '../../workers/crash-recovery/report-lost-activities';
import {
  abandonUpdate,
  deliverFileUpdate,
  resumeUpdate,
  skipOutputUpdate,
  taskEventSignal,
  type ExternalPostTaskInput,
} from '../../workflows/external-post-task/messages/messages';
import { LISTING_SWEEP } from '../../workflows/listing-sweep/messages';
import { searchAttributes } from '../../workflows/search-attributes';
import { taskQueues } from '../../workflows/task-queues';
import { aCandidate, aRecipe, anEditorialTask } from '../support/facts';
import { FakeWorld, givenUp, hanging, later, quickSettings, refusal, type AllActivities } from '../support/fake-world';
import { eventually, type TaskHandle, type TestTemporal } from '../support/temporal';

/** One path through a task's workflow: what the world is like at its beginning, and what happens until it has ended. */
export interface Scenario {
  readonly world: () => FakeWorld;
  /** What the task is started with, beyond its id. */
  readonly input?: Partial<ExternalPostTaskInput>;
  /** Starts another workflow than a task's, and gives its id. */
  readonly start?: (temporal: TestTemporal) => Promise<string>;
  readonly play: (handle: TaskHandle, world: FakeWorld) => Promise<unknown>;
}

/** A task that is watched long enough after its submission for something to happen to it. */
const watched = { ...quickSettings, reviewWindowMs: 8_000, polls: { firstMs: 1_500, factor: 1, maxMs: 1_500 } };

function lifecycle(changes: Partial<LifecyclePolicy>): typeof quickSettings {
  return { ...quickSettings, lifecycle: { ...quickSettings.lifecycle, ...changes } };
}

/** The paths of which a history is kept: each name is part of a file name in `histories/`. */
export const scenarios: Readonly<Record<string, Scenario>> = {
  'goes-well': {
    world: () => new FakeWorld(),
    play: (handle) => handle.result(),
  },

  'editorial-and-design-changed': {
    world: () =>
      worldWith((world) => {
        const filters = { designFile: { id: ["{{ project.properties['Celtra project'] }}"] } };
        world.task = anEditorialTask();
        world.recipes = [{ ...aRecipe, celtra: { filters } }];
        world.settings = { ...quickSettings, onDesignChange: 'restart' };
        failOnce(world, 'awaitRenders', ApplicationFailure.nonRetryable('Changed.', failureTypes.creativeVanished));
      }),
    input: { contentCreationType: 'editorial' },
    play: (handle) => handle.result(),
  },

  'creative-missing-then-resumed': {
    world: () =>
      worldWith((world) => {
        world.settings = lifecycle({ corrections: later });
        world.candidates = [aCandidate('Front/Feed')];
      }),
    play: async (handle, world) => {
      await reaches(handle, 'Needs attention');
      world.candidates = [aCandidate('Front/Feed'), aCandidate('Front/Story')];
      await handle.executeUpdate(resumeUpdate, { args: [{ by: 'Ha', reason: 'made in Celtra' }] });
      await handle.result();
    },
  },

  'decided-by-operators': {
    world: () => worldWith((world) => (world.candidates = [])),
    play: async (handle) => {
      await reaches(handle, 'Needs attention');
      await handle.executeUpdate(skipOutputUpdate, { args: [{ by: 'Ha', expected: 'Front, Feed', force: true }] });
      const url = 'https://files.example/story.jpg';
      await handle.executeUpdate(deliverFileUpdate, { args: [{ by: 'Ha', expected: 'Front, Story', url }] });
      await handle.result();
    },
  },

  'decided-while-rendering': {
    world: () =>
      worldWith((world) => {
        const { awaitRenders } = world.activities;
        world.activities.awaitRenders = (request) => (request.outputs.length > 1 ? hanging() : awaitRenders(request));
      }),
    play: async (handle, world) => {
      await counts(world, 'awaitRenders', 1);
      await handle.executeUpdate(skipOutputUpdate, { args: [{ by: 'Ha', expected: 'Front, Story', force: true }] });
      await handle.result();
    },
  },

  'permission-missing-and-addresses-expired': {
    world: () =>
      worldWith((world) => {
        world.settings = lifecycle({ retries: { firstMs: 300, factor: 1, maxMs: 300 }, notifies: true });
        failOnce(world, 'requestUploadAddresses', ApplicationFailure.nonRetryable('403', failureTypes.forbidden));
        const stored = { done: { 0: { uploadedAt: '2026-11-26T12:00:00.000Z', uploads: 1 } } };
        const expired = ApplicationFailure.nonRetryable('403', failureTypes.addressRefused, null, stored);
        failOnce(world, 'uploadFiles', expired);
      }),
    play: (handle) => handle.result(),
  },

  'submission-answer-lost': {
    world: () =>
      worldWith((world) => {
        world.activities.submitAssets = ({ assets }) => {
          world.takeSubmission(assets);
          const lost = { message: 'The answer was lost.', type: failureTypes.outcomeUnknown };
          return Promise.reject(ApplicationFailure.create(lost));
        };
      }),
    play: (handle) => handle.result(),
  },

  'workers-killed-over-start-and-submission': {
    world: () =>
      worldWith((world) => {
        world.settings = lifecycle({ inFlightGraceMs: 50 });
        failOnce(world, 'startTask', workerLostFailure('startTask'));
        failOnce(world, 'submitAssets', workerLostFailure('submitAssets'));
      }),
    play: (handle) => handle.result(),
  },

  'same-bytes-then-forced': {
    world: () => worldWith((world) => (world.settings = watched)),
    play: async (handle, world) => {
      await rejectStory(handle, world);
      await handle.executeUpdate(resumeUpdate, { args: [{ by: 'Ha' }] });
      await shows(handle, searchAttributes.cause, 'unchanged');
      await handle.executeUpdate(resumeUpdate, { args: [{ by: 'Ha', force: true }] });
      await handle.result();
    },
  },

  'finished-by-others': {
    world: () => worldWith((world) => (world.settings = watched)),
    play: async (handle, world) => {
      await rejectStory(handle, world);
      world.task = { ...world.task, status: 'done', statusText: 'Done' };
      world.activities.submitAssets = () => Promise.reject(refusal('154', 'Task has already been submitted.'));
      world.correct('output-Front/Story');
      await handle.result();
    },
  },

  'reset-then-gone': {
    world: () => worldWith((world) => (world.settings = watched)),
    play: async (handle, world) => {
      await reaches(handle, 'Done');
      world.task = new FakeWorld().task;
      await signal(handle, 'ready', 'event-1');
      await counts(world, 'submitAssets', 2);
      world.activities.readTask = () => Promise.reject(refusal('6', 'Gone.'));
      await signal(handle, 'ready', 'event-2');
      await handle.result();
    },
  },

  'late-then-done': {
    world: () =>
      worldWith((world) => {
        world.settings = lifecycle({ slaMs: 500, warnBeforeMs: 300, notifies: true });
        world.candidates = [];
      }),
    play: async (handle, world) => {
      await eventually(
        () => Promise.resolve(world.notices),
        (notices) => notices.some(({ kind }) => kind === 'deadline passed'),
      );
      world.candidates = [aCandidate('Front/Feed'), aCandidate('Front/Story')];
      await handle.result();
    },
  },

  'abandoned-while-uploading': {
    world: () =>
      worldWith((world) => {
        world.activities.uploadFiles = hanging;
      }),
    play: async (handle, world) => {
      await counts(world, 'uploadFiles', 1);
      await handle.executeUpdate(abandonUpdate, { args: [{ by: 'Ha', reason: 'done by hand' }] });
      await handle.result();
    },
  },

  'cancelled-while-submitting': {
    world: () => worldWith((world) => (world.activities.submitAssets = () => givenUp())),
    play: async (handle, world) => {
      await counts(world, 'submitAssets', 1);
      await handle.cancel();
      await handle.result().catch(expectCancelled);
    },
  },

  'continues-as-new': {
    world: () =>
      worldWith((world) => {
        const { reviewWindowMs, polls } = watched;
        world.settings = { ...lifecycle({ maxHistoryEvents: 60 }), reviewWindowMs, polls };
      }),
    play: async (handle, world) => {
      await rejectStory(handle, world);
      world.correct('output-Front/Story');
      await handle.result();
    },
  },

  'sweep-of-two-listings': {
    world: () =>
      worldWith(({ activities }) => {
        const row = { taskId: 'task-1', contentCreationType: 'ecom', status: 'to do', statusText: 'To Do' } as const;
        activities.listTasks = ({ flavour }) =>
          Promise.resolve(
            flavour === 'editorial'
              ? { rows: [], isLast: true, refusal: { endpoint: 'GET /extpost/editorial-tasks' } }
              : { rows: [row], isLast: true, hasEditorial: true },
          );
      }),
    start: async ({ client }) => {
      const workflowId = `sweep-${randomUUID()}`;
      const { main: taskQueue } = taskQueues;
      await client.workflow.start(LISTING_SWEEP, { workflowId, taskQueue, args: [{ studio: 'acme' }] });
      return workflowId;
    },
    play: (handle) => handle.result(),
  },
};

async function rejectStory(handle: TaskHandle, world: FakeWorld): Promise<void> {
  await reaches(handle, 'Done');
  world.reject('spec-story');
  await signal(handle, 'rejected', 'event-1');
  await reaches(handle, 'Rejected');
}

function signal(handle: TaskHandle, kind: 'ready' | 'rejected', eventId: string): Promise<void> {
  return handle.signal(taskEventSignal, { kind, source: 'webhook', eventId });
}

/** Plays a scenario on a real server, and gives the history that it leaves. */
export async function playScenario(scenario: Scenario, temporal: TestTemporal, enter: (world: FakeWorld) => void) {
  const world = scenario.world();
  enter(world);
  const workflowId = (await scenario.start?.(temporal)) ?? (await temporal.startTask(scenario.input)).workflowId;
  // Without the run: a task may continue as a new one, whose history it is then.
  const latest = temporal.client.workflow.getHandle(workflowId) as TaskHandle;
  await scenario.play(latest, world);
  return latest.fetchHistory();
}

/** Lets the next call of an activity fail. */
export function failOnce({ activities }: FakeWorld, name: keyof AllActivities, failure: ApplicationFailure): void {
  const usual = activities[name];
  const fail = (): Promise<never> => {
    Object.assign(activities, { [name]: usual });
    return Promise.reject(failure);
  };
  Object.assign(activities, { [name]: fail });
}

function worldWith(change: (world: FakeWorld) => unknown): FakeWorld {
  const world = new FakeWorld();
  change(world);
  return world;
}

async function counts(world: FakeWorld, activity: keyof AllActivities, wanted: number): Promise<void> {
  await eventually(
    () => Promise.resolve(world.count(activity)),
    (count) => count === wanted,
  );
}

function reaches(handle: TaskHandle, stage: Stage): Promise<void> {
  return shows(handle, searchAttributes.stage, stage);
}

/** By what the server knows: a query would have the whole history replayed where nothing is kept in memory. */
async function shows(handle: TaskHandle, key: typeof searchAttributes.stage, value: string): Promise<void> {
  await eventually(
    async () => (await handle.describe()).typedSearchAttributes.get(key),
    (shown) => shown === value,
    // Without a cache a workflow task can be lost, and comes again after 10 s.
  );
}

function expectCancelled(error: unknown): void {
  if (!(error instanceof WorkflowFailedError)) throw error;
}
