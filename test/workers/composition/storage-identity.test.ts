import { mkdtemp, rm } from 'node:fs/promises';
import { hostname, tmpdir } from 'node:os';
import path from 'node:path';

import type { Client } from '@temporalio/client';

import {
  requireOneStorage,
  storageId,
  storagePlace,
  workerIdentity,
} from '../../../workers/composition/storage-identity';

const settings = { keep: 1, pictures: true };

describe('the identity of a storage', () => {
  let folder: string;
  beforeEach(async () => {
    folder = await mkdtemp(path.join(tmpdir(), 'extpost-storage-'));
  });
  afterEach(() => rm(folder, { recursive: true }));

  it('is that of its folder, whoever looks on this machine', async () => {
    const storage = { ...settings, folder: path.join(folder, 'new') };
    expect(await storageId(storage)).toBe(await storageId(storage));
  });

  it('differs from folder to folder', async () => {
    const [one, other] = ['one', 'other'].map((name) => storageId({ ...settings, folder: path.join(folder, name) }));
    expect(await one).not.toBe(await other);
  });

  it('is that of a bucket and its prefix, without asking the bucket', async () => {
    const bucket = (prefix: string) => ({ ...settings, s3: { bucket: 'our-bucket', prefix, forcePathStyle: false } });
    expect(await storageId(bucket('a'))).toBe(await storageId(bucket('a')));
    expect(await storageId(bucket('a'))).not.toBe(await storageId(bucket('b')));
    expect(storagePlace(bucket('a'))).toBe('s3://our-bucket/a');
  });
});

/** A Temporal that shows these pollers; `polledAgo` says for each look how many milliseconds ago one polled. */
function showing(identity: string, polledAgo: (look: number) => number): Pick<Client, 'workflowService'> {
  let looks = 0;
  const describeTaskQueue = () => {
    const polledAt = Date.now() - polledAgo(Math.floor(looks++ / 4));
    const lastAccessTime = { seconds: Math.floor(polledAt / 1000), nanos: Math.floor(polledAt % 1000) * 1e6 };
    return Promise.resolve({ pollers: [{ identity, lastAccessTime }] });
  };
  return { workflowService: { describeTaskQueue } as unknown as Client['workflowService'] };
}

describe('a worker that starts', () => {
  const ours = 'aaaaaaaaaaaa';
  const start = (client: Pick<Client, 'workflowService'>) =>
    requireOneStorage({
      client: client as Client,
      namespace: 'default',
      storage: ours,
      place: '/srv/extpost',
      logger: { info: () => undefined },
      pollsWithinMs: 75_000,
      pauseMs: 1,
    });
  const LONG_AGO = 100_000;

  it('is refused beside a worker of another host with another storage, in a sentence that says what to do', async () => {
    const polling = showing('7@other-host storage=bbbbbbbbbbbb', (look) => (look === 0 ? 30_000 : 0));
    await expect(start(polling)).rejects.toThrow(
      /^Another worker, 7@other-host, has another storage than this one \(\/srv\/extpost\).* need one bucket: set storage\.s3/,
    );
  });

  it.each<[string, Pick<Client, 'workflowService'>]>([
    ['beside one with the same storage', showing('7@other-host storage=aaaaaaaaaaaa', () => 0)],
    ['beside one that says nothing of its storage', showing('7@other-host', () => 0)],
    [
      'after one with another storage that has ended long ago',
      showing('7@other-host storage=bbbbbbbbbbbb', () => LONG_AGO),
    ],
    ['after one of this host that was killed', showing(`4194399@${hostname()} storage=bbbbbbbbbbbb`, () => 0)],
    [
      'once it is clear that another one has ended',
      showing('7@other-host storage=bbbbbbbbbbbb', (look) => (look < 3 ? 70_000 + 1_000 * look : LONG_AGO)),
    ],
  ])('goes on %s', async (_, client) => {
    await expect(start(client)).resolves.toBeUndefined();
  });

  it('shows its storage to those that come after it', () => {
    expect(workerIdentity(ours)).toBe(`${process.pid}@${hostname()} storage=${ours}`);
  });
});
