import { existsSync } from 'node:fs';
import path from 'node:path';

import ms from 'ms';
import { parse } from 'yaml';
import { z } from 'zod';

import { startDevArguments } from '../../demo/temporal-server/start-dev-arguments';
import { loadConfig } from '../../config/load/load-config';
import { storagePart } from '../../config/load/storage';
import { workerCredentials } from '../../config/load/credentials';
import { misunderstood } from './command-line';
import { ourServices, projectFile, projectPath, readCompose, serviceNamed } from './compose-file';
import { instructions } from './dockerfile';

const { services, secrets } = readCompose();
const SECRET_FOLDER = '/run/secrets/';

/** The address that a health check requests. */
function healthAddress(name: string): URL {
  return new URL(serviceNamed(name).healthcheck?.test?.at(-1) ?? '');
}

/** extpost.example.yaml as a container of this service would read it; every secret file holds the same text. */
function exampleConfig(name: string): ReturnType<typeof loadConfig> {
  return loadConfig({
    path: 'extpost.example.yaml',
    environment: serviceNamed(name).environment,
    needs: {
      setup: [],
      receiver: ['webhooks', 'logins'] as const,
      worker: workerCredentials,
      board: ['board', 'temporal', 'storage'] as const,
      cli: undefined,
    }[name],
    readFile: (file) => Promise.resolve(file.startsWith(SECRET_FOLDER) ? 'a-secret\n' : projectFile(file)),
  });
}

/** Every folder in these settings, by the names of the keys. */
function foldersIn(settings: unknown): string[] {
  if (typeof settings !== 'object' || settings === null) return [];
  return Object.entries(settings).flatMap(([key, value]) =>
    typeof value === 'string' && /folder$/i.test(key) ? [value] : foldersIn(value),
  );
}

/** Whether what a service writes into this folder outlives its container. */
function isOnVolume(service: string, folder: string | undefined): boolean {
  const { volumes } = readCompose();
  return serviceNamed(service).volumes.some((mount) => {
    const [source = '', target = ''] = mount.split(':');
    return source in volumes && `${path.posix.join('/app', folder ?? '')}/`.startsWith(`${target}/`);
  });
}

