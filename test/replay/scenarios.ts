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
import { searchAttributes } from '../../workflows/search-attributes';
import { aCandidate, aRecipe, anEditorialTask } from '../support/facts';
import { FakeWorld, givenUp, hanging, later, quickSettings, refusal, type AllActivities } from '../support/fake-world';
import { eventually, type TaskHandle, type TestTemporal } from '../support/temporal';

/** One path through a task's workflow: what the world is like at its beginning, and what happens until it has ended. */
export interface Scenario {
  readonly world: () => FakeWorld;
  /** What the task is started with, beyond its id. */
  readonly input?: Partial<ExternalPostTaskInput>;
  readonly play: (handle: TaskHandle, world: FakeWorld) => Promise<unknown>;
}

/** A task that is watched long enough after its submission for something to happen to it. */
const watched = { ...quickSettings, reviewWindowMs: 3_000, looks: { firstMs: 1_500, factor: 1, maxMs: 1_500 } };

const long = { reviewWindowMs: watched.reviewWindowMs, looks: watched.looks };

function life(changes: Partial<LifecyclePolicy>): typeof quickSettings {
  return {
    ...quickSettings,
    lifecycle: { ...quickSettings.lifecycle, ...changes },
  };
}

/** The paths of which a history is kept: each name is part of a file name in `histories/`. */
export const scenarios: Readonly<Record<string, Scenario>> = {
  'goes-well': {
    world: () => new FakeWorld(),
    play: (handle) => handle.result(),
  },

  'editorial-goes-well': {
    world: () =>
      worldWith((world) => {
        const filters = { designFile: { id: ["{{ project.properties['Celtra project'] }}"] } };
        world.task = anEditorialTask();
        world.recipes = [{ ...aRecipe, celtra: { filters } }];
      }),
    input: { contentCreationType: 'editorial' },
    play: (handle) => handle.result(),
  },

  'creative-missing-then-resumed': {
    world: () =>
      worldWith((world) => {
        world.settings = life({ corrections: later });
        world.candidates = [aCandidate('Front/Feed')];
      }),
    play: async (handle, world) => {
      await reaches(handle, 'Needs attention');
      world.candidates = [aCandidate('Front/Feed'), aCandidate('Front/Story')];
      await handle.executeUpdate(resumeUpdate, { args: [{ by: 'Ha', reason: 'made in Celtra' }] });
      await handle.result();
    },
  },

  'rejected-then-corrected': {
    world: () =>
      worldWith((world) => (world.settings = { ...watched, lifecycle: life({ corrections: later }).lifecycle })),
    play: async (handle, world) => {
      await reaches(handle, 'Awaiting verdict');
      world.reject('spec-story');
      await handle.signal(taskEventSignal, { kind: 'rejected', source: 'webhook', eventId: 'event-1' });
      await reaches(handle, 'Rejected');
      world.correct('output-Front/Story');
      await handle.executeUpdate(resumeUpdate, { args: [{ by: 'Ha', reason: 'corrected in Celtra' }] });
      await handle.result();
    },
  },

  cancelled: {
    world: () => worldWith((world) => (world.settings = watched)),
    play: async (handle) => {
      await reaches(handle, 'Awaiting verdict');
      await handle.cancel();
      await handle.result().catch(expectCancelled);
    },
  },

  'design-changed-then-exported-again': {
    world: () =>
      worldWith((world) => {
        world.settings = { ...quickSettings, onDesignChange: 'restart' };
        const { awaitRenders } = world.activities;
        world.activities.awaitRenders = () => {
          // What Celtra has from now on, as the second look for creatives finds it.
          world.activities.awaitRenders = awaitRenders;
          const gone = 'Design design-1 was changed in Celtra while it was rendered.';
          return Promise.reject(ApplicationFailure.nonRetryable(gone, failureTypes.creativeVanished));
        };
      }),
    play: (handle) => handle.result(),
  },

  'planned-in-one-step-then-design-changed': {
    world: () =>
      worldWith((world) => {
        world.settings = { ...quickSettings, onDesignChange: 'restart' };
        world.candidates.push(aCandidate('Back/Feed'));
        const { awaitRenders } = world.activities;
        world.activities.awaitRenders = () => {
          world.activities.awaitRenders = awaitRenders;
          const gone = 'Design design-1 was changed in Celtra while it was rendered.';
          return Promise.reject(ApplicationFailure.nonRetryable(gone, failureTypes.creativeVanished));
        };
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

  ...newer(),
};

/** Ways of a task since its rounds wait for changed pixels and its parks leave by themselves. */
function newer(): Readonly<Record<string, Scenario>> {
  const both = [aCandidate('Front/Feed'), aCandidate('Front/Story')];
  const tell = (handle: TaskHandle, kind: 'ready' | 'rejected', eventId: string) =>
    handle.signal(taskEventSignal, { kind, source: 'webhook', eventId });
  const rejected = async (handle: TaskHandle, world: FakeWorld, eventId: string) => {
    await reaches(handle, 'Done');
    world.reject('spec-story');
    await tell(handle, 'rejected', eventId);
    await reaches(handle, 'Rejected');
  };
  const rejectedStory = async (handle: TaskHandle, world: FakeWorld, eventId: string) => {
    await rejected(handle, world, eventId);
    world.correct('output-Front/Story');
  };
  return {
    'rejected-then-corrected-by-itself': {
      world: () => worldWith((world) => (world.settings = watched)),
      play: async (handle, world) => {
        await rejectedStory(handle, world, 'event-1');
        await handle.result();
      },
    },

    'told-of-a-rejection-twice': {
      world: () => worldWith((world) => (world.settings = watched)),
      play: async (handle, world) => {
        await rejected(handle, world, 'event-1');
        await tell(handle, 'rejected', 'event-2');
        await counts(world, 'readSpecs', 3);
        world.correct('output-Front/Story');
        await handle.result();
      },
    },

    'finished-by-somebody': {
      world: () => worldWith((world) => (world.settings = watched)),
      play: async (handle, world) => {
        await rejected(handle, world, 'event-1');
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
        await tell(handle, 'ready', 'event-1');
        await counts(world, 'submitAssets', 2);
        world.activities.readTask = () => Promise.reject(refusal('6', 'Gone.'));
        await tell(handle, 'ready', 'event-2');
        await handle.result();
      },
    },

    'creative-missing-then-found': {
      world: () => worldWith((world) => (world.candidates = [aCandidate('Front/Feed')])),
      play: async (handle, world) => {
        await reaches(handle, 'Needs attention');
        world.candidates = both;
        await handle.result();
      },
    },

    'permission-missing-then-back': {
      world: () =>
        worldWith((world) => {
          world.settings = life({ retries: { firstMs: 300, factor: 1, maxMs: 300 }, notifies: true });
          const { requestUploadAddresses } = world.activities;
          world.activities.requestUploadAddresses = () => {
            world.activities.requestUploadAddresses = requestUploadAddresses;
            return Promise.reject(ApplicationFailure.nonRetryable('403', failureTypes.forbidden));
          };
        }),
      play: (handle) => handle.result(),
    },

    'same-bytes-then-forced': {
      world: () => worldWith((world) => (world.settings = watched)),
      play: async (handle, world) => {
        await reaches(handle, 'Done');
        world.reject('spec-story');
        await handle.signal(taskEventSignal, { kind: 'rejected', source: 'webhook', eventId: 'event-1' });
        await reaches(handle, 'Rejected');
        await handle.executeUpdate(resumeUpdate, { args: [{ by: 'Ha' }] });
        await shows(handle, searchAttributes.cause, 'unchanged');
        await handle.executeUpdate(resumeUpdate, { args: [{ by: 'Ha', force: true }] });
        await handle.result();
      },
    },

    'helped-by-hand': {
      world: () => worldWith((world) => (world.candidates = [])),
      play: async (handle) => {
        await reaches(handle, 'Needs attention');
        await handle.executeUpdate(skipOutputUpdate, { args: [{ by: 'Ha', expected: 'Front, Feed' }] });
        const url = 'https://files.example/story.jpg';
        await handle.executeUpdate(deliverFileUpdate, { args: [{ by: 'Ha', expected: 'Front, Story', url }] });
        await handle.result();
      },
    },

    'left-out-while-rendering': {
      world: () =>
        worldWith((world) => {
          const { awaitRenders } = world.activities;
          world.activities.awaitRenders = (request) => (request.outputs.length > 1 ? hanging() : awaitRenders(request));
        }),
      play: async (handle, world) => {
        await counts(world, 'awaitRenders', 1);
        await handle.executeUpdate(skipOutputUpdate, { args: [{ by: 'Ha', expected: 'Front, Story' }] });
        await handle.result();
      },
    },

    abandoned: {
      world: () => worldWith((world) => (world.candidates = [])),
      play: async (handle) => {
        await reaches(handle, 'Needs attention');
        await handle.executeUpdate(abandonUpdate, { args: [{ by: 'Ha', reason: 'done by hand' }] });
        await handle.result();
      },
    },

    'addresses-ended-half-way': {
      world: () =>
        worldWith((world) => {
          const { uploadFiles } = world.activities;
          world.activities.uploadFiles = () => {
            world.activities.uploadFiles = uploadFiles;
            const stored = { done: { 0: { uploadedAt: '2026-11-26T12:00:00.000Z', uploads: 1 } } };
            return Promise.reject(ApplicationFailure.nonRetryable('403', failureTypes.addressRefused, null, stored));
          };
        }),
      play: (handle) => handle.result(),
    },

    'cancelled-while-uploading': {
      world: () =>
        worldWith((world) => {
          const { uploadFiles } = world.activities;
          world.activities.uploadFiles = async (request) => {
            await new Promise((resolve) => setTimeout(resolve, 1_000));
            return uploadFiles(request);
          };
        }),
      play: async (handle, world) => {
        await eventually(
          () => Promise.resolve(world.count('uploadFiles')),
          (count) => count === 1,
        );
        await handle.cancel();
        await handle.result().catch(expectCancelled);
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

    'cancelled-after-submit': {
      world: () => worldWith((world) => (world.settings = watched)),
      play: async (handle) => {
        await reaches(handle, 'Done');
        await handle.cancel();
        await handle.result().catch(expectCancelled);
      },
    },

    'given-to-another-vendor': {
      world: () =>
        worldWith((world) => {
          world.settings = life({ vendorId: 'vendor-1' });
          world.task = { ...world.task, vendorId: 'vendor-2' };
        }),
      play: (handle) => handle.result(),
    },

    'late-then-done': {
      world: () =>
        worldWith((world) => {
          world.settings = life({ slaMs: 500, warnBeforeMs: 300, notifies: true });
          world.candidates = [];
        }),
      play: async (handle, world) => {
        await eventually(
          () => Promise.resolve(world.notices),
          (told) => told.some(({ kind }) => kind === 'deadline passed'),
        );
        world.candidates = both;
        await handle.result();
      },
    },

    'workers-killed-over-start-and-submission': {
      world: () =>
        worldWith((world) => {
          world.settings = life({ inFlightGraceMs: 50 });
          loseOnce(world, 'startTask');
          loseOnce(world, 'submitAssets');
        }),
      play: (handle) => handle.result(),
    },

    'late-with-a-film': {
      world: () =>
        worldWith((world) => {
          world.settings = life({ slaMs: 200, warnBeforeMs: 0 });
          const { awaitRenders } = world.activities;
          world.activities.awaitRenders = async (request) => {
            world.activities.awaitRenders = awaitRenders;
            await new Promise((resolve) => setTimeout(resolve, 500));
            const films = await awaitRenders(request);
            return films.map((film) => ({ ...film, assetKey: 'video', type: 'video', extension: 'mp4' }));
          };
        }),
      play: async (handle, world) => {
        await shows(handle, searchAttributes.cause, 'video');
        world.correct('output-Front/Feed');
        world.correct('output-Front/Story');
        await handle.result();
      },
    },

    'goes-on-in-a-new-run': {
      world: () => worldWith((world) => (world.settings = { ...life({ maxHistoryEvents: 60 }), ...long })),
      play: async (handle, world) => {
        await rejectedStory(handle, world, 'event-1');
        await handle.result();
      },
    },
  };
}

/** Plays a scenario on a real server, and gives the history that it leaves. */
export async function playScenario(scenario: Scenario, temporal: TestTemporal, enter: (world: FakeWorld) => void) {
  const world = scenario.world();
  enter(world);
  const handle = await temporal.startTask(scenario.input);
  // Without the run: a task may go on as a new one, whose history it is then.
  const latest = temporal.client.workflow.getHandle(handle.workflowId) as TaskHandle;
  await scenario.play(latest, world);
  return latest.fetchHistory();
}

/** Lets a worker be killed over an activity before its request has left, and the one after it say so. */
export function loseOnce({ activities }: FakeWorld, name: 'startTask' | 'submitAssets'): void {
  const usual = activities[name];
  const lost = (): Promise<never> => {
    Object.assign(activities, { [name]: usual });
    return Promise.reject(workerLostFailure(name));
  };
  Object.assign(activities, { [name]: lost });
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
