import { existsSync } from 'node:fs';

import { misunderstood } from './command-line';
import { projectFile, projectPath } from './compose-file';
import { execForm, instructions, readDockerfile } from './dockerfile';

describe('the Dockerfile', () => {
  it('builds and runs on one exactly named Debian slim image', () => {
    const images = new Set(instructions('FROM').map((rest) => rest.split(' ')[0]));
    // One stage continues another.
    images.delete('build');
    expect(images.size).toBe(1);
    expect([...images]).toEqual(['${NODE_IMAGE}']);
    const [image = ''] = instructions('ARG').map((rest) => rest.replace('NODE_IMAGE=', ''));
    expect(image).toMatch(/^node:22\.\d+\.\d+-bookworm-slim(@sha256:[0-9a-f]{64})?$/);
    expect(projectFile('docker-compose.yml')).toContain(`- &node-image ${image}\n`);
  });

  it('runs as a user that is not root', () => {
    expect(instructions('USER').at(-1)).toBe('node');
    const order = readDockerfile().map(({ name }) => name);
    expect(order.lastIndexOf('USER')).toBeGreaterThan(order.lastIndexOf('RUN'));
  });

  it('starts a worker, without a shell in between', async () => {
    const entrypoint = instructions('ENTRYPOINT').at(-1) ?? '';
    const command = instructions('CMD').at(-1) ?? '';
    expect(execForm(entrypoint)).toEqual(['node', 'bin/extpost.js']);
    expect(execForm(command)).toEqual(['worker']);
    expect(await misunderstood(execForm(command))).toEqual([]);
  });

  it('is stopped by the signal that a worker ends gracefully on', () => {
    expect(instructions('STOPSIGNAL').at(-1)).toBe('SIGTERM');
  });

  it('has a health check that asks a port which the image exposes', () => {
    const [check = ''] = instructions('HEALTHCHECK');
    const words = execForm(check.slice(check.indexOf('[')));
    expect(words.slice(0, 2)).toEqual(['node', 'deploy/health-check.js']);
    expect(instructions('EXPOSE')[0]?.split(' ')).toContain(new URL(words[2] ?? '').port);
  });

  it('copies only what is in the repository or what the build makes', () => {
    const made = ['node_modules', 'build'];
    const copied = instructions('COPY').flatMap((rest) => {
      const words = rest.split(' ').filter((word) => !word.startsWith('--'));
      return words.slice(0, -1).map((word) => word.replace('/app/', ''));
    });
    expect(copied).toContain('bin');
    expect(copied.filter((file) => !made.includes(file) && !existsSync(projectPath(file)))).toEqual([]);
  });

  it('installs and builds nothing of the workspaces for production', () => {
    const stages = projectFile('Dockerfile').split(/^FROM /m);
    const [production = ''] = stages.slice(-1);
    const sources = [...production.matchAll(/--from=(\w+)/g)].map(([, stage]) => stage);
    expect(new Set(sources)).toEqual(new Set(['dependencies', 'build']));
    const commands = (name: string): string => stages.find((stage) => stage.includes(` AS ${name}\n`)) ?? '';
    expect(commands('dependencies')).toContain('RUN npm ci --ignore-scripts --omit=dev --workspaces=false\n');
    expect(commands('build')).toContain('RUN npm run build:product && npm run sbom\n');
  });

  it('lets no package run anything while it is installed', () => {
    const installs = instructions('RUN').filter((rest) => rest.includes('npm ci'));
    expect(installs).toHaveLength(3);
    expect(installs.filter((rest) => !rest.includes('npm ci --ignore-scripts'))).toEqual([]);
  });

  it('never gets secrets or the configuration into an image', () => {
    const ignored = projectFile('.dockerignore').split('\n');
    expect(ignored).toEqual(expect.arrayContaining(['secrets', 'extpost.yaml', '*.env', '.git', 'node_modules']));
  });
});
