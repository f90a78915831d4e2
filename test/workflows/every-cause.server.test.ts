import { randomUUID } from 'node:crypto';

import { ApplicationFailure } from '@temporalio/common';

import { failureTypes, type FailureType } from '../../domain/shared/failure-type';
import { attentionCauses, type AttentionCause } from '../../domain/task/task-status';
import { resumeUpdate, statusQuery } from '../../workflows/external-post-task/messages/messages';
import { searchAttributes } from '../../workflows/search-attributes';
import { aCandidate, aRecipe } from '../support/facts';
import { aBlockingCheck, FakeWorld, later, refusal, type AllActivities } from '../support/fake-world';
import { eventually, TestTemporal, type TaskHandle } from '../support/temporal';
import { Worlds } from '../support/worlds';
import { withLifecycle, signalRejection, watching } from './stage';

interface Problem {
  /** Brings it about in a task that has not begun. */
  readonly make: (world: FakeWorld) => unknown;
  /** For what comes only after a delivery. */
  readonly afterwards?: (world: FakeWorld, handle: TaskHandle) => Promise<unknown>;
  readonly recover: (world: FakeWorld) => unknown;
  readonly force?: boolean;
}

const both = [aCandidate('Front/Feed'), aCandidate('Front/Story')];
const otherRecipe = (changes: Partial<typeof aRecipe>): Problem => ({
  make: (world) => (world.recipes = [{ ...aRecipe, ...changes }]),
  recover: (world) => (world.recipes = [aRecipe]),
});
const otherCandidates = (candidates: FakeWorld['candidates']): Problem => ({
  make: (world) => (world.candidates = candidates),
  recover: (world) => (world.candidates = both),
});

/** A call that goes wrong until the problem is healed. */
function failing<Name extends keyof AllActivities>(name: Name, instead: AllActivities[Name]): Problem {
  const before = new WeakMap<FakeWorld, AllActivities[Name]>();
  return {
    make: (world) => {
      before.set(world, world.activities[name]);
      world.activities[name] = instead;
    },
    recover: (world) => {
      const known = before.get(world);
      if (known !== undefined) world.activities[name] = known;
    },
  };
}
const failure = (type: FailureType | undefined) => () => Promise.reject(ApplicationFailure.nonRetryable('No.', type));

const rejected = async (world: FakeWorld, handle: TaskHandle) => {
  await shows(handle, searchAttributes.stage, 'Done');
  world.reject('spec-story');
  await signalRejection(handle);
};
const correct = (world: FakeWorld) => {
  world.correct('output-Front/Story');
};

/** How each cause comes about, and what ends it. A passed deadline stops nothing: it is tried with the deadlines. */
const problems: Readonly<Record<Exclude<AttentionCause, 'deadline passed'>, Problem>> = {
  'no recipe': otherRecipe({ when: { specification: ['OTHER'] } }),
  template: otherRecipe({ match: { ...aRecipe.match, expected: '{{ job.properties["Nothing"] }}' } }),
  'no creative': otherCandidates([aCandidate('Front/Feed')]),
  ambiguous: otherCandidates([...both, aCandidate('Front/Story', { outputId: 'output-second' })]),
  'spec mismatch': failing('checkRenders', aBlockingCheck),
  'celtra error': failing('awaitRenders', failure(failureTypes.renderFailed)),
  'creative force error': failing('submitAssets', () => Promise.reject(refusal('406', 'Wrong set of assets.'))),
  'permission missing': failing('requestUploadAddresses', failure(failureTypes.forbidden)),
  'credentials refused': failing('readTask', failure(failureTypes.unauthorized)),
  'contract changed': failing('readSpecs', failure(failureTypes.contract)),
  'delivery failed': failing('uploadFiles', failure(undefined)),
  video: failing('awaitRenders', ({ outputs }) =>
    Promise.resolve({
      assets: outputs.map(({ outputId }) => ({
        outputId,
        assetKey: 'video',
        type: 'video' as const,
        extension: 'mp4',
      })),
      addresses: [],
    }),
  ),
  rejected: { make: () => undefined, afterwards: rejected, recover: correct },
  'unclear rejection': {
    make: (world) =>
      (world.settings = { ...world.settings, lifecycle: { ...world.settings.lifecycle, unclearAfterMs: 100 } }),
    afterwards: async (_world, handle) => {
      await shows(handle, searchAttributes.stage, 'Done');
      await signalRejection(handle);
    },
    recover: (world) => {
      world.reject('spec-story');
      correct(world);
    },
  },
  unchanged: {
    make: () => undefined,
    afterwards: async (world, handle) => {
      await rejected(world, handle);
      await shows(handle, searchAttributes.cause, 'rejected');
      await handle.executeUpdate(resumeUpdate, { args: [{ by: 'Bo' }] });
    },
    recover: () => undefined,
    force: true,
  },
  'too many rounds': {
    make: (world) =>
      (world.settings = { ...world.settings, lifecycle: withLifecycle({ ...slow, maxRounds: 0 }).lifecycle }),
    afterwards: rejected,
    recover: correct,
  },
};

