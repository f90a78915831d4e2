import { sweepWaitsFor } from '../../../cli/sweep/sweep-now';

const activity = (more: object) => ({ activityType: { name: 'listTasks' }, attempt: 1, ...more });
const refused = {
  message: 'Creative Force did not answer GET /extpost/tasks: the connection was refused (ECONNREFUSED).',
};

describe('what a sweep waits for', () => {
  it.each<[string, object, RegExp]>([
    [
      'no worker for workflows',
      { pendingWorkflowTask: { state: 1 } },
      /^no worker takes it: is one running for the queue "extpost"\?$/,
    ],
    [
      'a worker that is at it',
      { pendingWorkflowTask: { state: 2, startedTime: { seconds: 1 } } },
      /^a worker continues it/,
    ],
    ['a worker between two steps', {}, /^a worker continues it/],
    ['no worker for the gateway', { pendingActivities: [activity({})] }, /^no worker has begun listTasks/],
    [
      'a request on its way',
      { pendingActivities: [activity({ lastStartedTime: { seconds: 1 } })] },
      /^listTasks has no response yet$/,
    ],
    [
      'Creative Force, which is away',
      { pendingActivities: [activity({ attempt: 4, lastFailure: refused })] },
      /^attempt 4 of listTasks; the last one failed: Creative Force did not answer .*ECONNREFUSED/,
    ],
  ])('is told: %s', (_case, raw, words) => {
    expect(sweepWaitsFor(raw)).toMatch(words);
  });
});
