import { turnOfActivity } from '../../../workers/gateway-lease/request-turn';
import { anActivity } from '../../activities/activity-harness';

describe('the turn of a request', () => {
  it('is that of its activity', async () => {
    const environment = anActivity({ priority: { priorityKey: 2, fairnessKey: 'acme/sweep' } });
    expect(await environment.run(() => Promise.resolve(turnOfActivity()))).toEqual({ level: 2, lane: 'acme/sweep' });
  });

  it('is the usual one when the activity has none', async () => {
    const environment = anActivity({ priority: undefined as never });
    expect(await environment.run(() => Promise.resolve(turnOfActivity()))).toEqual({ level: 3, lane: '' });
  });
});
