import { appendFile, readFile, truncate } from 'node:fs/promises';
import path from 'node:path';

import { createSpoolIndex, INDEX_FILE, readIndex } from '../../../activities/transfer/spool-index';
import type { SpooledFile } from '../../../domain/render/rendered-asset';
import { TASK_ID } from '../../support/facts';
import { folderForEach } from '../activity-harness';

const folder = folderForEach();
const indexFile = () => path.join(folder(), INDEX_FILE);
const anIndex = () => createSpoolIndex(folder);

function aFile(fileId: string, changes: Partial<SpooledFile> = {}): SpooledFile {
  const measured = { bytes: 3, md5: 'md5', sha256: 'sha256', format: 'jpeg', width: 1, height: 1 };
  return { queue: 'queue', fileId, outputId: 'output-1', ...measured, ...changes };
}
const storedAt = (fileId: string, address: string) => ({ fileId, address, at: '2026-11-26T12:00:00.000Z' });

describe('the index of a spool', () => {
  it('reports after a kill what was kept, and what was stored where', async () => {
    const before = anIndex();
    await before.addFile(TASK_ID, aFile('one'));
    await before.addUpload(TASK_ID, storedAt('one', 'address-1'));
    const found = await anIndex().find(TASK_ID, 'one');
    expect(found?.file).toEqual(aFile('one'));
    expect([...(found?.stored ?? [])]).toEqual([['address-1', '2026-11-26T12:00:00.000Z']]);
  });

  it('knows nothing of a task that has nothing here', async () => {
    await expect(anIndex().find(TASK_ID, 'one')).resolves.toBeUndefined();
  });

  it('takes the last word on a file, and forgets no upload over it', async () => {
    const index = anIndex();
    await index.addFile(TASK_ID, aFile('one'));
    await index.addUpload(TASK_ID, storedAt('one', 'address-1'));
    await index.addFile(TASK_ID, aFile('one', { sha256: 'another' }));
    for (const asked of [index, anIndex()]) {
      const found = await asked.find(TASK_ID, 'one');
      expect([found?.file.sha256, found?.stored.size]).toEqual(['another', 1]);
    }
  });

  it('loses one line, and no other, to a kill in the middle of it', async () => {
    const index = anIndex();
    await index.addFile(TASK_ID, aFile('one'));
    await index.addFile(TASK_ID, aFile('cut'));
    await truncate(indexFile(), (await readFile(indexFile())).length - 5);
    await anIndex().addFile(TASK_ID, aFile('two'));
    expect([...(await readIndex(folder())).keys()]).toEqual(['one', 'two']);
  });

  it('passes over what is no line of its own', async () => {
    await appendFile(indexFile(), '\nnull\n{}\n"kept"\n[1]\n\0\0\0');
    await anIndex().addFile(TASK_ID, aFile('one'));
    expect([...(await readIndex(folder())).keys()]).toEqual(['one']);
  });

  it('writes down all that is reported at once', async () => {
    const index = anIndex();
    const names = Array.from({ length: 50 }, (_, count) => `file-${count}`);
    await Promise.all(names.map((name) => index.addFile(TASK_ID, aFile(name))));
    expect([...(await readIndex(folder())).keys()].sort()).toEqual([...names].sort());
  });

  it('writes what comes after a write that failed', async () => {
    let place = path.join(folder(), 'missing');
    const index = createSpoolIndex(() => place);
    const failed = [index.addFile(TASK_ID, aFile('one')), index.addFile(TASK_ID, aFile('two'))];
    for (const one of failed) await expect(one).rejects.toMatchObject({ code: 'ENOENT' });
    place = folder();
    await index.addFile(TASK_ID, aFile('three'));
    expect([...(await readIndex(folder())).keys()]).toEqual(['three']);
  });

  it('reads again what was forgotten', async () => {
    const index = anIndex();
    await index.addFile(TASK_ID, aFile('one'));
    await truncate(indexFile());
    index.forget(TASK_ID);
    await expect(index.find(TASK_ID, 'one')).resolves.toBeUndefined();
  });
});
