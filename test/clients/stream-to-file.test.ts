import { createWriteStream } from 'node:fs';
import { readFile } from 'node:fs/promises';
import path from 'node:path';

import { streamToFile } from '../../clients/stream-to-file';
import { folderForEach } from '../activities/activity-harness';
import { errorOf } from './test-server';

const folder = folderForEach();

async function* chunks(failure?: Error): AsyncGenerator<Buffer> {
  yield await Promise.resolve(Buffer.from('chunk'));
  if (failure !== undefined) throw failure;
}

describe('A stream that is written to a file', () => {
  it('is there when the promise resolves', async () => {
    const file = path.join(folder(), 'file');
    await streamToFile(chunks(), createWriteStream(file));
    expect(await readFile(file, 'utf8')).toBe('chunk');
  });

  it.each([
    ['its source fails', new AbortController().signal, 'broken'],
    ['nobody waits any longer', AbortSignal.abort(), 'aborted'],
  ])('has closed its file when %s', async (_, signal, message) => {
    const target = createWriteStream(path.join(folder(), 'file'));
    const error = await errorOf(streamToFile(chunks(new Error('broken')), target, signal));
    expect([String(error), target.closed]).toEqual([expect.stringContaining(message), true]);
  });

  it('fails with the file system’s error when there is no such folder', async () => {
    const target = createWriteStream(path.join(folder(), 'missing', 'file'));
    expect(await errorOf(streamToFile(chunks(), target))).toMatchObject({ code: 'ENOENT' });
  });
});
