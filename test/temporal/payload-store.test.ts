import { mkdir, mkdtemp, readdir, rm, utimes, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';

import { createFolderStore } from '../../clients/store/folder-store';
import { removeOldFiles, createPayloadStore } from '../../temporal/payload-store';

const DAY_MS = 86_400_000;
let folder: string;

beforeEach(async () => {
  folder = await mkdtemp(path.join(tmpdir(), 'extpost-payloads-'));
});
afterEach(async () => {
  await rm(folder, { recursive: true });
});

const fileOf = (sha256: string): string => path.join(folder, sha256.slice(0, 2), sha256);

describe('payloads in a folder', () => {
  it('come back as they were', async () => {
    const store = createPayloadStore(createFolderStore(folder));
    const sha256 = await store.put(Buffer.from('a plan'));
    expect((await store.get(sha256)).toString()).toBe('a plan');
  });

  it('are stored once, however often they are put', async () => {
    const store = createPayloadStore(createFolderStore(folder));
    const first = await store.put(Buffer.from('a plan'));
    expect([await store.put(Buffer.from('a plan')), (await readdir(path.dirname(fileOf(first)))).length]).toEqual([
      first,
      1,
    ]);
  });

  it('are refused when they are damaged, with the name of the object', async () => {
    const store = createPayloadStore(createFolderStore(folder));
    const sha256 = await store.put(Buffer.from('a plan'));
    await writeFile(fileOf(sha256), 'another plan');
    await expect(store.get(sha256)).rejects.toThrow(
      `is damaged: ${path.relative(folder, fileOf(sha256))} in ${folder}`,
    );
  });

  it('are missed with a message that says what to check', async () => {
    await expect(createPayloadStore(createFolderStore(folder)).get('0'.repeat(64))).rejects.toThrow(
      /is not there: 00\/0+ in .* must have the same storage/s,
    );
  });

  it('are cleared by age, and young again when they are put once more', async () => {
    const store = createPayloadStore(createFolderStore(folder));
    const [old, renewed] = [await store.put(Buffer.from('old')), await store.put(Buffer.from('renewed'))];
    const longAgo = new Date(Date.now() - 2 * DAY_MS);
    for (const sha256 of [old, renewed]) await utimes(fileOf(sha256), longAgo, longAgo);
    await store.put(Buffer.from('renewed'));
    expect(await removeOldFiles(folder, DAY_MS)).toBe(1);
    await expect(store.get(renewed)).resolves.toBeDefined();
    await expect(store.get(old)).rejects.toThrow('is not there');
  });

  it('are cleared while folders beside them vanish', async () => {
    const store = createPayloadStore(createFolderStore(folder));
    const old = fileOf(await store.put(Buffer.from('old')));
    await utimes(old, new Date(0), new Date(0));
    for (let time = 0; time < 3; time++) {
      const names = Array.from({ length: 40 }, (_, at) => path.join(folder, `task-${at}`, 'inside'));
      await Promise.all(names.map((name) => mkdir(name, { recursive: true })));
      const vanishing = names.map((name) => rm(path.dirname(name), { recursive: true, force: true }));
      expect(await removeOldFiles(folder, DAY_MS)).toBe(time === 0 ? 1 : 0);
      await Promise.all(vanishing);
    }
  });

  it('need no folder before the first is stored', async () => {
    expect(await removeOldFiles(path.join(folder, 'none'), DAY_MS)).toBe(0);
  });
});
