import { readdir, rm, writeFile } from 'node:fs/promises';
import path from 'node:path';

import sharp, { type Sharp } from 'sharp';

import { createPictureKeeper, type PictureOutcome } from '../../../../activities/pictures/keep/picture-keeper';
import { createPictureReader } from '../../../../board/pictures/read-pictures';
import { createStore } from '../../../../clients/store/create-store';
import { findPicture, type PictureSubject } from '../../../../domain/delivery/kept-picture';
import { TASK_ID } from '../../../support/facts';
import { closingAfterEach, startServer } from '../../../clients/test-server';
import { folderForEach } from '../../activity-harness';

const folder = folderForEach();
const onClose = closingAfterEach();
const task = { studio: 'acme', taskId: TASK_ID };
const subject = { kind: 'delivered', sha256: 'a1' } as const satisfies PictureSubject;

const flat = (width: number, height: number, channels: 3 | 4 = 3): Sharp =>
  sharp({ create: { width, height, channels, background: { r: 20, g: 120, b: 220, alpha: 0 } } });

function keeper(changes: Partial<Parameters<typeof createPictureKeeper>[0]> = {}) {
  const outcomes: PictureOutcome[] = [];
  const work = path.join(folder(), 'work');
  const store = createStore({ folder: path.join(folder(), 'storage') });
  const pictures = createPictureKeeper({
    store,
    folder: work,
    onOutcome: (outcome) => outcomes.push(outcome),
    ...changes,
  });
  return {
    outcomes,
    pictures,
    reader: createPictureReader(store, { warn: () => undefined }),
    leftovers: () => readdir(work),
  };
}

async function fileOf(bytes: Buffer): Promise<string> {
  const file = path.join(folder(), 'spooled');
  await writeFile(file, bytes);
  return file;
}

/** Keeps a file, and gives what was kept of it. */
async function kept(bytes: Buffer, used = keeper()) {
  const file = await fileOf(bytes);
  await used.pictures.keepFile(task, [subject], file, undefined);
  // A spool may be cleared at once.
  await rm(file);
  await used.pictures.settled();
  const found = findPicture(await used.reader.list(task), subject);
  const read = found && (await used.reader.read(found.key));
  return { ...used, found, bytes: read === undefined ? undefined : Buffer.from(read) };
}

describe('A small picture', () => {
  it.each<[string, Sharp, { width: number; height: number }]>([
    ['a wide one', flat(1280, 640).jpeg(), { width: 480, height: 240 }],
    ['a tall one', flat(500, 2000).png(), { width: 120, height: 480 }],
    ['a small one, which is not made larger', flat(100, 50).png(), { width: 100, height: 50 }],
    [
      'one that is turned by its orientation',
      flat(1280, 640).jpeg().withMetadata({ orientation: 6 }),
      { width: 240, height: 480 },
    ],
    ['a TIFF of 16 bits', flat(1280, 640).toColourspace('rgb16').tiff(), { width: 480, height: 240 }],
    ['one for print', flat(1280, 640).toColourspace('cmyk').jpeg(), { width: 480, height: 240 }],
  ])('is kept of %s, though the spool was cleared meanwhile', async (_, picture, size) => {
    const { found, bytes, outcomes, leftovers } = await kept(await picture.toBuffer());
    expect(found).toMatchObject({ kind: 'delivered', ...size });
    const { format, space, width, height } = await sharp(bytes).metadata();
    expect({ format, space, width, height }).toEqual({ format: 'webp', space: 'srgb', ...size });
    expect([outcomes, await leftovers()]).toEqual([['kept'], []]);
  });

  it('keeps its transparency', async () => {
    const { bytes } = await kept(await flat(800, 800, 4).png().toBuffer());
    expect((await sharp(bytes).stats()).isOpaque).toBe(false);
  });

  it.each<[string, () => Promise<Buffer>]>([
    ['text', () => Promise.resolve(Buffer.from('no picture'))],
    ['a page', () => Promise.resolve(Buffer.from('<!doctype html><title>Log in</title>'))],
    [
      'an SVG, whose decoder could be made to read files',
      () => Promise.resolve(Buffer.from('<svg xmlns="http://www.w3.org/2000/svg" width="9" height="9"/>')),
    ],
  ])('is not made of %s', async (_, bytes) => {
    const { found, outcomes, leftovers } = await kept(await bytes());
    expect([found, outcomes, await leftovers()]).toEqual([undefined, ['left out'], []]);
  });

  it('is not made of a picture with more pixels than the studio allows', async () => {
    const used = keeper();
    await used.pictures.keepFile(task, [subject], await fileOf(await flat(400, 400).png().toBuffer()), 1_000);
    await used.pictures.settled();
    expect(used.outcomes).toEqual(['left out']);
  });
});

