import type { Sandbox } from '../../sandbox';
import { CeltraCaller } from './celtra-caller';
import { startQuickSandbox } from './start';

describe("a fault of Celtra's stand-in", () => {
  let sandbox: Sandbox;
  let caller: CeltraCaller;
  const fail = (...faults: Record<string, unknown>[]): Promise<void> => caller.configure({ faults });
  const ask = (body: Record<string, unknown> = {}, headers: Record<string, string> = {}) =>
    caller.post('export', { filters: caller.sampleFilter, ...body }, headers);
  /** What the status of one output is in each of so many answers. */
  const statuses = async (name: string, answers: number): Promise<unknown[]> => {
    const seen: unknown[] = [];
    for (let answer = 0; answer < answers; answer += 1) seen.push((await caller.output(name))?.status);
    return seen;
  };

  beforeEach(async () => {
    sandbox = await startQuickSandbox({ celtra: { fixtures: 'full' } });
    caller = new CeltraCaller(sandbox);
  });
  afterEach(() => sandbox.stop());

  describe('of an answer', () => {
    it.each([
      [{ status: 503 }, 503, null, 'application/json; charset=utf-8'],
      [{ status: 429, retryAfter: 3 }, 429, '3', 'application/json; charset=utf-8'],
      [{ status: 502, body: 'html' }, 502, null, 'text/html; charset=utf-8'],
      [
        { status: 500, body: 'text', retryAfter: 'Wed, 21 Oct 2026 07:28:00 GMT' },
        500,
        'Wed, 21 Oct 2026 07:28:00 GMT',
        'text/plain',
      ],
      [{ status: 504, body: 'empty' }, 504, null, null],
    ])('is a status: %j', async (fault, status, retryAfter, contentType) => {
      await fail({ kind: 'status', ...fault });
      const { status: seen, headers } = await ask();
      expect([seen, headers.get('retry-after'), headers.get('content-type')]).toEqual([
        status,
        retryAfter,
        contentType,
      ]);
    });

    it('is HTML with 200', async () => {
      await fail({ kind: 'html' });
      expect(await ask()).toMatchObject({ status: 200, json: undefined, text: expect.stringContaining('<html>') });
    });

    it('is a slow answer', async () => {
      await fail({ kind: 'slow', milliseconds: 60 });
      const began = performance.now();
      expect((await ask()).status).toBe(200);
      expect(performance.now() - began).toBeGreaterThan(50);
    });

    it.each([{}, { share: 0 }, { share: 0.5 }])('is a dropped connection %j', async (fault) => {
      await fail({ kind: 'dropped', ...fault });
      await expect(ask()).rejects.toThrow(/fetch failed|terminated/);
    });

    it('is truncated JSON that is complete as HTTP', async () => {
      const whole = (await ask()).text;
      await fail({ kind: 'truncated', share: 0.25 });
      const answer = await ask();
      expect([answer.status, answer.json]).toEqual([200, undefined]);
      expect(answer.text.length / whole.length).toBeCloseTo(0.25, 1);
    });

    it('is a wrong content type', async () => {
      await fail({ kind: 'wrong content type', contentType: 'text/plain' });
      const answer = await ask();
      expect(answer.headers.get('content-type')).toBe('text/plain');
      expect(answer.json).toHaveLength(12);
    });

    it('is JSON where lines were asked, and the other way round', async () => {
      await fail({ kind: 'other notation' });
      expect((await ask({}, { accept: 'application/jsonlines' })).text.startsWith('[')).toBe(true);
      expect((await ask()).text.split('\n')).toHaveLength(13);
    });

    it('is an envelope around the array', async () => {
      await fail({ kind: 'envelope' });
      expect((await ask()).json).toEqual({ outputs: expect.any(Array) });
    });

    it('is an answer with too much in it', async () => {
      const filters = {
        ...caller.sampleFilter,
        output: { contentDimensionsByName: { Language: ['fr'], Position: ['Front'] } },
      };
      const right = await caller.outputs({ filters });
      await fail({ kind: 'ignored filter' });
      const all = await caller.outputs({ filters });
      await fail({ kind: 'ignored filter', paths: ['output.contentDimensionsByName.Language'] });
      expect([right.length, all.length, (await caller.outputs({ filters })).length]).toEqual([3, 12, 12]);
    });

    it('is an archive that ends early', async () => {
      const whole = await caller.postForBytes('exportToZip', { filters: caller.sampleFilter });
      await fail({ kind: 'truncated', endpoints: ['exportToZip'] });
      const cut = await caller.postForBytes('exportToZip', { filters: caller.sampleFilter });
      expect(cut.bytes.length).toBe(Math.floor(whole.bytes.length / 2));
    });

    it('is written down as made on purpose', async () => {
      await fail({ kind: 'status', status: 503 });
      await ask();
      const { json } = await caller.control('GET', '/events');
      expect(json).toContainEqual(
        expect.objectContaining({ kind: 'celtra', status: 503, problem: 'on purpose: status' }),
      );
    });
  });

  describe('of an export', () => {
    it('is an edit between two answers, from which a pin protects', async () => {
      await fail({ kind: 'edit', after: 1 });
      const [first, second, third] = [await caller.outputs(), await caller.outputs(), await caller.outputs()];
      const { id, contentBlobHash } = first[0]?.designFile ?? { id: '', contentBlobHash: '' };
      const pinned = await caller.outputs({ filters: { designFile: { version: [{ id, contentBlobHash }] } } });
      expect(second[0]?.designFile.contentBlobHash).not.toBe(contentBlobHash);
      expect(second[0]?.designFile.lastModificationTimestamp).not.toBe(first[0]?.designFile.lastModificationTimestamp);
      expect(third[0]?.designFile.contentBlobHash).toBe(second[0]?.designFile.contentBlobHash);
      expect(pinned.map((output) => output.assets['image']?.blobHash)).toEqual(
        first.map((output) => output.assets['image']?.blobHash),
      );
    });

    it('is an edit with other output ids, other looks of some, and some gone', async () => {
      const before = await caller.outputs();
      await fail({ kind: 'edit', newOutputIds: true, changed: ['*Square en'], removed: ['*Poster'] });
      const after = await caller.outputs();
      const hashes = (outputs: typeof after, name: string): unknown =>
        outputs.find((output) => output.name?.endsWith(name))?.assets['image']?.blobHash;
      expect(after).toHaveLength(before.length - 1);
      expect(after.filter(({ id }) => before.some((old) => old.id === id))).toEqual([]);
      expect(hashes(after, 'Square en')).not.toBe(hashes(before, 'Square en'));
      expect(hashes(after, 'Square fr')).toBe(hashes(before, 'Square fr'));
    });

    it('is an asset that stays pending for ever, or for some answers', async () => {
      await fail({ kind: 'stuck', outputs: ['*Square fr'] }, { kind: 'stuck', outputs: ['*Square de'], times: 2 });
      expect(await statuses('Square fr', 3)).toEqual(['pending', 'pending', 'pending']);
      expect((await caller.output('Square en'))?.status).toBe('finished');
      expect((await caller.output('Square de'))?.status).toBe('finished');
    });

    it('is an error that disappears when it is requested again', async () => {
      await caller.configure({ rendersTakePolls: 1, faults: [{ kind: 'error', outputs: ['*Square fr'], times: 2 }] });
      expect(await statuses('Square fr', 5)).toEqual(['pending', 'error', 'error', 'finished', 'finished']);
    });

    it('is an error that comes after some good answers', async () => {
      await fail({ kind: 'error', outputs: ['*Square fr'], after: 2 });
      expect(await statuses('Square fr', 4)).toEqual(['finished', 'finished', 'error', 'error']);
    });

    it('is a permanent error that hides behind a pending output', async () => {
      await fail({ kind: 'error', outputs: ['*Square fr'], behindPending: true, message: 'Font is missing' });
      expect(await statuses('Square fr', 2)).toEqual(['pending', 'pending']);
      expect((await caller.output('Square fr'))?.assets).toMatchObject({
        image: { status: 'error', error: 'Font is missing' },
        background: { status: 'pending' },
      });
    });

    it('is an errored asset behind a stuck one of the same output', async () => {
      await fail({ kind: 'error', assets: ['fallbackImage'] }, { kind: 'stuck', assets: ['html'] });
      expect(await caller.output('Rectangle en')).toMatchObject({
        status: 'pending',
        assets: { html: { status: 'pending' }, fallbackImage: { status: 'error' } },
      });
    });

    it('is an output that is no longer there', async () => {
      await fail({ kind: 'vanishes', outputs: ['*Square fr'], after: 1 });
      expect(await statuses('Square fr', 3)).toEqual(['finished', undefined, undefined]);
      expect(await caller.outputs()).toHaveLength(11);
    });

    it('is a file that is not as the answer says', async () => {
      await fail({ kind: 'wrong metadata', extension: 'png', width: 999, height: 1 });
      const image = await caller.image({ assetFormats: { Image: { image: { format: 'jpeg' } } } });
      const file = await fetch(image.url ?? '');
      expect(image).toMatchObject({ extension: 'png', width: 999, height: 1 });
      expect(file.headers.get('content-type')).toBe('image/jpeg');
      await file.arrayBuffer();
    });

    it('is a finished asset without an address, or with another one', async () => {
      await fail({ kind: 'wrong metadata', url: null });
      const without = await caller.image();
      await fail({ kind: 'wrong metadata', url: 'ftp://example.com/x' });
      expect(without).toMatchObject({ status: 'finished' });
      expect(without.url).toBeUndefined();
      expect((await caller.image()).url).toBe('ftp://example.com/x');
    });
  });

  describe('aims', () => {
    const answered = async (times: number, body: Record<string, unknown> = {}): Promise<number[]> => {
      const seen: number[] = [];
      for (let time = 0; time < times; time += 1) seen.push((await ask(body)).status);
      return seen;
    };

    it('at some occasions: after so many, so many times', async () => {
      await fail({ kind: 'status', status: 503, after: 1, times: 2 });
      expect(await answered(5)).toEqual([200, 503, 503, 200, 200]);
    });

    it('at a caller, a design or an endpoint', async () => {
      await fail(
        { kind: 'status', status: 500, callers: ['bad-*'] },
        { kind: 'status', status: 501, designs: ['nothing like it'] },
        { kind: 'status', status: 502, endpoints: ['exportToTsv'] },
      );
      expect(await answered(1, { caller: 'bad-script' })).toEqual([500]);
      expect(await answered(1, { caller: 'script' })).toEqual([200]);
      expect((await caller.post('exportToTsv', { filters: caller.sampleFilter })).status).toBe(502);
    });

    it('at an output by its id', async () => {
      const output = await caller.output('Square fr');
      await fail({ kind: 'stuck', outputs: [output?.id] });
      expect((await caller.outputs()).filter(({ status }) => status === 'pending').map(({ id }) => id)).toEqual([
        output?.id,
      ]);
    });

    it('at the first targets only', async () => {
      await fail({ kind: 'stuck', assets: ['image'], first: 2 });
      const pending = async (): Promise<string[]> =>
        (await caller.outputs()).filter(({ status }) => status === 'pending').map(({ id }) => id);
      const first = await pending();
      expect(first).toHaveLength(2);
      expect(await pending()).toEqual(first);
    });

    it('by a chance that follows from the seed: assets keep their lot, answers do not', async () => {
      await fail({ kind: 'stuck', chance: 0.5 });
      const pending = async (): Promise<string[]> =>
        (await caller.outputs()).filter(({ status }) => status === 'pending').map(({ id }) => id);
      const first = await pending();
      const second = await pending();
      await fail({ kind: 'status', status: 503, chance: 0.5 });
      const seen = await answered(20);
      expect(second).toEqual(first);
      expect(first.length).toBeGreaterThan(0);
      expect(first.length).toBeLessThan(12);
      expect(new Set(seen)).toEqual(new Set([200, 503]));
    });

    it('again when it is set again, and not at all when it is removed', async () => {
      const once = { kind: 'status', status: 503, times: 1 };
      await fail(once);
      expect(await answered(2)).toEqual([503, 200]);
      await fail(once);
      expect(await answered(2)).toEqual([503, 200]);
      await fail();
      expect(await answered(1)).toEqual([200]);
    });

    it('beside others: each is counted by itself', async () => {
      await fail(
        { kind: 'status', status: 503, times: 1 },
        { kind: 'truncated', after: 1, times: 1 },
        { kind: 'error', outputs: ['*Square fr'], times: 1 },
        { kind: 'vanishes', outputs: ['*Poster'] },
      );
      const answers = [await ask(), await ask()];
      expect(answers.map(({ status, json }) => [status, json === undefined])).toEqual([
        [503, false],
        [200, false],
      ]);
      expect((await ask()).json).toBeUndefined();
      expect(await caller.outputs()).toHaveLength(11);
    });
  });
});
