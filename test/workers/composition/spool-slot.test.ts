import { mkdir, mkdtemp, readdir, readFile, rm, utimes, writeFile } from 'node:fs/promises';
import { hostname, tmpdir } from 'node:os';
import path from 'node:path';
import { setTimeout } from 'node:timers/promises';

import { lock } from 'proper-lockfile';

import {
  clearDeadSlots,
  takeSpoolSlot,
  type SlotOptions,
  type SpoolSlot,
} from '../../../workers/composition/spool-slot';
import { killOthers, startOther, type OtherProcess } from '../../support/other-process';

let folder: string;
const taken: SpoolSlot[] = [];

beforeEach(async () => {
  folder = await mkdtemp(path.join(tmpdir(), 'extpost-slots-'));
});
afterEach(async () => {
  await killOthers();
  for (const slot of taken.splice(0)) await slot.release();
  await rm(folder, { recursive: true, force: true });
});

async function take(options?: SlotOptions, from = folder): Promise<SpoolSlot> {
  const slot = await takeSpoolSlot(from, options);
  taken.push(slot);
  return slot;
}

/** Another worker's process: takes a slot of the folder on request, reports which, and stays alive. */
const takerProgram = `
  const { takeSpoolSlot } = require('./workers/composition/spool-slot.ts');
  process.stdin.once('data', () => takeSpoolSlot(process.argv[1]).then(({ name }) => console.log(name)));
  console.log('ready');
`;
/** The same in a container, where every worker has the same process id. */
const inContainer = `Object.defineProperty(process, 'pid', { value: 1 });`;

const taker = (program = takerProgram): Promise<OtherProcess> => startOther(program, folder);
const takeWith = (other: OtherProcess): Promise<string> => other.ask('take');

const numberOf = (slot: string): string => slot.split('-').at(-2) ?? '';

/** Quick signs, so that a test need not watch for 15 s. */
const quick = { signEveryMs: 20 };
/** Makes a slot that a worker of another machine owns; `signs` until the test ends, if it lives. */
async function slotElsewhere(lives: boolean): Promise<{ name: string; note: string }> {
  const name = `far-away-1-0123abcd`;
  const note = path.join(folder, name, 'owner');
  await mkdir(path.dirname(note));
  await writeFile(note, JSON.stringify({ place: 'another', host: 'far-away', id: 'other-id' }));
  await writeFile(path.join(folder, name, 'render.bytes'), 'abc');
  if (lives) {
    const timer = setInterval(() => void utimes(note, new Date(), new Date()).catch(() => undefined), 10);
    taken.push({
      name,
      folder,
      lost: Promise.resolve(''),
      release: async () => {
        clearInterval(timer);
        await Promise.resolve();
      },
    });
  }
  return { name, note };
}

