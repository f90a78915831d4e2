import { execFile } from 'node:child_process';
import { chmod, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';

import { projectPath } from '../containers/compose-file';

/** An `npm` that installs nothing: `cit` leaves these counts and both commands end as configured. */
interface FakeNpm {
  readonly counts?: { passed: number; failed: number };
  readonly cit: number;
  readonly day: number;
}

let folder = '';
beforeEach(async () => {
  folder = await mkdtemp(path.join(tmpdir(), 'extpost-ci-'));
});
afterEach(async () => {
  await rm(folder, { recursive: true });
});

async function ciRun({ counts, cit, day }: FakeNpm): Promise<{ code: number; lastLine: string; out: string }> {
  const npm = path.join(folder, 'npm');
  const leave = counts === undefined ? ':' : `echo '${JSON.stringify(counts)}' > "$EXTPOST_TEST_COUNTS"`;
  await writeFile(npm, `#!/bin/sh\necho "npm $*"\nif [ "$1" = cit ]; then ${leave}; exit ${cit}; fi\nexit ${day}\n`);
  await chmod(npm, 0o755);
  const env = { ...process.env, PATH: `${folder}:${process.env['PATH'] ?? ''}` };
  return new Promise((resolve) => {
    execFile(projectPath('.ci/run'), { env }, (error, out) => {
      const lastLine = out.trimEnd().split('\n').at(-1) ?? '';
      resolve({ code: error === null ? 0 : Number(error.code), lastLine, out });
    });
  });
}

describe('.ci/run', () => {
  it('does what a contributor does, npm cit and then one day, counts both, and ends with 0 when all is well', async () => {
    const { out, ...run } = await ciRun({ counts: { passed: 40, failed: 0 }, cit: 0, day: 0 });
    expect(run).toEqual({ code: 0, lastLine: '41 passed, 0 failed' });
    const lines = out.split('\n').filter((line) => line.startsWith('npm '));
    expect(lines[0]).toBe('npm cit');
    expect(lines[1]).toMatch(
      /^npm start -- --once .*--temporal-port \d+ --ui-port \d+ --receiver-port \d+ --board-port 0 --sandbox-port \d+$/,
    );
  });

  it('counts the day as failed when it went wrong', async () => {
    const run = await ciRun({ counts: { passed: 40, failed: 0 }, cit: 0, day: 4 });
    expect(run).toMatchObject({ code: 1, lastLine: '40 passed, 1 failed' });
  });

  it('passes on the number of failed tests', async () => {
    const run = await ciRun({ counts: { passed: 38, failed: 2 }, cit: 1, day: 0 });
    expect(run).toMatchObject({ code: 1, lastLine: '39 passed, 2 failed' });
  });

  it('counts one failure when something before the tests failed', async () => {
    const run = await ciRun({ cit: 1, day: 0 });
    expect(run).toMatchObject({ code: 1, lastLine: '1 passed, 1 failed' });
  });

  it('does not take tests that left no counts for passed', async () => {
    const run = await ciRun({ cit: 0, day: 0 });
    expect(run).toMatchObject({ code: 1, lastLine: '1 passed, 1 failed' });
  });
});
