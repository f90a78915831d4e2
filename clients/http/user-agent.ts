import { readFileSync, existsSync } from 'node:fs';
import { dirname, join } from 'node:path';

import { z } from 'zod';

import { parseJson } from './body';

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
  const file = join(folder, 'package.json');
  const parsed = packageSchema.safeParse(existsSync(file) ? parseJson(readFileSync(file, 'utf8')) : undefined);
  if (parsed.success) return parsed.data.version;
  const above = dirname(folder);
  return above === folder ? '0' : ownVersion(above);
}