describe('a slot of the spool folder', () => {
  it('is the first, for the first worker', async () => {
    const { name, folder: slotFolder } = await take();
    expect([numberOf(name), slotFolder]).toEqual(['1', path.join(folder, name)]);
  });

  it('is not taken from a worker that lives', async () => {
    const others = await takeWith(await taker());
    const { name } = await take();
    expect([numberOf(others), numberOf(name)]).toEqual(['1', '2']);
  });

  it('is not taken from a worker that has the same process id, as in containers', async () => {
    const first = await takeWith(await taker(inContainer + takerProgram));
    await writeFile(path.join(folder, first, 'render.bytes'), 'abc');
    const own = Object.getOwnPropertyDescriptor(process, 'pid') ?? {};
    Object.defineProperty(process, 'pid', { value: 1, configurable: true });
    try {
      expect((await take()).name).not.toBe(first);
    } finally {
      Object.defineProperty(process, 'pid', own);
    }
    expect(await readdir(path.join(folder, first))).toContain('render.bytes');
  });

  it('is taken over from a worker that was killed, with its files and its name', async () => {
    const other = await taker();
    const others = await takeWith(other);
    await writeFile(path.join(folder, others, 'render.bytes'), 'abc');
    await other.kill();
    const { name, folder: slotFolder } = await take();
    expect([name, await readdir(slotFolder)]).toEqual([others, expect.arrayContaining(['render.bytes'])]);
  });

  it('is given to one of several workers that start at the same moment', async () => {
    const workers = await Promise.all([taker(), taker()]);
    const [here, ...elsewhere] = await Promise.all([take(), ...workers.map(takeWith)]);
    expect([here.name, ...elsewhere].map(numberOf).sort()).toEqual(['1', '2', '3']);
  });

  it('is not taken while another worker takes one', async () => {
    const release = await lock(folder);
    let hasTaken = false;
    const taking = take().then(() => (hasTaken = true));
    await setTimeout(60);
    const tookMeanwhile = hasTaken;
    await release();
    await taking;
    expect([tookMeanwhile, hasTaken]).toEqual([false, true]);
  });

  it('is free again once its worker has stopped', async () => {
    const first = await take();
    await first.release();
    expect((await take()).name).toBe(first.name);
  });

  it.each(['nobody', '', '{"place":1}'])('is not taken although its owner’s note cannot be read: %j', async (note) => {
    const { name, folder: slotFolder } = await take();
    await writeFile(path.join(slotFolder, 'owner'), note);
    expect((await take()).name).not.toBe(name);
  });

  it('has another name in another folder of a host with the same name', async () => {
    const other = await mkdtemp(path.join(tmpdir(), 'extpost-slots-'));
    const [here, there] = [await take(), await take({}, other)];
    await there.release();
    await rm(other, { recursive: true, force: true });
    expect([numberOf(here.name), numberOf(there.name)]).toEqual(['1', '1']);
    expect(here.name).not.toBe(there.name);
  });

  it('that nobody uses is removed when it is old, and only then', async () => {
    for (const [name, at] of [
      [`${hostname()}-2-00000001`, new Date(0)],
      [`${hostname()}-3-00000002`, new Date()],
    ] as const) {
      const file = path.join(folder, name, 'task', 'render.bytes');
      await mkdir(path.dirname(file), { recursive: true });
      await writeFile(file, 'abc');
      for (const place of [file, path.dirname(file), path.join(folder, name)]) await utimes(place, at, at);
    }
    await mkdir(path.join(folder, `${hostname()}-1-00000000`));
    const { name } = await take({ clearAfterMs: 60_000 });
    expect((await readdir(folder)).sort()).toEqual([name, `${hostname()}-3-00000002`]);
  });

  it('is freed by another worker once its own was killed and did not come back', async () => {
    const other = await taker();
    const killed = await takeWith(other);
    const own = await take();
    await writeFile(path.join(folder, killed, 'render.bytes'), 'abc');
    expect(await clearDeadSlots(folder, 0)).toBe(0);
    await other.kill();
    expect(await clearDeadSlots(folder, 60_000)).toBe(0);
    expect(await clearDeadSlots(folder, -1)).toBe(1);
    expect((await readdir(folder)).filter((name) => name !== own.name)).toEqual([]);
  });

  it('is looked for also where there is no spool folder', async () => {
    await expect(clearDeadSlots(path.join(folder, 'nowhere'), 0)).resolves.toBe(0);
  });

  it('cannot be had where no socket can be made, and says what to do', async () => {
    // A folder has the name that the socket would get.
    await mkdir(path.join(folder, `${hostname()}-1-00000000`, 'alive.new'), { recursive: true });
    await expect(take()).rejects.toThrow(/cannot prove which worker uses it, because no socket.*worker\.spool\.folder/);
  });
});

describe('a slot of a worker elsewhere', () => {
  it('is taken over when it gives no sign of life: its machine was started again', async () => {
    const { name } = await slotElsewhere(false);
    const onWatch = jest.fn();
    expect((await take({ ...quick, onWatch })).name).toBe(name);
    expect(onWatch).toHaveBeenCalledTimes(1);
  });

  it('is not waited for when its last sign is long ago', async () => {
    const { name, note } = await slotElsewhere(false);
    await utimes(note, new Date(0), new Date(0));
    // The usual signs would be watched for 15 s.
    expect((await take()).name).toBe(name);
  }, 5_000);

  it('is refused with advice while the worker lives, with its files in place', async () => {
    const { name } = await slotElsewhere(true);
    await expect(take(quick)).rejects.toThrow(
      new RegExp(
        `is in use by a worker on another machine or mount \\(far-away, ${name}\\)\\. Give each machine a folder`,
      ),
    );
    expect(await readFile(path.join(folder, name, 'render.bytes'), 'utf8')).toBe('abc');
  });

  it('is given up by a worker whose slot was taken over', async () => {
    const { folder: slotFolder, lost } = await take(quick);
    await writeFile(
      path.join(slotFolder, 'owner'),
      JSON.stringify({ place: 'another', host: 'far-away', id: 'other-id' }),
    );
    await expect(lost).resolves.toContain(`A worker on far-away has taken over the spool folder ${slotFolder}`);
  });
});
