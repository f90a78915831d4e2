import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';

import { StorageDriverClaim, type Payload } from '@temporalio/common';

import { createDataConverter } from '../../temporal/data-converter';

let folder: string;

beforeEach(async () => {
  folder = await mkdtemp(path.join(tmpdir(), 'extpost-payloads-'));
});
afterEach(async () => {
  await rm(folder, { recursive: true });
});

const driverOf = (): NonNullable<ReturnType<typeof createDataConverter>['externalStorage']>['drivers'][number] => {
  const [driver] =
    createDataConverter({ largePayloads: { store: { folder }, above: 1024 } }).externalStorage?.drivers ?? [];
  if (driver === undefined) throw new Error('There is a driver.');
  return driver;
};
const payload: Payload = {
  metadata: { encoding: Buffer.from('json/plain') },
  data: Buffer.from('{"plan":"with é"}'),
};

describe('the storage of large payloads', () => {
  it('gives a payload back as it was, by its SHA-256 alone', async () => {
    const driver = driverOf();
    const claims = await driver.store({}, [payload]);
    expect(claims.map(({ claimData }) => claimData)).toEqual([{ sha256: expect.stringMatching(/^[0-9a-f]{64}$/) }]);
    expect(await driver.retrieve({}, claims)).toEqual([payload]);
  });

  it('stores the same payload once', async () => {
    const [one, other] = await driverOf().store({}, [payload, payload]);
    expect(one).toEqual(other);
    expect((await readdir(folder)).filter((name) => !name.startsWith('.'))).toHaveLength(1);
  });

  it('takes no reference that could lead out of its folder', async () => {
    await expect(driverOf().retrieve({}, [new StorageDriverClaim({ sha256: '../../etc/passwd' })])).rejects.toThrow(
      /sha256/,
    );
  });

  it('keeps the name by which histories refer to it', () => {
    expect(driverOf().name).toBe('extpost-files');
  });
});
