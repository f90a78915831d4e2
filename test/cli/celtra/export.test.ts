import { readFile, writeFile } from 'node:fs/promises';
import path from 'node:path';

import { closingAfterEach, errorOf } from '../../clients/test-server';
import { pngBytes, standIn, type StandInFile } from './fake-celtra';

const onClose = closingAfterEach();
const start = (...files: StandInFile[]) => standIn(onClose, files);
const front: StandInFile = { outputId: 'o1', name: 'Front' };
const back: StandInFile = { outputId: 'o2', name: 'Back' };

describe('An export to a folder', () => {
  it('writes every file under its name, with the bytes that were served', async () => {
    const celtra = await start(front, back);
    expect(await celtra.export()).toMatchObject({ fetched: 2, kept: 0, missing: [] });
    expect(await celtra.written()).toEqual(['Back.png', 'Front.png']);
    expect(await readFile(path.join(celtra.folder, 'Front.png'))).toEqual(pngBytes('Front'));
  });

  it('counts the bytes that came', async () => {
    const celtra = await start(front);
    expect((await celtra.export()).bytes).toBe(pngBytes('Front').length);
  });

  it('keeps names that try to leave the folder inside it', async () => {
    const celtra = await start(
      { outputId: 'o1', name: '../../x' },
      { outputId: 'o2', name: '/etc/cron.d/x' },
      { outputId: 'o3', name: 'x', extension: '/../../y' },
    );
    await celtra.export();
    expect(await celtra.written()).toEqual(['___.._x.png', '_etc_cron.d_x.png', 'x']);
  });

  it('waits for what is pending, and asks only for that, at the version that was seen', async () => {
    const celtra = await start(front, { ...back, status: (look) => (look < 2 ? 'pending' : 'finished') });
    expect(await celtra.export()).toMatchObject({ fetched: 2, missing: [] });
    expect(celtra.asked.slice(1).map(({ filters }) => filters)).toEqual(
      Array(2).fill({ designFile: { version: [{ id: 'd', contentBlobHash: 'h' }] }, output: { id: ['o2'] } }),
    );
  });

  it('asks for many outputs in chunks', async () => {
    const isPending = (look: number) => (look === 0 ? 'pending' : 'finished');
    const files = ['o1', 'o2', 'o3'].map((outputId) => ({ outputId, name: outputId, status: isPending }) as const);
    const celtra = await start(...files);
    await celtra.export();
    expect(celtra.asked.slice(1).map(({ filters }) => filters['output'])).toEqual([
      { id: ['o1', 'o2'] },
      { id: ['o3'] },
    ]);
  });

  it('requests a failed render again, and fetches it once it succeeds', async () => {
    const celtra = await start({ ...front, status: (look) => (look < 2 ? 'error' : 'finished') });
    expect(await celtra.export()).toMatchObject({ fetched: 1, missing: [] });
  });

  it('fetches the rest and quotes Celtra on what could not be rendered', async () => {
    const celtra = await start({ ...front, status: () => 'error' }, back);
    const { fetched, missing } = await celtra.export();
    expect(fetched).toBe(1);
    expect(missing).toEqual([{ what: 'Front', why: 'Celtra could not render it: Creative content is empty' }]);
  });

  it('does not ask again after a permanent error', async () => {
    const celtra = await start({ ...front, status: () => 'error' });
    const { missing } = await celtra.export({}, { finalErrors: ['Creative content is empty'] });
    expect(missing).toHaveLength(1);
    expect(celtra.asked).toHaveLength(1);
  });

  it('gives up on what is never rendered, and says how long it waited', async () => {
    const celtra = await start({ ...front, status: () => 'pending' });
    const { missing } = await celtra.export();
    expect(missing).toEqual([{ what: 'Front', why: expect.stringContaining('has not rendered it within') }]);
  });

  it('gives up on an output that is no longer there', async () => {
    const celtra = await start({ ...front, status: () => 'pending', isGone: (look) => look > 0 });
    const { missing } = await celtra.export();
    expect(missing).toEqual([{ what: 'Front', why: expect.stringContaining('no longer returns it') }]);
  });

  it('tries again when the connection breaks off', async () => {
    const celtra = await start({
      ...front,
      serve: (response, attempt) => (attempt === 0 ? response.destroy() : response.end(pngBytes('Front'))),
    });
    expect(await celtra.export()).toMatchObject({ fetched: 1, bytes: pngBytes('Front').length, missing: [] });
  });

  it('asks for a fresh address when the one at hand has expired', async () => {
    const celtra = await start({
      ...front,
      serve: (response, attempt) => response.writeHead(attempt === 0 ? 403 : 200).end(pngBytes('Front')),
    });
    expect(await celtra.export()).toMatchObject({ fetched: 1, missing: [] });
    expect(celtra.asked).toHaveLength(2);
  });

  it.each<[string, NonNullable<StandInFile['serve']>, string]>([
    ['a page', (response) => response.writeHead(200, { 'content-type': 'text/html' }).end('<html>'), 'HTML page'],
    ['another kind of file', (response) => response.end('GIF89a and so on'), 'is not a file of the kind'],
    ['an error', (response) => response.writeHead(410).end('gone'), '410'],
    ['too much', (response) => response.end(Buffer.alloc(1_000_001)), 'more than'],
  ])('writes no file when the host serves %s', async (_, serve, why) => {
    const celtra = await start({ ...front, serve }, back);
    const { missing } = await celtra.export();
    expect(missing).toEqual([{ what: 'Front.png', why: expect.stringContaining(why) }]);
    expect(JSON.stringify(missing)).not.toContain('token');
    expect(await celtra.written()).toEqual(['Back.png']);
  });
});