describe('docker-compose.yml', () => {
  it.each(Object.entries(services))('pins the image of %s to one release', (_name, { image }) => {
    // PostgreSQL's releases have two numbers, everything else has three.
    expect(image).toMatch(/:(v?\d+\.\d+\.\d+|(?<=^postgres:)\d+\.\d+)(-[a-z]+)*(@sha256:[0-9a-f]{64})?$/);
  });

  it('names our images after the version of the package', () => {
    const { version } = z.object({ version: z.string() }).parse(JSON.parse(projectFile('package.json')));
    const images = ourServices().map(([, { image }]) => image);
    expect(new Set(images)).toEqual(new Set([`extpost:${version}`]));
  });

  it.each(ourServices())('gives %s a command that extpost knows', async (_name, { command }) => {
    expect(await misunderstood(command ?? [])).toEqual([]);
  });

  it('runs set-up, commands of people, receiver, worker and board', () => {
    expect(ourServices().map(([name, { command }]) => [name, command?.[0]])).toEqual([
      ['setup', 'setup'],
      ['cli', 'config'],
      ['receiver', 'receiver'],
      ['worker', 'worker'],
      ['board', 'board'],
    ]);
  });

  it.each(['worker', 'receiver'])('starts the %s only after the set-up has succeeded', (name) => {
    expect(serviceNamed(name).depends_on['setup']).toEqual({ condition: 'service_completed_successfully' });
  });

  it('sets up only when Temporal is healthy, and starts Temporal only when its tables are there', () => {
    expect(serviceNamed('setup').depends_on['temporal']).toEqual({ condition: 'service_healthy' });
    expect(serviceNamed('temporal').depends_on['temporal-schema']).toEqual({
      condition: 'service_completed_successfully',
    });
  });

  it('keeps commands of people, proxy, board and monitoring under profiles of theirs, and needs them for nothing', () => {
    const inProfile = Object.entries(services).filter(([, { profiles }]) => profiles.length > 0);
    expect(inProfile.map(([name, { profiles }]) => [name, profiles])).toEqual([
      ['cli', ['cli']],
      ['proxy', ['proxy']],
      ['board', ['board']],
      ['prometheus', ['monitoring']],
      ['grafana', ['monitoring']],
    ]);
    const always = Object.values(services).filter(({ profiles }) => profiles.length === 0);
    const needed = always.flatMap(({ depends_on: needs }) => Object.keys(needs));
    expect(needed.filter((name) => inProfile.some(([optional]) => optional === name))).toEqual([]);
  });

  it.each(Object.entries(services))('hands %s secrets by file only', (_name, { environment, secrets: mounted }) => {
    const byFile = Object.keys(environment).filter((name) => name.endsWith('_FILE'));
    const plain = Object.keys(environment).filter((name) => !name.endsWith('_FILE'));
    expect(plain.filter((name) => /SECRET|PASSWORD|PWD|TOKEN|KEY|CLIENT_ID|APP_ID/.test(name))).toEqual([]);
    expect(mounted.map((name) => SECRET_FOLDER + name)).toEqual(
      expect.arrayContaining(byFile.map((name) => environment[name])),
    );
  });

  it('takes every secret that a service mounts from a file outside of version control', () => {
    const mounted = new Set(Object.values(services).flatMap(({ secrets: names }) => names));
    expect([...mounted].sort()).toEqual(Object.keys(secrets).sort());
    for (const [name, { file }] of Object.entries(secrets)) expect(file).toBe(`./secrets/${name}`);
  });

  it('gives the receiver the webhook secret alone, and the set-up none', () => {
    expect([serviceNamed('receiver').secrets, serviceNamed('setup').secrets]).toEqual([['acme_cf_webhook_secret'], []]);
    expect(serviceNamed('worker').secrets).not.toContain('acme_cf_webhook_secret');
  });

  it.each(['setup', 'cli', 'receiver', 'worker', 'board'])(
    'gives %s everything that the example configuration asks for',
    async (name) => {
      const config = await exampleConfig(name);
      expect(Object.keys(config.studios)).toEqual(['acme']);
    },
  );

  it('gives a worker time to stop before it is killed', async () => {
    const { worker } = await exampleConfig('worker');
    const grace = ms(serviceNamed('worker').stop_grace_period as ms.StringValue);
    expect(grace).toBeGreaterThan(2 * worker.shutdownGrace);
  });

  it('checks the worker’s health on the port that the guide sets', () => {
    expect(projectFile('docs/going-live.md')).toContain(`healthPort: ${healthAddress('worker').port}`);
  });

  it('checks the receiver’s health on its own port, as the example sets it', async () => {
    const { receiver } = await exampleConfig('receiver');
    expect(healthAddress('receiver').port).toBe(String(receiver.healthPort));
    expect(projectFile('docs/going-live.md')).toContain(`healthPort: ${receiver.healthPort}`);
  });

  it('opens nothing but the proxy to other machines', () => {
    const open = Object.entries(services).flatMap(([name, { ports }]) =>
      ports.filter((port) => !port.startsWith('127.0.0.1:')).map((port) => [name, port]),
    );
    expect(open).toEqual([
      ['proxy', '80:80'],
      ['proxy', '443:443'],
    ]);
  });

  it('keeps databases and spool when containers are replaced', () => {
    expect(serviceNamed('postgresql').volumes).toContain('postgresql:/var/lib/postgresql/data');
    expect(serviceNamed('worker').volumes).toContain('spool:/app/.extpost');
    expect(Object.keys(readCompose().volumes)).toEqual(expect.arrayContaining(['postgresql', 'spool']));
  });

  it('shows every command what workers and receiver keep: audit, large payloads and logins', () => {
    const mounts = (name: string) =>
      serviceNamed(name).volumes.map((volume) => volume.split(':').slice(0, 2).join(':'));
    const own = ['spool:/app/.extpost', 'payloads:/app/.extpost/payloads', 'tokens:/app/.extpost/tokens'];
    const kept = ['pictures:/app/.extpost/pictures', 'plans:/app/.extpost/plans', 'uploads:/app/.extpost/uploads'];
    expect(mounts('worker')).toEqual(expect.arrayContaining([...own, ...kept]));
    expect(mounts('cli')).toEqual(expect.arrayContaining([...own, ...kept]));
    expect(mounts('receiver')).toEqual(expect.arrayContaining(own.slice(1)));
    // The receiver is on the internet, so it reaches neither files nor audit.
    expect(mounts('receiver')).not.toContain(own[0]);
    expect(mounts('board')).not.toContain(own[0]);
    expect(mounts('board')).toEqual(expect.arrayContaining([...kept, 'payloads:/app/.extpost/payloads']));
  });

  it.each(['cli', 'worker'])('keeps every folder of the configuration of %s on a volume', async (name) => {
    const config = await exampleConfig(name);
    const parts = (['pictures', 'plans', 'uploads'] as const).map((part) => storagePart(config.storage, part).folder);
    const folders = [...parts, ...foldersIn(config)].filter((folder) => folder !== config.receiver.stateFolder);
    expect(folders.length).toBeGreaterThanOrEqual(parts.length + 3);
    expect(folders.filter((folder) => !isOnVolume(name, folder))).toEqual([]);
  });

  it('keeps what the receiver writes on a volume', async () => {
    const { receiver, temporal } = await exampleConfig('receiver');
    const folders = [receiver.stateFolder, temporal.largePayloads.store.folder];
    expect(folders.filter((folder) => !isOnVolume('receiver', folder))).toEqual([]);
  });

  it('mounts volumes only where the image has a folder of the right owner', () => {
    const [folders = ''] = instructions('RUN')
      .filter((rest) => rest.includes('--owner=node'))
      .slice(-1);
    const targets = ['cli', 'receiver', 'worker', 'board']
      .flatMap((name) => serviceNamed(name).volumes)
      .map((volume) => volume.split(':')[1] ?? '')
      .filter((target) => target.startsWith('/app/.extpost'));
    expect(targets.filter((target) => !folders.split(/\s+/).includes(target))).toEqual([]);
  });

  it('can run several workers of one service', () => {
    const worker: Record<string, unknown> = serviceNamed('worker');
    expect([worker['hostname'], worker['container_name'], worker['ports']]).toEqual([undefined, undefined, []]);
  });

  it('has a health check for everything that stays', () => {
    const stays = Object.entries(services).filter(([, { restart, healthcheck }]) => {
      const isJob = typeof restart === 'string' && /^(no|on-failure)/.test(restart);
      return !isJob && healthcheck?.test === undefined;
    });
    expect(stays.map(([name]) => name)).toEqual([]);
  });

  it('runs scripts that exist in this repository', () => {
    const files = [
      'temporal/create-schema.sh',
      'temporal/start-server.sh',
      'temporal/dynamicconfig.yaml',
      'proxy/Caddyfile',
    ];
    expect(files.filter((file) => !existsSync(projectPath(`deploy/${file}`)))).toEqual([]);
  });
});

describe('deploy/temporal/dynamicconfig.yaml', () => {
  it('sets what the dev server sets', () => {
    const written = z
      .record(z.string(), z.tuple([z.object({ value: z.unknown() })]))
      .parse(parse(projectFile('deploy/temporal/dynamicconfig.yaml')));
    const args = startDevArguments({ port: 7233, uiPort: 'headless', canDisableNews: false });
    const ofDevServer = args.flatMap((word, index) => (word === '--dynamic-config-value' ? [args[index + 1]] : []));
    expect(Object.entries(written).map(([key, [{ value }]]) => `${key}=${JSON.stringify(value)}`)).toEqual(ofDevServer);
  });
});
