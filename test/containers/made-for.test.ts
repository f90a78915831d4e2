import { spawnSync } from 'node:child_process';
import { cpSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';

import { projectPath } from './compose-file';

/** What a program that is on PATH says of our files; `folder` is a copy of them, as deploy/try-compose makes it. */
interface Reading {
  readonly what: string;
  readonly program: readonly string[];
  /** Shows whether the program is there. */
  readonly version: readonly string[];
  readonly args: (folder: string) => readonly string[];
}

const compose = (...files: string[]) => files.flatMap((file) => ['--file', file]);
const readings: readonly Reading[] = [
  {
    what: 'the scripts',
    program: ['shellcheck'],
    version: ['--version'],
    args: () => ['deploy/try-compose', 'deploy/temporal/create-schema.sh', 'deploy/temporal/start-server.sh'],
  },
  {
    what: 'docker-compose.yml',
    program: ['docker', 'compose'],
    version: ['version'],
    args: () => [...compose('docker-compose.yml'), '--profile', '*', 'config', '--quiet'],
  },
  {
    what: 'deploy/sandbox/compose.yml over it',
    program: ['docker', 'compose'],
    version: ['version'],
    args: () => [
      ...compose('docker-compose.yml', 'deploy/sandbox/compose.yml'),
      ...['--profile', 'cli', 'config', '--quiet'],
    ],
  },
  {
    what: 'the alert rules',
    program: ['promtool'],
    version: ['--version'],
    args: () => ['check', 'rules', 'deploy/monitoring/alerts.yml'],
  },
  {
    what: 'how the alert rules are tested',
    program: ['promtool'],
    version: ['--version'],
    args: () => ['test', 'rules', 'test/containers/alerts.promtool.yml'],
  },
  {
    what: 'the configuration of Prometheus',
    program: ['promtool'],
    version: ['--version'],
    args: () => ['check', 'config', '--syntax-only', 'deploy/monitoring/prometheus.yml'],
  },
];

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(path.join(tmpdir(), 'extpost-made-for-'));
  for (const part of ['deploy', 'docker-compose.yml', 'test/containers/alerts.promtool.yml'])
    cpSync(projectPath(part), path.join(folder, part), { recursive: true });
  const prepared = path.join(folder, '.extpost', 'try-compose');
  mkdirSync(prepared, { recursive: true });
  for (const file of ['extpost.yaml', 'sandbox.env', 'temporal_postgres_password'])
    writeFileSync(path.join(prepared, file), '');
});
afterAll(() => {
  rmSync(folder, { recursive: true, force: true });
});

describe('files that are made for other programs', () => {
  for (const { what, program, version, args } of readings) {
    const [command = '', ...first] = program;
    if (spawnSync(command, [...first, ...version]).status === 0) {
      it(`${what}: ${program.join(' ')} finds no fault`, () => {
        const { status, stdout, stderr } = spawnSync(command, [...first, ...args(folder)], {
          encoding: 'utf8',
          cwd: folder,
        });
        expect([status, status === 0 ? '' : stdout + stderr]).toEqual([0, '']);
      });
    } else {
      it(`${what}: is left out, because there is no ${program.join(' ')} here`, () => {
        expect(spawnSync(command, [...first, ...version]).status).not.toBe(0);
      });
    }
  }
});
