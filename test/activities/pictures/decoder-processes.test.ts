import { readFile, writeFile } from 'node:fs/promises';
import path from 'node:path';

import sharp from 'sharp';

import { createDecoderProcesses, type DecoderSettings } from '../../../activities/pictures/process/decoder-processes';
import { closingAfterEach, errorOf } from '../../clients/test-server';
import { folderForEach } from '../activity-harness';
import { drawn, goodPicture, noise } from './picture-files';

const folder = folderForEach();
const closing = closingAfterEach();
const never = new AbortController().signal;

/** Processes that run the sources. */
function decoder(settings: DecoderSettings = {}) {
  const created = createDecoderProcesses({
    processes: 1,
    program: path.resolve(__dirname, '../../../activities/pictures/process/picture-process.ts'),
    execArgv: ['--require', path.resolve(__dirname, '../../support/read-sources.js')],
    ...settings,
  });
  closing(() => {
    created.close();
    return Promise.resolve();
  });
  return created;
}

async function written(bytes: Buffer, name = 'picture'): Promise<string> {
  const file = path.join(folder(), name);
  await writeFile(file, bytes);
  return file;
}

describe('A process that decodes', () => {
  it('examines one picture after the other', async () => {
    const { examine } = decoder();
    const file = await written(await drawn().png().toBuffer());
    for (let count = 0; count < 3; count++) {
      expect(goodPicture(await examine(file, {}, never))).toMatchObject({ format: 'png', width: 30 });
    }
  });

  it('measures the same bytes once, wherever they are', async () => {
    const { examine } = decoder();
    const bytes = await drawn().png().toBuffer();
    const first = await examine(await written(bytes), {}, never, 'the hash');
    // Who looked at this file again would find no picture.
    const again = await examine(await written(Buffer.from('no picture'), 'other'), {}, never, 'the hash');
    expect(again).toEqual(first);
    expect(await examine(await written(bytes), { maxPixels: 10 }, never, 'the hash')).toMatchObject({
      trouble: { kind: 'too large' },
    });
  });

  it('converts a picture, and says how often it has encoded', async () => {
    const { examine, convert } = decoder();
    const from = await written(await noise(60, 40).jpeg().toBuffer());
    const to = path.join(folder(), 'to');
    const picture = goodPicture(await examine(from, {}, never));
    const onEncoding = jest.fn();
    const steps = { density: 300, fit: { maxBytes: 2_500, lowestQuality: 20 } };
    const changes = await convert({ from, to, picture, steps, onEncoding }, never);
    expect(changes[0]).toBe('marked with 300 dpi');
    expect(onEncoding.mock.calls.length).toBeGreaterThan(2);
    expect((await sharp(await readFile(to)).metadata()).density).toBe(300);
  });

  it('hands on the file system’s own error', async () => {
    expect(await errorOf(decoder().examine('/nonexistent', {}, never))).toMatchObject({ code: 'ENOENT' });
  });

  it('refuses a picture that needs more than the budget', async () => {
    const file = await written(await noise(500, 500).jpeg({ progressive: true }).toBuffer());
    const { trouble } = await decoder({ decodedBytes: 1024 ** 2 }).examine(file, {}, never);
    expect(trouble?.why).toContain('of worker.decodedBytes');
  });

  it('that takes too long is ended, twice, and an operator is told', async () => {
    const file = await written(await drawn().png().toBuffer());
    const { trouble } = await decoder({ examinationMs: 1 }).examine(file, {}, never);
    expect(trouble).toEqual({ kind: 'cannot be measured', why: 'could not be decoded within 0.001 s, twice' });
  });

  it('ends when it has had nothing to do for half a minute, and not sooner', async () => {
    const source = `process.on('message', () => process.send({ examined: { format: String(process.pid) } }));`;
    const { examine } = decoder({ program: await written(Buffer.from(source), 'program.js'), execArgv: [] });
    const process = async (): Promise<string> => (await examine('any', {}, never)).format;
    jest.useFakeTimers({ doNotFake: ['nextTick', 'setImmediate', 'queueMicrotask'] });
    try {
      const first = await process();
      jest.advanceTimersByTime(29_000);
      expect(await process()).toBe(first);
      jest.advanceTimersByTime(2_000);
      expect(await process()).toBe(first);
      jest.advanceTimersByTime(31_000);
      expect(await process()).not.toBe(first);
    } finally {
      jest.useRealTimers();
    }
  });

  it('that a file ends twice makes room for the next one', async () => {
    const program = await written(
      Buffer.from(
        `process.on('message', ({ path }) =>
           path === 'poison' ? process.exit(1) : process.send({ examined: { format: String(process.pid) } }));`,
      ),
      'program.js',
    );
    const { examine } = decoder({ program, execArgv: [] });
    const first = await examine('good', {}, never);
    expect((await examine('poison', {}, never)).trouble).toEqual({
      kind: 'cannot be measured',
      why: 'ends the process that decodes it, or needs more memory than it may have, twice',
    });
    const next = await examine('good', {}, never);
    expect(next.format).not.toBe(first.format);
    expect(next.trouble).toBeUndefined();
  });

  it('is ended when its job is cancelled', async () => {
    const cancelled = new AbortController();
    const file = await written(await drawn().png().toBuffer());
    const examining = decoder().examine(file, {}, cancelled.signal);
    cancelled.abort(new Error('Cancelled.'));
    expect(await errorOf(examining)).toMatchObject({ message: 'Cancelled.' });
  });

  it('decodes no more at once than the budget allows, and then the next', async () => {
    const { examine } = decoder({ processes: 2, decodedBytes: 70 * 1024 ** 2 });
    const file = await written(await drawn(0.5).resize(1500, 1500).webp().toBuffer());
    const all = await Promise.all([1, 2, 3].map(() => examine(file, {}, never)));
    expect(all.map((one) => goodPicture(one).width)).toEqual([1500, 1500, 1500]);
  });
});
