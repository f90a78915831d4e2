import { statusQuery } from '../../workflows/messages';
import { FakeWorld, quickSettings } from '../support/fake-world';
import { aTask, feedSpec, storySpec } from '../support/facts';
import { eventually, TestTemporal, type TaskHandle } from '../support/temporal';

let temporal: TestTemporal;
let world: FakeWorld;

beforeAll(async () => {
  temporal = await TestTemporal.connect();
  world = new FakeWorld();
  await temporal.serve(() => world);
});
afterAll(async () => {
  await temporal.close();
});
beforeEach(() => {
  world = new FakeWorld();
});

/** What the Web UI shows as the workflow's current details. */
async function detailsOf(handle: TaskHandle): Promise<string> {
  const metadata: unknown = await handle.query('__temporal_workflow_metadata');
  return JSON.stringify(metadata);
}

describe('ids that were asked for and did not come back', () => {
  it('are named in the task’s details: specs and input assets', async () => {
    world.activities.readSpecs = () => Promise.resolve([storySpec]);
    world.activities.readInputAssets = () => Promise.resolve([]);
    const handle = await temporal.startTask();
    // A recipe that mentions a spec which is not there cannot be resolved, and the details say what is behind it.
    await eventually(
      () => handle.query(statusQuery),
      ({ stage }) => stage === 'Needs attention',
    );
    const details = await detailsOf(handle);
    await handle.terminate();
    const [asset] = aTask().shots.flatMap(({ inputs }) => inputs.map(({ assetId }) => assetId));
    expect(details).toMatch(new RegExp(`did not send 1: ${feedSpec.specId}`));
    expect(details).toMatch(new RegExp(`did not send \\d: ${asset ?? ''}`));
  });

  it('are not mentioned when all came back', async () => {
    const handle = await temporal.startTask();
    await handle.result();
    expect(await detailsOf(handle)).not.toContain('did not send');
  });
});

describe('a bulk read', () => {
  it('holds at most as many ids as the studio’s setting says', async () => {
    const asked: number[] = [];
    world.settings = { ...quickSettings, bulkSize: 1 };
    world.activities.readSpecs = ({ specIds }) => {
      asked.push(specIds.length);
      return Promise.resolve([feedSpec, storySpec].filter(({ specId }) => specIds.includes(specId)));
    };
    await (await temporal.startTask()).result();
    expect(asked).toEqual([1, 1]);
  });
});
