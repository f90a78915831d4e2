import { readFileSync } from 'node:fs';

import { parse } from 'yaml';
import { z } from 'zod';

import { loadConfig } from '../../config/load/load-config';
import { addressMatcher } from '../../starters/webhook/peers';
import { projectFile, projectPath, readCompose } from '../containers/compose-file';

const confinedSchema = z.looseObject({
  cap_drop: z.array(z.string()),
  cap_add: z.array(z.string()).prefault([]),
  security_opt: z.array(z.string()),
  mem_limit: z.string(),
  pids_limit: z.number(),
  read_only: z.boolean().prefault(false),
  networks: z.array(z.string()).optional(),
});

const services = Object.entries(readCompose().services).map(([name, service]) => ({
  name,
  ...confinedSchema.parse(service),
}));

describe('a service of docker-compose.yml', () => {
  it.each(services)('$name has no capabilities that it can do without, and limits', (service) => {
    expect(service.cap_drop).toEqual(['ALL']);
    expect(service.security_opt).toEqual(['no-new-privileges:true']);
    const needed: Record<string, string[]> = {
      postgresql: ['CHOWN', 'DAC_OVERRIDE', 'FOWNER', 'SETGID', 'SETUID'],
      proxy: ['NET_BIND_SERVICE'],
    };
    expect(service.cap_add).toEqual(needed[service.name] ?? []);
    expect([service.mem_limit, service.pids_limit]).toEqual([expect.stringMatching(/^\d+[mg]$/), expect.any(Number)]);
  });

  // Temporal's own images write their configuration when they start.
  it.each(services.filter(({ name }) => !['temporal', 'temporal-ui'].includes(name)))(
    '$name cannot write to its image',
    ({ read_only }) => {
      expect(read_only).toBe(true);
    },
  );

  it('is on the network of the proxy only when it is the proxy or the receiver', () => {
    const edge = services.filter(({ networks = [] }) => networks.includes('edge'));
    expect(edge.map(({ name, networks }) => [name, networks])).toEqual([
      ['proxy', ['edge']],
      ['receiver', ['edge', 'core']],
    ]);
  });
});

describe('the proxy', () => {
  it('is believed by the receiver of the example, from its network alone', async () => {
    const { networks } = z
      .looseObject({ networks: z.looseObject({ edge: z.object({ ipam: z.unknown() }) }) })
      .parse(parse(projectFile('docker-compose.yml')));
    const [subnet] = /\d[\d.]+\/\d+/.exec(JSON.stringify(networks.edge.ipam)) ?? [];
    const example = projectFile('extpost.example.yaml');
    const names = [...example.matchAll(/\$\{([A-Z_]{2,})\}/g)].map(([, name]) => [name, 'a-value']);
    const { receiver } = await loadConfig({
      path: 'extpost.example.yaml',
      environment: Object.fromEntries(names) as Record<string, string>,
      readFile: () => Promise.resolve(example),
    });
    expect(receiver.trustedProxies).toEqual([subnet]);
    expect(addressMatcher(receiver.trustedProxies)('172.30.86.7')).toBe(true);
    expect(addressMatcher(receiver.trustedProxies)('172.30.87.7')).toBe(false);
  });

  it('passes on webhooks and logins only, with time-outs and limits', () => {
    const caddyfile = readFileSync(projectPath('deploy/proxy/Caddyfile'), 'utf8');
    expect(caddyfile.match(/@\w+ path (.*)/g)).toEqual([
      '@webhook path /webhooks/creative-force/*',
      '@login path /login/creative-force/*',
    ]);
    for (const limit of ['read_header 5s', 'read_body 10s', 'max_header_size 16KB', 'max_size 256KB', 'respond 404']) {
      expect(caddyfile).toContain(limit);
    }
  });
});
