import { readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';

import { z } from 'zod';

const packageSchema = z.object({ name: z.literal('extpost'), version: z.string() });
let known: string | undefined;

/** The version in the nearest package.json above this file, in source and build. */
export function productVersion(): string {
  known ??= ownVersion(__dirname);
  return known;
}

export function userAgent(): string {
  return `extpost/${productVersion()}`;
}

function ownVersion(folder: string): string {
  const parsed = packageSchema.safeParse(readJson(join(folder, 'package.json')));
  if (parsed.success) return parsed.data.version;
  const above = dirname(folder);
  return above === folder ? '0' : ownVersion(above);
}

function readJson(path: string): unknown {
  try {
    return JSON.parse(readFileSync(path, 'utf8'));
  } catch {
    return undefined;
  }
}
