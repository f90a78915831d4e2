import { mkdir, writeFile } from 'node:fs/promises';
import path from 'node:path';

import type { ProbeResult } from '../../clients';
import { pseudonymise } from './pseudonyms';

/** A saved answer, as test/contract/fixtures holds them. */
interface ProbeFixture {
  readonly endpoint: string;
  readonly subject: NonNullable<ProbeResult['subject']>;
  readonly contentCreationType: NonNullable<ProbeResult['contentCreationType']>;
  readonly body: unknown;
}

/**
 * Writes each answer as `<ecom or editorial>-<subject>.json`, with pseudonyms in place of ids, names, texts and addresses;
 * the listing in one spelling only. Returns the names of the files.
 */
export async function saveFixtures(folder: string, rows: readonly ProbeResult[]): Promise<string[]> {
  const answered = rows.filter(({ body }) => body !== undefined);
  const bodies = pseudonymise(answered.map(({ body }) => body));
  const fixtures = new Map<string, ProbeFixture>();
  for (const [index, { endpoint, subject, contentCreationType }] of answered.entries()) {
    if (subject === undefined || contentCreationType === undefined) continue;
    const file = `${contentCreationType}-${subject.replaceAll(' ', '-')}.json`;
    if (!fixtures.has(file)) fixtures.set(file, { endpoint, subject, contentCreationType, body: bodies[index] });
  }
  await mkdir(folder, { recursive: true });
  for (const [file, fixture] of fixtures) {
    await writeFile(path.join(folder, file), `${JSON.stringify(fixture, null, 2)}\n`);
  }
  return [...fixtures.keys()];
}
