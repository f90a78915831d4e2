import { z } from 'zod';

import { misunderstood } from './command-line';
import { projectFile, readCompose, readSandboxOverride } from './compose-file';
import { instructions } from './dockerfile';

const { name, services } = readSandboxOverride();
const callsSandbox = ['cli', 'sandbox', 'worker'];

describe('deploy/sandbox/compose.yml', () => {
  it('is a project of its own', () => {
    expect(name).not.toBe(z.object({ name: z.string() }).parse(readCompose()).name);
  });

  it('changes services that docker-compose.yml has, and adds the sandbox with its network', () => {
    const before = readCompose().services;
    expect(Object.keys(services).filter((service) => !(service in before))).toEqual(['place', 'sandbox']);
  });

  it('builds the sandbox as an image of its own, named after the version of the package', () => {
    const { version } = z.object({ version: z.string() }).parse(JSON.parse(projectFile('package.json')));
    expect(services['sandbox']).toMatchObject({
      image: `extpost-sandbox:${version}`,
      build: { context: '.', target: 'sandbox' },
    });
    expect(services['place']?.['image']).toBe(`extpost-sandbox:${version}`);
    expect(instructions('FROM')).toContain('build AS sandbox');
  });

  it('starts the sandbox with a command that extpost knows', async () => {
    expect(await misunderstood(z.array(z.string()).parse(services['sandbox']?.['command']))).toEqual([]);
  });

  it('gives the network to a service that does nothing else, so that neither a worker nor the sandbox takes it away', () => {
    expect(callsSandbox.map((service) => services[service]?.['network_mode'])).toEqual(
      callsSandbox.map(() => 'service:place'),
    );
    expect(services['place']).toMatchObject({ entrypoint: ['sleep', 'infinity'], networks: ['core'] });
  });

  it('gives every service of ours the sandbox’s credentials and configuration, and no real secret', () => {
    for (const service of ['worker', 'cli', 'receiver', 'setup']) {
      expect(services[service]).toMatchObject({
        env_file: ['./.extpost/try-compose/sandbox.env'],
        secrets: [],
        volumes: ['./.extpost/try-compose/extpost.yaml:/app/extpost.yaml:ro'],
      });
    }
  });

  it('marks what it takes away or replaces, because Compose would merge it otherwise', () => {
    const text = projectFile('deploy/sandbox/compose.yml');
    expect(text.match(/secrets: !reset \[\]/g)).toHaveLength(4);
    expect(text.match(/networks: !reset null/g)).toHaveLength(2);
    expect(text).not.toMatch(/^ {4}(environment|ports|secrets): (?!!)/m);
  });
});
