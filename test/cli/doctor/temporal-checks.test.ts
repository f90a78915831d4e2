import { checkWorkers } from '../../../cli/doctor/temporal-checks';

const NOW = Math.floor(Date.now() / 1000);

/** Findings on workers where each queue was polled so many seconds ago; a queue that is not named has no poller. */
function workersWith(polledAgo: Readonly<Record<string, number>>, egresses: readonly string[] = []) {
  const describeTaskQueue = ({ taskQueue: { name } }: { taskQueue: { name: string } }) => {
    const ago = polledAgo[name];
    const pollers = ago === undefined ? [] : [{ identity: '7@host', lastAccessTime: { seconds: NOW - ago } }];
    return Promise.resolve({ pollers });
  };
  const client = { workflowService: { describeTaskQueue } };
  return checkWorkers({ client, namespace: 'default' } as never, { worker: { egresses } } as never);
}

const all = { extpost: 1, 'extpost-gateway': 1, 'extpost-celtra': 1, 'extpost-transfer': 1 };

describe('the doctor on workers', () => {
  it('finds all well where each queue is polled', async () => {
    const findings = await workersWith(all);
    expect(findings.map(({ state, found }) => [state, found])).toEqual(
      Object.keys(all).map((queue) => ['ok', `1 worker on ${queue}`]),
    );
  });

  it('is not deceived by a worker that has ended, which Temporal still lists', async () => {
    const findings = await workersWith({ ...all, 'extpost-celtra': 120 });
    expect(findings.filter(({ state }) => state === 'fault')).toEqual([
      expect.objectContaining({ subject: 'workers: celtra', found: 'nobody polls extpost-celtra' }),
    ]);
  });

  it('wants a worker for each of several network addresses', async () => {
    const { 'extpost-gateway': _only, ...others } = all;
    const findings = await workersWith({ ...others, 'extpost-gateway/north': 1 }, ['north', 'south']);
    expect(findings.filter(({ state }) => state === 'fault').map(({ found }) => found)).toEqual([
      'nobody polls extpost-gateway/south',
    ]);
  });
});
