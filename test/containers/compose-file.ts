import { readFileSync } from 'node:fs';
import path from 'node:path';

import { parse } from 'yaml';
import { z } from 'zod';

const ROOT = path.join(__dirname, '..', '..');

/** The text of a file of this project, by its path from the root. */
export function projectFile(file: string): string {
  return readFileSync(path.join(ROOT, file), 'utf8');
}

export function projectPath(file: string): string {
  return path.join(ROOT, file);
}

const serviceSchema = z.looseObject({
  image: z.string(),
  command: z.array(z.string()).optional(),
  environment: z.record(z.string(), z.string()).prefault({}),
  secrets: z.array(z.string()).prefault([]),
  volumes: z.array(z.string()).prefault([]),
  ports: z.array(z.string()).prefault([]),
  profiles: z.array(z.string()).prefault([]),
  depends_on: z.record(z.string(), z.object({ condition: z.string() })).prefault({}),
  healthcheck: z.object({ disable: z.boolean().optional(), test: z.array(z.string()).optional() }).optional(),
  stop_grace_period: z.string().optional(),
});

const composeSchema = z.looseObject({
  services: z.record(z.string(), serviceSchema),
  secrets: z.record(z.string(), z.strictObject({ file: z.string() })),
  volumes: z.record(z.string(), z.null()),
});

export type ComposeService = z.output<typeof serviceSchema>;

let compose: z.output<typeof composeSchema> | undefined;

/** docker-compose.yml as Docker would read it, as far as the tests need it; read once for a test file. */
export function readCompose(): z.output<typeof composeSchema> {
  return (compose ??= composeSchema.parse(parse(projectFile('docker-compose.yml'), { merge: true })));
}

const overrideSchema = z.looseObject({
  name: z.string(),
  services: z.record(z.string(), z.looseObject({})),
});

/** deploy/sandbox/compose.yml by itself; its tags !reset and !override are left out. */
export function readSandboxOverride(): z.output<typeof overrideSchema> {
  return overrideSchema.parse(parse(projectFile('deploy/sandbox/compose.yml'), { merge: true, logLevel: 'error' }));
}

/** A service that must be there. */
export function serviceNamed(name: string): ComposeService {
  const service = readCompose().services[name];
  if (service === undefined) throw new Error(`docker-compose.yml has no service "${name}".`);
  return service;
}

/** The services that run an image of this repository. */
export function ourServices(): [string, ComposeService][] {
  return Object.entries(readCompose().services).filter(([, { image }]) => /^extpost(-sandbox)?:/.test(image));
}
