import { spawnSync } from 'node:child_process';
import { cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { parseEnv } from 'node:util';

import { loadConfig } from '../../config/load/load-config';
import type { SandboxPlace } from '../../sandbox';
import { sandboxEnvironment } from '../../sandbox/sandbox';
import { projectPath } from './compose-file';

const studio = (name: string) => ({
  name,
  clientId: `${name}-id`,
  clientSecret: `${name}-secret`,
  vendorId: '7c1d2a50-3f0e-4c58-9d0b-5a2f6f1f0e11',
  webhookSecret: 'd2hvIGdvZXMgdGhlcmU=',
  celtraApplicationId: 'app',
  celtraSecretKey: 'key$with$dollars',
});
const environment = sandboxEnvironment({
  creativeForceUrl: 'http://127.0.0.1:8901/v1',
  tokenUrl: 'http://127.0.0.1:8901/connect/token',
  celtraUrl: 'http://127.0.0.1:8902/api',
  studios: [studio('acme'), studio('nordlicht')],
} as unknown as SandboxPlace);
const good = '20 tasks: 12 done, 0 waiting, 7 need attention, 1 bypassed, 0 lost, 0 twice, 0 wrong; 0 violations';

/** Answers as Docker would, and writes down how it was called. The day is over at the third look. */
const FAKE_DOCKER = `#!/usr/bin/env bash
echo "$*" >>"$FAKE_FOLDER/calls"
case "$*" in
  info) exit "$FAKE_INFO" ;;
  *'logs --no-log-prefix sandbox') cat "$FAKE_FOLDER/log" ;;
  *'ledger --json')
    echo look >>"$FAKE_FOLDER/looks"
    case $(wc -l <"$FAKE_FOLDER/looks") in
      1) echo '  "finished": false' ;;
      2) echo '  "finished": false, "verdict": "done"' ;;
      *) echo '  "finished": true' ;;
    esac
    ;;
  *'ledger --final') echo "$FAKE_LINE" ;;
esac
`;

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(path.join(tmpdir(), 'extpost-try-'));
  for (const part of ['deploy', 'examples', 'docker-compose.yml'])
    cpSync(projectPath(part), path.join(folder, part), { recursive: true });
  mkdirSync(path.join(folder, 'bin'));
  writeFileSync(path.join(folder, 'bin', 'docker'), FAKE_DOCKER, { mode: 0o755 });
  // The script need not wait for a day that does not happen.
  writeFileSync(path.join(folder, 'bin', 'sleep'), '#!/bin/sh\n', { mode: 0o755 });
  const exports = Object.entries(environment).map(([name, value]) => `export ${name}='${value}'\n`);
  writeFileSync(path.join(folder, 'log'), `Sandbox: control somewhere.\n${exports.join('')}`);
});
afterEach(() => {
  rmSync(folder, { recursive: true, force: true });
});

function run({ args = [] as string[], line = good, info = '0' } = {}) {
  const { status, stdout, stderr } = spawnSync(path.join(folder, 'deploy', 'try-compose'), args, {
    encoding: 'utf8',
    env: {
      PATH: `${path.join(folder, 'bin')}:${process.env['PATH'] ?? ''}`,
      FAKE_FOLDER: folder,
      FAKE_LINE: line,
      FAKE_INFO: info,
    },
  });
  const calls = readFileSync(path.join(folder, 'calls'), 'utf8')
    .replaceAll('compose --file docker-compose.yml --file deploy/sandbox/compose.yml ', '')
    .split('\n');
  return { status, stdout, stderr, calls };
}

/** The places of calls that begin with these words, in this order. */
function places(calls: readonly string[], beginnings: readonly string[]): number[] {
  return beginnings.map((words) => calls.findIndex((call) => call.startsWith(words)));
}

// Docker itself is not there in tests; a fake one shows what the script does with it.
describe('deploy/try-compose', () => {
  it('does the steps of the guide with a day and a killed worker in it, and removes everything', () => {
    const { status, stdout, calls } = run();
    expect([status, stdout]).toEqual([0, expect.stringContaining('try-compose: passed')]);
    const steps = places(calls, [
      'build',
      'up --detach --wait --wait-timeout 300 sandbox',
      'run --rm --no-deps -T cli config check',
      'up --detach --wait --wait-timeout 300 worker receiver',
      'run --rm --no-deps -T cli sweep',
      'run --rm --no-deps -T cli probe acme',
      'exec -T sandbox node bin/extpost.js sandbox begin',
      'kill --signal KILL worker',
      'up --detach --wait --wait-timeout 300 worker',
      'run --rm --no-deps -T cli audit verify',
    ]);
    expect(steps.filter((place) => place < 0)).toEqual([]);
    expect(calls.at(-2)).toBe('--profile cli down --volumes --remove-orphans');
  });

  it('makes a configuration that is valid with the credentials that the sandbox prints', async () => {
    run({ args: ['--keep'] });
    const own = (file: string) => path.join(folder, '.extpost', 'try-compose', file);
    const variables = parseEnv(readFileSync(own('sandbox.env'), 'utf8')) as Record<string, string>;
    expect(variables).toEqual(environment);
    const config = await loadConfig({
      path: own('extpost.yaml'),
      environment: { ...variables, EXTPOST_FOLDER: '/app/.extpost' },
    });
    expect([Object.keys(config.studios), config.worker.healthPort, config.receiver.healthPort]).toEqual([
      ['acme', 'nordlicht'],
      8081,
      8082,
    ]);
    expect(readFileSync(own('temporal_postgres_password'), 'utf8')).toMatch(/^[0-9a-f]{48}$/);
  });

  it('leaves everything running when asked to', () => {
    const { calls } = run({ args: ['--keep'] });
    const downs = calls.filter((call) => call.startsWith('--profile cli down'));
    // The one at the beginning clears what an earlier trial has left.
    expect(downs).toHaveLength(1);
  });

  it.each([
    ['is lost', good.replace('0 lost', '1 lost')],
    ['is delivered twice', good.replace('0 twice', '2 twice')],
    ['is delivered wrong', good.replace('0 wrong', '1 wrong')],
    ['was asked too often', good.replace('0 violations', '10 violations')],
  ])('fails, shows the logs and removes everything when something %s', (_what, line) => {
    const { status, stderr, calls } = run({ line });
    expect([status, stderr]).toEqual([1, expect.stringContaining('The ledger of the sandbox finds something wrong')]);
    expect(calls.slice(-3, -1)).toEqual(['logs --tail 40', '--profile cli down --volumes --remove-orphans']);
  });

  it('says what is missing where no Docker daemon answers, and starts nothing', () => {
    const { status, stderr, calls } = run({ info: '1' });
    expect([status, stderr]).toEqual([1, expect.stringContaining('No Docker daemon answers')]);
    expect(calls.filter((call) => !['', 'info', 'compose version'].includes(call))).toEqual([]);
  });
});
