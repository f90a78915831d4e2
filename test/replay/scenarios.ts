import { ApplicationFailure } from '@temporalio/common';
import { WorkflowFailedError } from '@temporalio/client';

import { failureTypes } from '../../domain/failure-type';
import type { Stage } from '../../domain/task-status';
import { resumeUpdate, statusQuery, taskEventSignal, type ExternalPostTaskInput } from '../../workflows/messages';
import { aCandidate, aRecipe, anEditorialTask } from '../support/facts';
import { FakeWorld, quickSettings } from '../support/fake-world';
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
    world: () => worldWith((world) => (world.candidates = [aCandidate('Front/Feed')])),
    play: async (handle, world) => {
      await reaches(handle, 'Needs attention');
      world.candidates = [aCandidate('Front/Feed'), aCandidate('Front/Story')];
      await handle.executeUpdate(resumeUpdate, { args: [{ by: 'Ha', reason: 'made in Celtra' }] });
      await handle.result();
    },
  },

  'rejected-then-corrected': {
    world: () => worldWith((world) => (world.settings = watched)),
    play: async (handle, world) => {
      await reaches(handle, 'Awaiting verdict');
      world.reject('spec-story');
      await handle.signal(taskEventSignal, { kind: 'rejected', source: 'webhook', eventId: 'event-1' });
      await reaches(handle, 'Rejected');
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
};

/** Plays a scenario on a real server, and gives the history that it leaves. */
export async function playScenario(scenario: Scenario, temporal: TestTemporal, enter: (world: FakeWorld) => void) {
  const world = scenario.world();
  enter(world);
  const handle = await temporal.startTask(scenario.input);
  await scenario.play(handle, world);
  return handle.fetchHistory();
}

function worldWith(change: (world: FakeWorld) => unknown): FakeWorld {
  const world = new FakeWorld();
  change(world);
  return world;
}

async function reaches(handle: TaskHandle, stage: Stage): Promise<void> {
  await eventually(
    () => handle.query(statusQuery),
    (status) => status.stage === stage,
  );
}

function expectCancelled(error: unknown): void {
  if (!(error instanceof WorkflowFailedError)) throw error;
}
