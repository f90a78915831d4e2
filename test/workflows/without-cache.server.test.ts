import { playScenario, scenarios } from '../replay/scenarios';
import { FakeWorld } from '../support/fake-world';
import { TestTemporal } from '../support/temporal';

let temporal: TestTemporal;
let world = new FakeWorld();

beforeAll(async () => {
  temporal = await TestTemporal.connect();
  await temporal.serve(() => world, 0);
});
afterAll(async () => {
  await temporal.close();
});

describe('a worker that keeps no workflow in memory', () => {
  it.each(Object.entries(scenarios))(
    'replays %s from its first event at every step, to the same end',
    async (_name, scenario) => {
      const history = await playScenario(scenario, temporal, (entered) => {
        world = entered;
      });
      const last = history.events?.at(-1);
      expect(
        last?.workflowExecutionCompletedEventAttributes ?? last?.workflowExecutionCanceledEventAttributes,
      ).toBeTruthy();
    },
  );
});
