import { resumeUpdate, statusQuery } from '../../workflows/external-post-task/messages/messages';
import { refusal } from '../support/fake-world';
import { eventually } from '../support/temporal';
import { reaches, withLifecycle, WorkflowStage } from './stage';

const stage = WorkflowStage.forEach();

/** Creative Force refuses every start, and gives upload addresses only from a certain request on. */
function refuseStarts(addressesFrom: number): void {
  const { requestUploadAddresses } = stage.world.activities;
  stage.world.activities.startTask = () => Promise.reject(refusal('PER-3', 'Not allowed.'));
  stage.world.activities.requestUploadAddresses = (request) =>
    stage.world.count('requestUploadAddresses') < addressesFrom
      ? Promise.reject(refusal('GEN-4', 'Not now.'))
      : requestUploadAddresses(request);
}

describe('a start that Creative Force refuses', () => {
  it('is not sent again when the round is tried again for another reason', async () => {
    stage.world.settings = withLifecycle({ retries: { firstMs: 50, factor: 1, maxMs: 50 } });
    refuseStarts(3);
    await (await stage.startTask()).result();
    expect([stage.world.count('requestUploadAddresses'), stage.world.count('startTask')]).toEqual([3, 1]);
  });

  it('is sent again when an operator has acted', async () => {
    refuseStarts(2);
    const handle = await stage.startTask();
    await reaches(handle, 'Needs attention');
    await handle.executeUpdate(resumeUpdate, { args: [{ by: 'Ha' }] });
    await handle.result();
    expect(stage.world.count('startTask')).toBe(2);
  });

  it('is sent again when the status of the task has changed', async () => {
    stage.world.settings = withLifecycle({ retries: { firstMs: 500, factor: 1, maxMs: 500 } });
    refuseStarts(2);
    const handle = await stage.startTask();
    await reaches(handle, 'Needs attention');
    stage.world.task = { ...stage.world.task, statusText: 'Ready to work' };
    await eventually(
      () => Promise.resolve(stage.world.count('startTask')),
      (count) => count === 2,
    );
    expect((await handle.query(statusQuery)).stage).not.toBe('Needs attention');
  });
});
