import { quickSettings } from '../support/fake-world';
import { aTask, feedSpec, storySpec } from '../support/facts';
import { detailsOf, reaches, WorkflowStage } from './stage';

const stage = WorkflowStage.forEach();

describe('ids that were asked for and did not come back', () => {
  it('are named in the task’s details: specs and input assets', async () => {
    stage.world.activities.readSpecs = () => Promise.resolve([storySpec]);
    stage.world.activities.readInputAssets = () => Promise.resolve([]);
    const handle = await stage.startTask();
    // A recipe that mentions a spec which is not there cannot be resolved, and the details say what is behind it.
    await reaches(handle, 'Needs attention');
    const details = await detailsOf(handle);
    const [asset] = aTask().shots.flatMap(({ inputs }) => inputs.map(({ assetId }) => assetId));
    expect(details).toMatch(new RegExp(`did not send 1: ${feedSpec.specId}`));
    expect(details).toMatch(new RegExp(`did not send \\d: ${asset ?? ''}`));
  });

  it('are not mentioned when all came back', async () => {
    const handle = await stage.startTask();
    await handle.result();
    expect(await detailsOf(handle)).not.toContain('did not send');
  });
});

describe('a bulk read', () => {
  it('holds at most as many ids as the studio’s setting says', async () => {
    const asked: number[] = [];
    stage.world.settings = { ...quickSettings, bulkSize: 1 };
    stage.world.activities.readSpecs = ({ specIds }) => {
      asked.push(specIds.length);
      return Promise.resolve([feedSpec, storySpec].filter(({ specId }) => specIds.includes(specId)));
    };
    await (await stage.startTask()).result();
    expect(asked).toEqual([1, 1]);
  });
});
