import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';

import { filesBelow } from '../../../clients/store/files-below';

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(path.join(tmpdir(), 'extpost-below-'));
});
afterEach(() => rm(folder, { recursive: true, force: true }));

const write = async (...names: string[]): Promise<string> => {
  const file = path.join(folder, ...names);
  await mkdir(path.dirname(file), { recursive: true });
  await writeFile(file, 'abc');
  return file;
};

describe('the files below a folder', () => {
  it('are found at every depth, with their sizes', async () => {
    const files = [await write('a'), await write('task', 'b.bytes'), await write('task', 'deep', 'er', 'c.bytes')];
    const found = await filesBelow(folder);
    expect(found.map((file) => file.path).sort()).toEqual(files.sort());
    expect(found.map(({ bytes }) => bytes)).toEqual([3, 3, 3]);
  });

  it('are none where there is no folder', async () => {
    await expect(filesBelow(path.join(folder, 'nothing'))).resolves.toEqual([]);
  });

  it('are those that stay while folders of other tasks vanish', async () => {
    const kept = await write('kept', 'a.bytes');
    for (let time = 0; time < 3; time++) {
      const names = Array.from({ length: 40 }, (_, at) => `task-${at}`);
      await Promise.all(names.map((name) => write(name, 'inside', 'b.bytes')));
      const vanishing = names.map((name) => rm(path.join(folder, name), { recursive: true, force: true }));
      const found = await filesBelow(folder);
      await Promise.all(vanishing);
      expect(found.map((file) => file.path)).toContain(kept);
    }
  });
});
