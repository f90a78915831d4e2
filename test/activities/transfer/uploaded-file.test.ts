import { createHash } from 'node:crypto';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';

import sharp from 'sharp';

import { createSpool } from '../../../activities/transfer/spool';
import { fetchSuppliedFile } from '../../../activities/transfer/fetch-supplied-file';
import type { Store } from '../../../clients';
import { createStore } from '../../../clients/store/create-store';
import { storeFile } from '../../../clients/store/store-file';
import { uploadedFileKey } from '../../../domain/delivery/uploaded-file';
import { failureTypes } from '../../../domain/shared/failure-type';
import { TASK_ID } from '../../support/facts';
import { ampleLimits, asActivity, failureOf, run, studiosWith } from '../activity-harness';

const task = { studio: 'acme', taskId: TASK_ID };
const MAX_BYTES = 100_000;
let folder: string;
let uploads: Store;

beforeEach(async () => {
  folder = await mkdtemp(path.join(tmpdir(), 'extpost-uploads-'));
  uploads = createStore({ folder: path.join(folder, 'storage') });
});
afterEach(() => rm(folder, { recursive: true }));

const picture = (): Promise<Buffer> =>
  sharp({ create: { width: 60, height: 40, channels: 3, background: '#336699' } })
    .jpeg()
    .toBuffer();

const sha256Of = (bytes: Buffer): string => createHash('sha256').update(bytes).digest('hex');

async function upload(bytes: Buffer) {
  const file = path.join(folder, 'front.jpg');
  await writeFile(file, bytes);
  const keyOf = (sha256: string): string => uploadedFileKey(task, sha256);
  return storeFile(uploads, { path: file, keyOf, maxBytes: MAX_BYTES });
}

function fetching() {
  const spool = createSpool(path.join(folder, 'spool'), 'queue', ampleLimits);
  return asActivity(fetchSuppliedFile, studiosWith(), spool, uploads);
}

const request = (stored: { sha256: string; bytes: number }) => ({
  ...task,
  expectedKey: 'front',
  stored: { ...stored, name: 'front.jpg' },
});

describe('An uploaded file', () => {
  it('is stored under its SHA-256, and fetched and measured like any other', async () => {
    const bytes = await picture();
    const stored = await upload(bytes);
    expect(stored).toEqual({ sha256: sha256Of(bytes), bytes: bytes.length });
    await expect(run(fetching(), request(stored))).resolves.toMatchObject({
      ...stored,
      outputId: 'supplied',
      format: 'jpeg',
      width: 60,
      height: 40,
      md5: createHash('md5').update(bytes).digest('hex'),
    });
  });

  it.each<[string, Buffer, string]>([
    ['empty', Buffer.alloc(0), 'The file is empty'],
    ['too large', Buffer.alloc(MAX_BYTES + 1), 'worker.spool.maxBytes'],
  ])('is refused when it is %s', async (_, bytes, message) => {
    await expect(upload(bytes)).rejects.toThrow(message);
  });

  it.each<[string, (key: string, bytes: Buffer) => Promise<void> | undefined, string]>([
    ['is not there any more', () => undefined, 'is not in the storage'],
    [
      'is another one',
      (key, bytes) => uploads.put(key, Buffer.from(bytes).reverse()),
      'has other bytes in the storage',
    ],
    ['has grown', (key, bytes) => uploads.put(key, Buffer.concat([bytes, bytes])), 'is larger in the storage'],
  ])('needs another upload when what is stored %s', async (_, change, message) => {
    const bytes = await picture();
    const stored = { sha256: sha256Of(bytes), bytes: bytes.length };
    await change(uploadedFileKey(task, stored.sha256), bytes);
    const failure = await failureOf(() => run(fetching(), request(stored)));
    expect([failure.type, failure.nonRetryable]).toEqual([failureTypes.refused, true]);
    expect(failure.message).toMatch(new RegExp(`front\\.jpg.*${message}.*Upload it again`));
  });

  it('is refused when it is neither a picture nor a film', async () => {
    const stored = await upload(Buffer.from('no picture'));
    const failure = await failureOf(() => run(fetching(), request(stored)));
    expect(failure.message).toContain('The uploaded file front.jpg');
  });
});