describe('The same picture', () => {
  /** A decoder that counts what it makes; it fails as long as `fails` is true. */
  function countingDecoder() {
    const used = { made: 0, fails: false };
    const shrink = async (_from: string, to: string) => {
      used.made += 1;
      if (used.fails) throw new Error('The disk is full.');
      await writeFile(to, 'small');
      return { width: 1, height: 1 };
    };
    return { used, ...keeper({ decoder: { shrink } }) };
  }

  it('is made once, however often it is delivered', async () => {
    const { used, pictures } = countingDecoder();
    const file = await fileOf(Buffer.from('a picture'));
    for (let count = 1; count <= 3; count++) await pictures.keepFile(task, [subject], file, undefined);
    await pictures.settled();
    await pictures.keepFile(task, [subject], file, undefined);
    await pictures.settled();
    expect(used.made).toBe(1);
  });

  it('is made again after a failure', async () => {
    const { used, pictures, outcomes } = countingDecoder();
    const file = await fileOf(Buffer.from('a picture'));
    used.fails = true;
    await pictures.keepFile(task, [subject], file, undefined);
    await pictures.settled();
    used.fails = false;
    await pictures.keepFile(task, [subject], file, undefined);
    await pictures.settled();
    expect(outcomes).toEqual(['failed', 'kept']);
  });
});

describe('A picture that somebody may have to choose by', () => {
  it('is made before those that only show what was delivered', async () => {
    const server = await startServer((_seen, response) => {
      response.end('a picture');
    });
    onClose(() => server.close());
    const order: string[] = [];
    const put = (key: string): Promise<void> => {
      order.push(key);
      return Promise.resolve();
    };
    let goOn = (): void => undefined;
    const gate = new Promise<void>((resolve) => {
      goOn = resolve;
    });
    const shrink = async (_from: string, to: string) => {
      await gate;
      await writeFile(to, 'small');
      return { width: 1, height: 1 };
    };
    const { pictures } = keeper({ store: { put }, decoder: { shrink } });
    const file = await fileOf(Buffer.from('a picture'));
    for (const sha256 of ['a1', 'b2', 'c3']) await pictures.keepFile(task, [{ ...subject, sha256 }], file, undefined);
    const source = { url: `${server.origin}/x`, version: 'v1', allowLoopback: true, maxPixels: undefined };
    pictures.keepFrom(task, { kind: 'creative', candidateId: 'output-1' }, source);
    goOn();
    await pictures.settled();
    const kinds = order.map((key) => /creative|delivered/.exec(key)?.[0]);
    expect(kinds).toEqual(['delivered', 'creative', 'delivered', 'delivered']);
  });
});

describe('A delivery', () => {
  it('goes on when the storage fails, which is only counted', async () => {
    const put = () => Promise.reject(new Error('The bucket is away.'));
    const used = keeper({ store: { put } });
    await used.pictures.keepFile(task, [subject], await fileOf(await flat(9, 9).png().toBuffer()), undefined);
    await used.pictures.settled();
    expect([used.outcomes, await used.leftovers()]).toEqual([['failed'], []]);
  });

  it('goes on when the file is gone already', async () => {
    const used = keeper();
    await used.pictures.keepFile(task, [subject], path.join(folder(), 'nowhere'), undefined);
    expect(used.outcomes).toEqual(['failed']);
  });

  it('does not wait for a picture that takes too long, and neither do the others', async () => {
    const shrink = (_from: string, _to: string, _limits: object, signal: AbortSignal) =>
      new Promise<never>((_, reject) => {
        signal.addEventListener('abort', () => {
          reject(signal.reason as Error);
        });
      });
    const used = keeper({ decoder: { shrink }, timeLimitMs: 20 });
    const file = await fileOf(await flat(9, 9).png().toBuffer());
    for (const sha256 of ['a1', 'b2']) await used.pictures.keepFile(task, [{ ...subject, sha256 }], file, undefined);
    await used.pictures.settled();
    expect(used.outcomes).toEqual(['failed', 'failed']);
  });

  it('leaves out pictures when hundreds wait', async () => {
    let goOn = (): void => undefined;
    const gate = new Promise<void>((resolve) => {
      goOn = resolve;
    });
    const shrink = () => gate.then(() => Promise.reject(new Error('The test has no use for it.')));
    const used = keeper({ decoder: { shrink } });
    const file = await fileOf(Buffer.from('a picture'));
    for (let count = 1; count <= 1_001; count++)
      await used.pictures.keepFile(task, [{ ...subject, sha256: String(count) }], file, undefined);
    expect(used.outcomes).toEqual(['left out']);
    goOn();
    await used.pictures.settled();
    expect(used.outcomes).toHaveLength(1_001);
  });
});

describe('The reader of pictures', () => {
  it('shows the pictures of one task', async () => {
    const { reader } = await kept(await flat(9, 9).png().toBuffer());
    await expect(reader.list({ studio: 'acme', taskId: 'another-task' })).resolves.toEqual([]);
    await expect(reader.list(task)).resolves.toHaveLength(1);
  });

  it.each([
    ['..', '..'],
    ['acme', '..'],
    ['../..', 'etc'],
  ])('never leaves its folder: %s/%s', async (studio, taskId) => {
    const { reader } = keeper();
    await expect(reader.list({ studio, taskId })).resolves.toEqual([]);
  });

  it.each(['../secret', 'acme/x/../../secret', 'acme/x/audit.jsonl'])('reads no other file: %s', async (key) => {
    await expect(keeper().reader.read(key)).resolves.toBeUndefined();
  });
});
