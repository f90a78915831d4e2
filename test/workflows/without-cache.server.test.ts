import { FakeWorld } from '../support/fake-world';
import { TestTemporal } from '../support/temporal';

let temporal: TestTemporal;
const world = new FakeWorld();

beforeAll(async () => {
  temporal = await TestTemporal.connect();
  await temporal.serve(() => world, 0);
});
afterAll(async () => {
  await temporal.close();
});

describe('a worker that keeps no workflow in memory', () => {
  it('replays a task from its first event at every step, to the same end', async () => {
    const record = await (await temporal.startTask()).result();
    expect(record.outcome).toBe('done');
  });
});
