import { mkdir, mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';

import { checkLiveness, hostAndMountId, openLivenessSocket } from '../../../workers/crash-recovery/liveness-socket';
import { killOthers, startOther } from '../../support/other-process';

let folder: string;
let place: string;

beforeEach(async () => {
  folder = await mkdtemp(path.join(tmpdir(), 'extpost-life-'));
  place = path.join(folder, 'life');
});
afterEach(async () => {
  await killOthers();
  await rm(folder, { recursive: true, force: true });
});

const livingProcess = `
  const { openLivenessSocket } = require('./workers/crash-recovery/liveness-socket.ts');
  openLivenessSocket(process.argv[1]).then((server) => {
    server.ref();
    console.log('ready');
  });
`;

describe('a proof of life', () => {
  it('holds while the process lives, and ends with it', async () => {
    const other = await startOther(livingProcess, place);
    const before = await checkLiveness(place);
    await other.kill();
    expect([before, await checkLiveness(place)]).toEqual(['alive', 'dead']);
  });

  it('is there only once it answers', async () => {
    const server = await openLivenessSocket(place);
    expect([await checkLiveness(place), await readdir(folder)]).toEqual(['alive', ['life']]);
    await new Promise((resolve) => server.close(resolve));
  });

  it('keeps no process running', async () => {
    const other = await startOther(livingProcess.replace('server.ref();', ''), place);
    const isOver = new Promise((resolve) => other.process.once('exit', resolve));
    other.process.stdin?.end();
    expect(await isOver).toBe(0);
  });

  it('cannot be read where there is none, or something else', async () => {
    await writeFile(place, '');
    expect([await checkLiveness(place), await checkLiveness(path.join(folder, 'nothing'))]).toEqual([
      'unknown',
      'unknown',
    ]);
  });

  it('holds where its path is too long for a socket', async () => {
    const deep = path.join(folder, 'x'.repeat(60), 'y'.repeat(60));
    await mkdir(deep, { recursive: true });
    const server = await openLivenessSocket(path.join(deep, 'life'));
    expect([await readdir(deep), await checkLiveness(path.join(deep, 'life'))]).toEqual([['life'], 'alive']);
    await new Promise((resolve) => server.close(resolve));
    expect(await checkLiveness(path.join(deep, 'life'))).toBe('dead');
  });

  it('is found by the shorter of two ways', async () => {
    const deep = path.join('x'.repeat(85), 'life');
    const before = process.cwd();
    process.chdir(folder);
    try {
      await mkdir(path.dirname(deep));
      const server = await openLivenessSocket(path.join(folder, deep));
      expect(await checkLiveness(path.join(folder, deep))).toBe('alive');
      await new Promise((resolve) => server.close(resolve));
    } finally {
      process.chdir(before);
    }
  });
});

describe('the place from which a folder is seen', () => {
  it('is the same each time, and another on another file system', async () => {
    const [once, again, elsewhere] = await Promise.all([
      hostAndMountId(folder),
      hostAndMountId(folder),
      hostAndMountId('/dev'),
    ]);
    expect([once, again === once, elsewhere === once]).toEqual([expect.stringMatching(/^[0-9a-f]{8}$/), true, false]);
  });
});
