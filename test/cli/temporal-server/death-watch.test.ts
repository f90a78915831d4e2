import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { createInterface } from 'node:readline';
import { transformFileSync } from '@swc/core';
import { lookUpProcess } from '../../../cli/temporal-server/process-table';

/** Starts a child that would live on, watches over it, and tells its number. */
const PARENT = `
const { watchOverDeath } = require('./death-watch.js');
const child = require('node:child_process').spawn(process.execPath, ['-e', 'setInterval(() => {}, 1000)'], { detached: true });
child.once('spawn', () => {
  const watch = watchOverDeath(child.pid);
  if (process.argv[2] === 'end') watch.end();
  console.log(child.pid);
});
`;

let folder: string;

/** Resolves with the child's number, once the parent was killed. */
const killParent = async (argument: string): Promise<number> => {
  const parent = spawn(process.execPath, [join(folder, 'parent.js'), argument], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const [line] = (await once(createInterface({ input: parent.stdout }), 'line')) as [string];
  parent.kill('SIGKILL');
  await once(parent, 'exit');
  return Number(line);
};
const runsAfter = async (pid: number, milliseconds: number): Promise<boolean> => {
  const until = Date.now() + milliseconds;
  while ((await lookUpProcess(pid)) !== undefined) {
    if (Date.now() > until) return true;
    await new Promise((resume) => setTimeout(resume, 10));
  }
  return false;
};

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'extpost-death-'));
  const source = resolve(__dirname, '../../../cli/temporal-server/death-watch.ts');
  writeFileSync(join(folder, 'death-watch.js'), transformFileSync(source).code);
  writeFileSync(join(folder, 'parent.js'), PARENT);
});
afterAll(() => {
  rmSync(folder, { recursive: true, force: true });
});

describe('watchOverDeath', () => {
  it('ends the process when we are killed', async () => {
    const pid = await killParent('watch');
    expect(await runsAfter(pid, 5_000)).toBe(false);
  });

  it('leaves it alone once the watch has ended', async () => {
    const pid = await killParent('end');
    expect(await runsAfter(pid, 100)).toBe(true);
    process.kill(pid, 'SIGKILL');
  });
});