describe('An export that is repeated', () => {
  it('fetches nothing that is there with the same hash', async () => {
    const celtra = await start(front, back);
    await celtra.export();
    expect(await celtra.export()).toMatchObject({ fetched: 0, kept: 2, bytes: 0 });
  });

  it('fetches only what is missing', async () => {
    let isBroken = true;
    const serve: StandInFile['serve'] = (response) =>
      isBroken ? response.writeHead(400).end() : response.end(pngBytes('Back'));
    const celtra = await start(front, { ...back, serve });
    await celtra.export();
    isBroken = false;
    expect(await celtra.export()).toMatchObject({ fetched: 1, kept: 1, missing: [] });
  });

  it('fetches again what Celtra has changed', async () => {
    const files = [front];
    const celtra = await standIn(onClose, files);
    await celtra.export();
    files[0] = { ...front, blobHash: 'another', bytes: pngBytes('Front, new') };
    expect((await celtra.export()).said).toContain('replaced  Front.png');
    expect(await readFile(path.join(celtra.folder, 'Front.png'))).toEqual(pngBytes('Front, new'));
  });

  it('fetches again what is damaged on disk, also when its length is the same', async () => {
    const celtra = await start(front);
    await celtra.export();
    await writeFile(path.join(celtra.folder, 'Front.png'), pngBytes('FRONT'));
    expect(await celtra.export()).toMatchObject({ fetched: 1, kept: 0 });
    expect(await readFile(path.join(celtra.folder, 'Front.png'))).toEqual(pngBytes('Front'));
  });

  it('fetches again when another format is asked for', async () => {
    const celtra = await start(front);
    await celtra.export();
    const request = {
      filters: { designFile: { id: ['d'] } },
      assetFormats: { Image: { image: { format: 'png' as const, colors: 8 } } },
      caller: 'test',
    };
    expect(await celtra.export({ request })).toMatchObject({ fetched: 1 });
  });

  it('goes on after a line of its list was torn', async () => {
    const celtra = await start(front, back);
    await celtra.export();
    const list = path.join(celtra.folder, '.extpost', 'files.jsonl');
    await writeFile(list, (await readFile(list, 'utf8')).slice(0, -20));
    await writeFile(path.join(celtra.folder, '.extpost', 'junk'), '');
    const { missing } = await celtra.export({ overwrite: true });
    expect(missing).toEqual([]);
    expect(await celtra.export()).toMatchObject({ fetched: 0, kept: 2 });
  });
});

describe('A folder that somebody else uses too', () => {
  it('keeps a file that no export wrote, unless asked to overwrite it', async () => {
    const celtra = await start(front);
    await writeFile(path.join(celtra.folder, 'Front.png'), 'mine');
    const { missing } = await celtra.export();
    expect(missing).toEqual([{ what: 'Front.png', why: expect.stringContaining('no export wrote') }]);
    expect(await readFile(path.join(celtra.folder, 'Front.png'), 'utf8')).toBe('mine');
    expect(await celtra.export({ overwrite: true })).toMatchObject({ fetched: 1, missing: [] });
  });

  it('takes one export at a time', async () => {
    let isAsked: () => void = () => undefined;
    const whenAsked = new Promise<void>((resolve) => (isAsked = resolve));
    let finish: () => void = () => undefined;
    const celtra = await start({
      ...front,
      serve: (response) => {
        finish = () => response.end(pngBytes('Front'));
        isAsked();
      },
    });
    const first = celtra.export();
    await whenAsked;
    expect(await errorOf(celtra.export())).toMatchObject({ message: expect.stringContaining('Another export') });
    finish();
    expect(await first).toMatchObject({ fetched: 1 });
  });
});

describe('An export that is interrupted', () => {
  it('leaves no half file behind, keeps what was whole, and can go on', async () => {
    const interruption = new AbortController();
    let isAsked: () => void = () => undefined;
    const whenAsked = new Promise<void>((resolve) => (isAsked = resolve));
    let isBroken = true;
    const celtra = await start(front, {
      ...back,
      serve: (response) => {
        if (!isBroken) return response.end(pngBytes('Back'));
        response.write(pngBytes('Ba'));
        isAsked();
        return response;
      },
    });
    const under = celtra.export({ signal: interruption.signal, parallel: 1 });
    await whenAsked;
    interruption.abort(new Error('Ctrl-C'));
    expect(await errorOf(under)).toMatchObject({ message: 'Ctrl-C' });
    expect(await celtra.written()).toEqual(['Front.png']);
    isBroken = false;
    expect(await celtra.export()).toMatchObject({ fetched: 1, kept: 1 });
  });
});
