import { getEventListeners } from 'node:events';
import { existsSync } from 'node:fs';
import { readdir, rm, truncate, utimes, writeFile } from 'node:fs/promises';
import path from 'node:path';

import type { Spool } from '../../../activities';
import { createSpool } from '../../../activities/transfer/spool';
import type { SpooledFile } from '../../../domain/render/rendered-asset';
import { TASK_ID } from '../../support/facts';
import { folderForEach, placeIn } from '../activity-harness';

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
  const path = await placeIn(spool, taskId, file.fileId);
  await writeFile(path, 'abc');
  await spool.addFile(taskId, file);
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
    await writeFile(await placeIn(spool, TASK_ID, 'file-1'), 'abc');
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

  it('keeps the files of a task whose id is a number', async () => {
    const spool = createSpool(folder(), QUEUE);
    const { path: kept } = await keep(spool, '4711');
    await spool.drop('4711');
    expect([path.basename(path.dirname(kept)), existsSync(kept)]).toEqual(['4711', false]);
  });

  it.each(['..', '../../etc', 'task', `${TASK_ID}/..`, ''])('refuses "%s" as a task id', async (taskId) => {
    const spool = createSpool(folder(), QUEUE);
    const refusal = `"${taskId}" is not a task id, so it cannot name a spool folder.`;
    expect(() => spool.pathOf(taskId, 'file-1')).toThrow(refusal);
    await expect(spool.drop(taskId)).rejects.toThrow(refusal);
  });
});

describe('what a killed worker left', () => {
  const leftovers = async (names: readonly string[]): Promise<string[]> => {
    const spool = createSpool(folder(), QUEUE);
    const { file, path: kept } = await keep(spool);
    for (const name of names) await writeFile(path.join(path.dirname(kept), name), '{"validator":"\\"1\\"","total":9}');
    await spool.clearUnfinished();
    const left = await readdir(path.dirname(kept));
    expect(await spool.find(TASK_ID, file.fileId)).toEqual(file);
    const whatWasKept = [`${file.fileId}.bytes`, 'files.jsonl'];
    return left.filter((name) => !whatWasKept.includes(name)).sort();
  };

  it('is cleared when nobody can go on with it', async () => {
    await expect(leftovers(['a.bytes', 'b.bytes.part', 'c.1.tmp', 'd.bytes.part.json'])).resolves.toEqual([]);
  });

  it('stays when a download can go on with it', async () => {
    const part = ['e.bytes.part', 'e.bytes.part.json'];
    // Longer than the nine bytes that it says the file has: whole, but never described.
    await expect(leftovers(part)).resolves.toEqual([]);
    const spool = createSpool(folder(), QUEUE);
    const taskFolder = path.dirname(await placeIn(spool, OTHER_TASK, 'e'));
    await writeFile(path.join(taskFolder, 'e.bytes.part'), 'abc');
    await writeFile(path.join(taskFolder, 'e.bytes.part.json'), '{"validator":"\\"1\\"","total":9}');
    await spool.clearUnfinished();
    expect((await readdir(taskFolder)).sort()).toEqual(part);
  });
});

describe('the space of a spool', () => {
  const limited = (maxTotalBytes: number): Spool =>
    createSpool(folder(), QUEUE, {
      maxTotalBytes,
      keepFree: 0,
      bytesInFlight: 1,
      filesInFlight: 4,
      clearAfterMs: 60_000,
    });

  it('is what is not taken, and comes back when a download is over', async () => {
    const { capacity: room } = limited(100);
    await room.reserve('a', 60);
    await expect(room.reserve('b', 60)).rejects.toMatchObject({ type: 'SpoolFull', nextRetryDelay: 30_000 });
    room.release('a');
    await expect(room.reserve('b', 60)).resolves.toBeUndefined();
  });

  it('is never given to two at once', async () => {
    const { capacity: room } = limited(100);
    const asked = await Promise.allSettled(['a', 'b', 'c'].map((place) => room.reserve(place, 60)));
    expect(asked.map(({ status }) => status)).toEqual(['fulfilled', 'rejected', 'rejected']);
  });

  it('is made by clearing what is old', async () => {
    const spool = limited(62);
    const { path: old } = await keep(spool);
    const yesterday = new Date(Date.now() - 24 * 60 * 60 * 1000);
    await utimes(path.dirname(old), yesterday, yesterday);
    await expect(spool.capacity.reserve('a', 60)).resolves.toBeUndefined();
    expect(existsSync(old)).toBe(false);
  });

  it('refuses without a retry what could never fit', async () => {
    await expect(limited(100).capacity.reserve('a', 101)).rejects.toMatchObject({
      type: 'Refused',
      nonRetryable: true,
    });
  });
});

describe('work on one file of a spool', () => {
  const never = new AbortController().signal;

  it('is done by one at a time, also after a failure', async () => {
    const spool = createSpool(folder(), QUEUE);
    const order: string[] = [];
    const work = (name: string, end: () => Promise<void>) =>
      spool.exclusively(TASK_ID, 'file', never, async () => {
        order.push(`${name} begins`);
        await new Promise((resolve) => setImmediate(resolve));
        order.push(`${name} ends`);
        await end();
      });
    const outcomes = await Promise.allSettled([
      work('one', () => Promise.reject(new Error('broken'))),
      work('two', () => Promise.resolve()),
    ]);
    expect(outcomes.map(({ status }) => status)).toEqual(['rejected', 'fulfilled']);
    expect(order).toEqual(['one begins', 'one ends', 'two begins', 'two ends']);
  });

  it('leaves no listener behind at a signal whose waits have ended', async () => {
    const spool = createSpool(folder(), QUEUE);
    const { signal } = new AbortController();
    const work = () => spool.exclusively(TASK_ID, 'file', signal, () => Promise.resolve());
    await Promise.all([work(), work(), work()]);
    expect(getEventListeners(signal, 'abort')).toEqual([]);
  });

  it('does not hold up a wait that is cancelled', async () => {
    const spool = createSpool(folder(), QUEUE);
    let end = (): void => undefined;
    const first = spool.exclusively(TASK_ID, 'file', never, () => new Promise<void>((resolve) => (end = resolve)));
    const cancel = new AbortController();
    const second = spool.exclusively(TASK_ID, 'file', cancel.signal, () => Promise.resolve());
    cancel.abort(new Error('enough'));
    await expect(second).rejects.toThrow('enough');
    end();
    await expect(first).resolves.toBeUndefined();
  });
});
