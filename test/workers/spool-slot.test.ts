import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { createInterface } from 'node:readline';

import { takeSpoolSlot } from '../../workers/spool-slot';

let folder: string;
const takers: ChildProcess[] = [];

beforeEach(async () => {
  folder = await mkdtemp(path.join(tmpdir(), 'extpost-slots-'));
});
afterEach(async () => {
  await Promise.all(takers.splice(0).map(end));
  await rm(folder, { recursive: true, force: true });
});

const repository = path.resolve(__dirname, '../..');
/** Another worker's process: takes a slot of the folder, says which, and lives on. */
const takerProgram = `
  const { transformFileSync } = require('@swc/core');
  require.extensions['.ts'] = (module, file) => module._compile(transformFileSync(file).code, file);
  const { takeSpoolSlot } = require('./workers/spool-slot.ts');
  takeSpoolSlot(process.argv[1]).then(({ name }) => console.log(name));
  setInterval(() => {}, 60_000);
`;

async function taker(): Promise<{ slot: string; process: ChildProcess }> {
  const child = spawn(process.execPath, ['--no-warnings', '--eval', takerProgram, folder], {
    cwd: repository,
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  takers.push(child);
  const [slot] = (await once(createInterface({ input: child.stdout }), 'line')) as [string];
  return { slot, process: child };
}

async function end(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  child.kill('SIGKILL');
  await once(child, 'exit');
}

const numberOf = (slot: string): string => slot.slice(slot.lastIndexOf('-') + 1);

describe('a slot of the spool folder', () => {
  it('is the first, for the first worker', async () => {
    const { name, folder: slotFolder } = await takeSpoolSlot(folder);
    expect([numberOf(name), slotFolder]).toEqual(['1', path.join(folder, name)]);
  });

  it('is not taken from a worker that lives', async () => {
    const other = await taker();
    const { name } = await takeSpoolSlot(folder);
    expect([numberOf(other.slot), numberOf(name)]).toEqual(['1', '2']);
  });

  it('is taken over from a worker that was killed, with its files', async () => {
    const other = await taker();
    await end(other.process);
    expect((await takeSpoolSlot(folder)).name).toBe(other.slot);
  });

  it('is given to one of two workers that start at the same moment', async () => {
    const slots = (await Promise.all([taker(), taker()])).map(({ slot }) => numberOf(slot));
    expect(slots.sort()).toEqual(['1', '2']);
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
