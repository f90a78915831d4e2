import { existsSync } from 'node:fs';
import { rm, truncate, utimes, writeFile } from 'node:fs/promises';
import path from 'node:path';

import { createSpool, type Spool } from '../../activities';
import type { SpooledFile } from '../../domain/rendered-asset';
import { TASK_ID } from '../support/facts';
import { folderForEach } from './stage';

const folder = folderForEach();
const OTHER_TASK = TASK_ID.replace('a', 'b');
const QUEUE = 'extpost-transfer/host-1';

/** Keeps a file of three bytes, and gives where they lie. */
async function keep(spool: Spool, taskId = TASK_ID): Promise<{ file: SpooledFile; path: string }> {
  const file: SpooledFile = {
    queue: spool.queue,
    fileId: spool.fileId(['output-1', 'blob-1']),
    outputId: 'output-1',
    bytes: 3,
    md5: 'md5',
    sha256: 'sha256',
    format: 'jpeg',
    width: 1,
    height: 1,
  };
  const path = await spool.pathOf(taskId, file.fileId);
  await writeFile(path, 'abc');
  await spool.keep(taskId, file);
  return { file, path };
}

describe('a spool', () => {
  it('clears what was left longer ago than asked, and nothing else', async () => {
    const spool = createSpool(folder(), QUEUE);
    const [old, fresh] = [await keep(spool), await keep(spool, OTHER_TASK)];
    const yesterday = new Date(Date.now() - 24 * 60 * 60 * 1000);
    await utimes(path.dirname(old.path), yesterday, yesterday);
    await spool.clearOlderThan(60_000);
    expect([existsSync(old.path), existsSync(fresh.path)]).toEqual([false, true]);
  });

  it('finds what it keeps', async () => {
    const spool = createSpool(folder(), QUEUE);
    const { file } = await keep(spool);
    await expect(spool.find(TASK_ID, file.fileId)).resolves.toEqual(file);
  });

  it('finds nothing before the file is described', async () => {
    const spool = createSpool(folder(), QUEUE);
    await writeFile(await spool.pathOf(TASK_ID, 'file-1'), 'abc');
    await expect(spool.find(TASK_ID, 'file-1')).resolves.toBeUndefined();
  });

  it('finds what was kept before its worker started again, under the queue of today', async () => {
    const { file } = await keep(createSpool(folder(), 'extpost-transfer/before'));
    await expect(createSpool(folder(), QUEUE).find(TASK_ID, file.fileId)).resolves.toEqual({ ...file, queue: QUEUE });
  });

  it('does not find a file whose bytes are gone', async () => {
    const spool = createSpool(folder(), QUEUE);
    const { file, path } = await keep(spool);
    await rm(path);
    await expect(spool.find(TASK_ID, file.fileId)).resolves.toBeUndefined();
  });

  it('does not find a file whose bytes were cut', async () => {
    const spool = createSpool(folder(), QUEUE);
    const { file, path } = await keep(spool);
    await truncate(path, 2);
    await expect(spool.find(TASK_ID, file.fileId)).resolves.toBeUndefined();
  });

  it('names the same render in the same format the same', () => {
    const spool = createSpool(folder(), QUEUE);
    const [one, same, other] = [['a', 'b'], ['a', 'b'], ['ab']].map((parts) => spool.fileId(parts));
    expect([one === same, one === other]).toEqual([true, false]);
  });

  it('drops all files of a task, and of no other', async () => {
    const spool = createSpool(folder(), QUEUE);
    const dropped = await keep(spool);
    const kept = await keep(spool, OTHER_TASK);
    await spool.drop(TASK_ID);
    expect([existsSync(dropped.path), existsSync(kept.path)]).toEqual([false, true]);
  });

  it('drops a task that it never had without complaint', async () => {
    await expect(createSpool(folder(), QUEUE).drop(TASK_ID)).resolves.toBeUndefined();
  });

  it.each(['..', '../../etc', 'task', `${TASK_ID}/..`, ''])('refuses "%s" as a task id', async (taskId) => {
    const spool = createSpool(folder(), QUEUE);
    const refusal = `"${taskId}" is not a task id, so it cannot name a spool folder.`;
    await expect(spool.pathOf(taskId, 'file-1')).rejects.toThrow(refusal);
    await expect(spool.drop(taskId)).rejects.toThrow(refusal);
  });
});
