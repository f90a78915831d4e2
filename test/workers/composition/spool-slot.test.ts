import { mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { setTimeout } from 'node:timers/promises';

import { lock } from 'proper-lockfile';

import { takeSpoolSlot } from '../../../workers/composition/spool-slot';
import { killOthers, startOther, type OtherProcess } from '../other-process';

let folder: string;

beforeEach(async () => {
  folder = await mkdtemp(path.join(tmpdir(), 'extpost-slots-'));
});
afterEach(async () => {
  await killOthers();
  await rm(folder, { recursive: true, force: true });
});

/** Another worker's process: takes a slot of the folder on request, reports which, and stays alive. */
const takerProgram = `
  const { takeSpoolSlot } = require('./workers/composition/spool-slot.ts');
  process.stdin.once('data', () => takeSpoolSlot(process.argv[1]).then(({ name }) => console.log(name)));
  console.log('ready');
`;

const taker = (): Promise<OtherProcess> => startOther(takerProgram, folder);
const takeWith = (other: OtherProcess): Promise<string> => other.ask('take');

const numberOf = (slot: string): string => slot.slice(slot.lastIndexOf('-') + 1);

describe('a slot of the spool folder', () => {
  it('is the first, for the first worker', async () => {
    const { name, folder: slotFolder } = await takeSpoolSlot(folder);
    expect([numberOf(name), slotFolder]).toEqual(['1', path.join(folder, name)]);
  });

  it('is not taken from a worker that lives', async () => {
    const others = await takeWith(await taker());
    const { name } = await takeSpoolSlot(folder);
    expect([numberOf(others), numberOf(name)]).toEqual(['1', '2']);
  });

  it('is taken over from a worker that was killed, with its files', async () => {
    const other = await taker();
    const others = await takeWith(other);
    await writeFile(path.join(folder, others, 'render.bytes'), 'abc');
    await other.kill();
    const { name, folder: slotFolder } = await takeSpoolSlot(folder);
    expect([name, await readdir(slotFolder)]).toEqual([others, expect.arrayContaining(['render.bytes'])]);
  });

  it('is given to one of several workers that start at the same moment', async () => {
    const workers = await Promise.all([taker(), taker(), taker()]);
    const slots = await Promise.all(workers.map(takeWith));
    expect(slots.map(numberOf).sort()).toEqual(['1', '2', '3']);
  });

  it('is not taken while another worker takes one', async () => {
    const release = await lock(folder);
    let hasTaken = false;
    const taking = takeSpoolSlot(folder).then(() => (hasTaken = true));
    await setTimeout(60);
    const tookMeanwhile = hasTaken;
    await release();
    await taking;
    expect([tookMeanwhile, hasTaken]).toEqual([false, true]);
  });

  it('is free when its owner’s note cannot be read', async () => {
    const { name, folder: slotFolder } = await takeSpoolSlot(folder);
    await writeFile(path.join(slotFolder, 'owner'), 'nobody');
    expect((await takeSpoolSlot(folder)).name).toBe(name);
  });

  it('is taken again by the process number that had it, for in a container that is the same worker started again', async () => {
    const first = await takeSpoolSlot(folder);
    expect(await takeSpoolSlot(folder)).toEqual(first);
  });
});
