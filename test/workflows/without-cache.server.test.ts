import { playScenario, scenarios } from '../replay/scenarios';
import { FakeWorld } from '../support/fake-world';
import { TestTemporal } from '../support/temporal';

/**
 * Side by side, because each scenario mostly waits; each lane with a namespace and workers of its own and one scenario at a
 * time, because a worker without a cache now and then loses a workflow task when it has several workflows.
 */
const LANES = 3;

/**
 * A scenario for each way in which a task goes on after a pause: an update while it waits, one while work is under way, a cancellation, a
 * rejection and a new run; and a sweep. The way through the steps is the same in the others, whose histories test/replay replays whole. A long
 * history costs most here, because every workflow task replays it.
 */
const names = [
  'creative-missing-then-resumed',
  'decided-while-rendering',
  'cancelled-while-submitting',
  'continues-as-new',
  'sweep-of-two-listings',
];

type History = Awaited<ReturnType<typeof playScenario>>;
const played = new Map<string, Promise<History>>();
const stages: TestTemporal[] = [];

beforeAll(async () => {
  for (let lane = 0; lane < LANES; lane++) {
    const temporal = await TestTemporal.connect({}, `without-cache-${lane}`);
    stages.push(temporal);
    let world = new FakeWorld();
    await temporal.serve(() => world, 0);
    let before: Promise<unknown> = Promise.resolve();
    for (const name of names.filter((_, index) => index % LANES === lane)) {
      const scenario = scenarios[name];
      if (scenario === undefined) throw new Error(`There is no scenario ${name}.`);
      const playing = before.then(() =>
        playScenario(scenario, temporal, (entered) => {
          world = entered;
        }),
      );
      before = playing.catch(() => undefined);
      played.set(name, playing);
    }
  }
});
afterAll(async () => {
  await Promise.allSettled(played.values());
  for (const stage of stages) await stage.close();
});

describe('a worker that keeps no workflow in memory', () => {
  it.each(names)('replays %s from its first event at every step, to the same end', async (name) => {
    const last = (await played.get(name))?.events?.at(-1);
    expect(
      last?.workflowExecutionCompletedEventAttributes ?? last?.workflowExecutionCanceledEventAttributes,
    ).toBeTruthy();
  });
});
