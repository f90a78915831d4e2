import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { text } from 'node:stream/consumers';
import { transformFileSync } from '@swc/core';

/** Starts two children that would go on running: one holds standard output and is watched, one holds standard error and is not. */
const PARENT = `
const { spawn } = require('node:child_process');
const { killWithParent } = require('./kill-with-parent.js');
const start = (stdio) => spawn(process.execPath, ['-e', 'setInterval(() => {}, 1000)'], { detached: true, stdio });
const watched = start(['ignore', 'inherit', 'ignore']);
const released = start(['ignore', 'ignore', 'inherit']);
killWithParent(watched.pid);
killWithParent(released.pid)();
console.error(released.pid);
setInterval(() => {}, 1000);
`;

let folder: string;

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'extpost-watch-'));
  const source = resolve(__dirname, '../../../demo/temporal-server/kill-with-parent.ts');
  writeFileSync(join(folder, 'kill-with-parent.js'), transformFileSync(source).code);
  writeFileSync(join(folder, 'parent.js'), PARENT);
});
afterAll(() => {
  rmSync(folder, { recursive: true, force: true });
});

describe('killWithParent', () => {
  it('kills a watched process when its parent is killed, and leaves one alone whose watch has ended', async () => {
    const parent = spawn(process.execPath, [join(folder, 'parent.js')], { stdio: ['ignore', 'pipe', 'pipe'] });
    const [printed] = (await once(parent.stderr, 'data')) as [Buffer];
    parent.kill('SIGKILL');
    // Standard output ends with the last process that holds it.
    await text(parent.stdout);
    expect(parent.stderr.readableEnded).toBe(false);
    process.kill(Number(printed), 'SIGKILL');
    await text(parent.stderr);
  });
});