/** Nothing recovers by itself in the time that a test takes. */
const slow = { corrections: later, retries: later };

const worlds = new Worlds();
let temporal: TestTemporal;

beforeAll(async () => {
  temporal = await TestTemporal.connect();
  await temporal.serve(worlds.current);
});
afterAll(() => temporal.close());

async function shows(handle: TaskHandle, key: typeof searchAttributes.cause, value: string): Promise<void> {
  await eventually(
    async () => (await handle.describe()).typedSearchAttributes.get(key),
    (shown) => shown === value,
    // All tasks of this file are asked at the same time, and each stays as it is until it is resumed.
    { mostMs: 1_000 },
  );
}

/** Lets a task run into the problem, recovers it, and lets a person resume. */
async function throughProblem(cause: AttentionCause, { make, afterwards, recover, force = false }: Problem) {
  const world = new FakeWorld();
  world.settings = watching(withLifecycle(slow));
  make(world);
  const studio = `cause-${randomUUID().slice(0, 8)}`;
  worlds.add(studio, world);
  const handle = await temporal.startTask({ studio });
  await afterwards?.(world, handle);
  await shows(handle, searchAttributes.cause, cause);
  const { attention } = await handle.query(statusQuery);
  const before = world.submissions.length;
  recover(world);
  await handle.executeUpdate(resumeUpdate, { args: [{ by: 'Ha', reason: 'healed', force }] });
  await shows(handle, searchAttributes.stage, 'Done');
  const { actions: acts = [] } = await handle.query(statusQuery);
  const after = (await handle.describe()).typedSearchAttributes.get(searchAttributes.cause);
  await handle.terminate('The test is over.');
  return { attention, act: acts.at(-1), sent: world.submissions.length - before, after };
}

describe('a task that needs attention', () => {
  // All at once: each waits for the server most of the time.
  const all = new Map<string, ReturnType<typeof throughProblem>>();
  beforeAll(() => {
    for (const [cause, problem] of Object.entries(problems)) {
      const through = throughProblem(cause as AttentionCause, problem);
      through.catch(() => undefined);
      all.set(cause, through);
    }
  });

  it.each(attentionCauses.filter((cause) => cause !== 'deadline passed'))(
    'by "%s" says what can be done, and goes on once when a person resumes it',
    async (cause) => {
      const came = await all.get(cause);
      expect(came?.attention?.cause).toBe(cause);
      expect(came?.attention?.nextActions.length).toBeGreaterThan(0);
      expect(came?.act).toMatchObject({ kind: 'resume', by: 'Ha', reason: 'healed' });
      expect([came?.sent, came?.after]).toEqual([1, undefined]);
    },
  );
});
