import { checkWorkers } from '../../../cli/doctor/temporal-checks';

const NOW = Math.floor(Date.now() / 1000);

/** Findings on workers where each queue was polled so many seconds ago, by `others` or this one; a queue that is not named has no poller. */
function workersWith(
  polledAgo: Readonly<Record<string, number>>,
  { egresses = [], others = {} }: { egresses?: readonly string[]; others?: Readonly<Record<string, string>> } = {},
) {
  const describeTaskQueue = ({ taskQueue: { name } }: { taskQueue: { name: string } }) => {
    const ago = polledAgo[name];
    const pollers =
      ago === undefined ? [] : [{ identity: others[name] ?? '7@host', lastAccessTime: { seconds: NOW - ago } }];
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
    const findings = await workersWith({ ...all, 'extpost-celtra': 120 }, { others: { 'extpost-celtra': '8@host' } });
    expect(findings.filter(({ state }) => state === 'fault')).toEqual([
      expect.objectContaining({ subject: 'workers: celtra', found: 'nobody polls extpost-celtra' }),
    ]);
  });

  it('counts a worker that has too much work to poll one of its queues', async () => {
    const findings = await workersWith({ ...all, 'extpost-transfer': 120 });
    expect(findings.map(({ state }) => state)).toEqual(['ok', 'ok', 'ok', 'ok']);
  });

  it('wants a worker for each of several network addresses', async () => {
    const { 'extpost-gateway': _only, ...others } = all;
    const findings = await workersWith({ ...others, 'extpost-gateway/north': 1 }, { egresses: ['north', 'south'] });
    expect(findings.filter(({ state }) => state === 'fault').map(({ found }) => found)).toEqual([
      'nobody polls extpost-gateway/south',
    ]);
  });
});
