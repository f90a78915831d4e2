import { mkdir, mkdtemp, readdir, readFile, rm, utimes, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { Readable } from 'node:stream';
import { buffer } from 'node:stream/consumers';

import type { Store } from '../../../clients';
import { createStore } from '../../../clients/store/create-store';
import { StoreError, StoreKeyError, UnsafeStoreError } from '../../../clients/store/store';
import { startS3StandIn, type S3StandIn } from './s3-stand-in';

const bytes = (text: string): Uint8Array => new TextEncoder().encode(text);
const textOf = async (found: Promise<Uint8Array | undefined>): Promise<string | undefined> => {
  const content = await found;
  return content && Buffer.from(content).toString();
};
const keysOf = async (keys: AsyncIterable<string>): Promise<string[]> => {
  const all = [];
  for await (const key of keys) all.push(key);
  return all;
};

let folder: string;
let s3: S3StandIn;
const opened: Store[] = [];

beforeEach(async () => {
  folder = await mkdtemp(path.join(tmpdir(), 'extpost-store-'));
  s3 = await startS3StandIn();
});
afterEach(async () => {
  for (const store of opened.splice(0)) store.close();
  await s3.server.close();
  await rm(folder, { recursive: true });
});

function open(kind: 'a folder' | 'a bucket', changes: Record<string, string> = {}): Store {
  const bucket = {
    bucket: 'works',
    prefix: 'here',
    endpoint: s3.server.origin,
    forcePathStyle: true,
    accessKeyId: 'our-key',
    secretAccessKey: 'hush-hush',
    ...changes,
  };
  const store = createStore(kind === 'a folder' ? { folder: path.join(folder, 'store') } : { s3: bucket });
  opened.push(store);
  return store;
}

describe.each(['a folder', 'a bucket'] as const)('a store in %s', (kind) => {
  it('gives back what was put', async () => {
    const store = open(kind);
    await store.put('acme/brief.md', bytes('# Brief'), { contentType: 'text/markdown' });
    await expect(textOf(store.get('acme/brief.md'))).resolves.toBe('# Brief');
  });

  it('replaces an object', async () => {
    const store = open(kind);
    await store.put('a', bytes('long ago'));
    await store.put('a', bytes('now'));
    await expect(textOf(store.get('a'))).resolves.toBe('now');
  });

  it('takes a stream and gives one', async () => {
    const store = open(kind);
    await store.put('big', { stream: Readable.from([bytes('one '), bytes('two')]), bytes: 7 });
    const stream = await store.getStream('big');
    await expect(buffer(stream ?? Readable.from([]))).resolves.toEqual(Buffer.from('one two'));
  });

  it('closes a stream that it could not store', async () => {
    const stream = Readable.from([bytes('never read')]);
    await expect(open(kind).put('../up', { stream, bytes: 10 })).rejects.toThrow(StoreKeyError);
    expect(stream.destroyed).toBe(true);
  });

  it('has nothing under a key that nobody has put', async () => {
    const store = open(kind);
    await expect(store.get('nothing')).resolves.toBeUndefined();
    await expect(store.getStream('nothing')).resolves.toBeUndefined();
    await expect(store.exists('nothing')).resolves.toBe(false);
  });

  it('knows what is there', async () => {
    const store = open(kind);
    await store.put('a/b', bytes(''));
    await expect(store.exists('a/b')).resolves.toBe(true);
  });

  it('lists keys by their beginning, in order, over several pages', async () => {
    const store = open(kind);
    for (const key of ['b/2', 'a/5', 'a/1', 'a/4', 'a/3', 'a/2', 'ab']) await store.put(key, bytes(key));
    await expect(keysOf(store.list('a/'))).resolves.toEqual(['a/1', 'a/2', 'a/3', 'a/4', 'a/5']);
    await expect(keysOf(store.list('a/', { after: 'a/3' }))).resolves.toEqual(['a/4', 'a/5']);
    await expect(keysOf(store.list(''))).resolves.toHaveLength(7);
  });

  it('lists nothing before anything was put', async () => {
    await expect(keysOf(open(kind).list(''))).resolves.toEqual([]);
  });

  it('creates an object once, however many try at the same time', async () => {
    const store = open(kind);
    const created = await Promise.all(Array.from({ length: 8 }, (_, n) => store.create('one', bytes(String(n)))));
    expect(created.filter(Boolean)).toHaveLength(1);
    await expect(textOf(store.get('one'))).resolves.toBe(String(created.indexOf(true)));
  });

  it.each(['', '../up', 'a/../b', '/root', 'a//b', '.hidden', 'a\\b', 'a\u0000', 'a/..', 'c:d', 'end.', '\ud800'])(
    'refuses the key %j',
    async (key) => {
      await expect(open(kind).put(key, bytes('x'))).rejects.toBeInstanceOf(StoreKeyError);
    },
  );
});

describe('a store in a folder', () => {
  it('keeps nothing of a stream that breaks', async () => {
    const store = open('a folder');
    const broken = (async function* () {
      yield await Promise.resolve(bytes('half'));
      throw new Error('reset');
    })();
    await expect(store.put('a', { stream: Readable.from(broken), bytes: 8 })).rejects.toThrow('reset');
    await expect(store.exists('a')).resolves.toBe(false);
    expect(await readdir(path.join(folder, 'store', '.unfinished'))).toEqual([]);
  });

  it('keeps nothing of a stream with another length than announced', async () => {
    const store = open('a folder');
    const short = { stream: Readable.from([bytes('half')]), bytes: 8 };
    await expect(store.put('a', short)).rejects.toThrow('Of 8 bytes that were announced, 4 came; nothing was kept.');
    await expect(store.exists('a')).resolves.toBe(false);
  });

  it('keeps nothing of what cannot get its name', async () => {
    const store = open('a folder');
    await store.put('a/b', bytes('below'));
    await expect(store.put('a', bytes('above'))).rejects.toThrow('there is a folder of this name');
    expect(await readdir(path.join(folder, 'store', '.unfinished'))).toEqual([]);
  });

  it('can be written to as soon as what was in the way is gone', async () => {
    const store = open('a folder');
    const inTheWay = path.join(folder, 'store', '.unfinished');
    await mkdir(path.dirname(inTheWay));
    await writeFile(inTheWay, 'a file');
    await expect(store.put('a', bytes('one'))).rejects.toThrow(StoreError);
    await rm(inTheWay);
    await store.put('a', bytes('two'));
    await expect(textOf(store.get('a'))).resolves.toBe('two');
  });

  it('clears what a crash left unfinished, but not what another process is writing', async () => {
    await open('a folder').put('a', bytes('a'));
    const unfinished = path.join(folder, 'store', '.unfinished');
    await writeFile(path.join(unfinished, 'old'), 'half');
    await utimes(path.join(unfinished, 'old'), 1, 1);
    await writeFile(path.join(unfinished, 'young'), 'half');
    await open('a folder').put('b', bytes('b'));
    expect(await readdir(unfinished)).toEqual(['young']);
  });

  it('explains what is in the way', async () => {
    await writeFile(path.join(folder, 'store'), 'a file');
    const failed = open('a folder').put('a', bytes('a'));
    await expect(failed).rejects.toBeInstanceOf(StoreError);
    await expect(failed).rejects.toThrow(/Cannot write "a" in the folder .*store: /);
  });

  it('keeps an object as a plain file of its name', async () => {
    await open('a folder').put('acme/brief.md', bytes('# Brief'));
    await expect(readFile(path.join(folder, 'store', 'acme', 'brief.md'), 'utf8')).resolves.toBe('# Brief');
  });
});

describe('a store in a bucket', () => {
  it('puts every key behind its prefix', async () => {
    await open('a bucket').put('a', bytes('a'));
    expect([...s3.objects.keys()]).toEqual(['here/a']);
  });

  it('sends the exact length and the MD5 of what it has at hand, and no other checksum', async () => {
    await open('a bucket').put('a', bytes('abc'));
    expect(s3.server.seen[0]?.headers).toMatchObject({
      'content-length': '3',
      'content-md5': 'kAFQmDzST7DWlj99KOF/cg==',
    });
    expect(Object.keys(s3.server.seen[0]?.headers ?? {}).filter((name) => name.includes('checksum'))).toEqual([]);
  });

  it('tries again when the store is busy', async () => {
    let busy = 1;
    s3.interfere = () => (busy-- > 0 ? 'slow down' : undefined);
    await open('a bucket').put('a', bytes('abc'));
    expect(s3.objects.get('here/a')?.toString()).toBe('abc');
  });

  it('tries again when two writers met', async () => {
    let met = 0;
    s3.interfere = (_, key) => (key === 'here/one' && met++ === 0 ? 'conflict' : undefined);
    await expect(open('a bucket').create('one', bytes('1'))).resolves.toBe(true);
  });

  it.each([
    ['ignored', 'ignores the header If-None-Match'],
    ['in two steps', 'checks the header If-None-Match and writes in two steps'],
  ] as const)('refuses to create where conditions are %s, in words and for good', async (conditions, words) => {
    s3.conditions = conditions;
    const store = open('a bucket');
    await expect(store.create('one', bytes('1'))).rejects.toThrow(words);
    const asked = s3.server.seen.length;
    await expect(store.provesCreate()).rejects.toBeInstanceOf(UnsafeStoreError);
    expect([s3.objects.has('here/one'), s3.server.seen.length]).toEqual([false, asked]);
  });

  it('asks a safe store once, and leaves one object of the question', async () => {
    const store = open('a bucket');
    await store.provesCreate();
    expect([...s3.objects.keys()]).toEqual(['here/extpost-refuses-to-overwrite.txt']);
    const asked = s3.server.seen.length;
    await store.create('one', bytes('1'));
    // The write, and reading it back.
    expect(s3.server.seen.slice(asked).map(({ method }) => method)).toEqual(['PUT', 'GET']);
  });

  it('needs no right to delete', async () => {
    s3.interfere = ({ method }) => (method === 'DELETE' ? 'refuse' : undefined);
    await expect(open('a bucket').create('one', bytes('1'))).resolves.toBe(true);
  });

  it('notices that another writer has overwritten what was just created', async () => {
    s3.interfere = ({ method }, key) => {
      if (method === 'GET' && key === 'here/one') s3.objects.set(key, Buffer.from('2'));
      return undefined;
    };
    await expect(open('a bucket').create('one', bytes('1'))).rejects.toThrow('another writer has overwritten them');
  });

  it('asks again when the store was away', async () => {
    let away = 5;
    s3.interfere = () => (away-- > 0 ? 'refuse' : undefined);
    const store = open('a bucket');
    await expect(store.provesCreate()).rejects.toThrow('AccessDenied');
    away = 0;
    await expect(store.provesCreate()).resolves.toBeUndefined();
  });

  it('lists all pages of a store that says only that there are more', async () => {
    s3.listing = 'without token';
    for (const number of [1, 2, 3, 4, 5, 6, 7]) s3.objects.set(`here/a/${number}`, Buffer.from('x'));
    await expect(keysOf(open('a bucket').list('a/'))).resolves.toHaveLength(7);
    await expect(keysOf(open('a bucket').list('a/', { after: 'a/3' }))).resolves.toEqual(['a/4', 'a/5', 'a/6', 'a/7']);
  });

  it('ends with a sentence where a store gives one page again and again', async () => {
    s3.listing = 'the same page';
    for (const number of [1, 2, 3, 4]) s3.objects.set(`here/${number}`, Buffer.from('x'));
    const again = 'The store s3://works/here gives the same page of its listing "" again and again.';
    await expect(keysOf(open('a bucket').list(''))).rejects.toThrow(again);
  });

  it('begins behind a key where the store ignores that', async () => {
    s3.listing = 'the same page';
    for (const number of [1, 2, 3]) s3.objects.set(`here/${number}`, Buffer.from('x'));
    await expect(keysOf(open('a bucket').list('', { after: '1' }))).resolves.toEqual(['2', '3']);
  });

  it('says that there is no such bucket, also of a read', async () => {
    const store = open('a bucket', { bucket: 'elsewhere' });
    const message = 'the store s3://elsewhere/here (NoSuchBucket, HTTP 404): there is no such bucket';
    await expect(store.get('a')).rejects.toThrow(message);
    await expect(store.put('a', bytes('a'))).rejects.toThrow(message);
  });

  it('says what the credentials lack, and repeats no secret', async () => {
    const failed = open('a bucket', { accessKeyId: 'another' }).get('a');
    await expect(failed).rejects.toThrow(/AccessDenied, HTTP 403.*allow reading, writing and listing/);
    await expect(failed).rejects.not.toThrow('hush-hush');
  });

  it('says that the store cannot be reached', async () => {
    const store = open('a bucket', { endpoint: 'http://127.0.0.1:9' });
    await expect(store.get('a')).rejects.toThrow('the store cannot be reached');
  });
});
