import { createHash } from 'node:crypto';

import { z } from 'zod';

import { type Store, parseJson } from '../../clients';
import { MANIFEST_NAME } from '../../domain/inputs/input-names';

const entrySchema = z.object({
  /** The asset's id, or the file's. */
  id: z.string(),
  name: z.string(),
  bytes: z.number(),
  md5: z.string(),
  sha256: z.string(),
});
const manifestSchema = z.object({ version: z.literal(1), files: z.array(entrySchema) });

export type ManifestEntry = z.infer<typeof entrySchema>;

/** `foreign`: a file that the manifest does not list. */
export type InputFileState = 'absent' | 'same' | 'outdated' | 'foreign';

/** Lists each file before it is written, so an unlisted file is not ours, nor one with another hash. */
export interface InputManifest {
  /** Hashes the stored file. `bytes`: the length that Creative Force announces now. */
  stateOf(wanted: { id: string; name: string; bytes?: number | undefined }): Promise<InputFileState>;
  add(entry: ManifestEntry): Promise<void>;
}

/** Reads the manifest of a folder of a store; one that cannot be parsed counts as empty. */
export async function openManifest(place: Store, keyOf: (name: string) => string): Promise<InputManifest> {
  const key = keyOf(MANIFEST_NAME);
  const entries = new Map((await readEntries(place, key)).map((entry) => [entry.name, entry]));
  let writing: Promise<void> = Promise.resolve();

  const write = async (): Promise<void> => {
    const files = [...entries.values()].sort((one, other) => (one.name < other.name ? -1 : 1));
    const text = `${JSON.stringify({ version: 1, files } satisfies z.infer<typeof manifestSchema>, undefined, 2)}\n`;
    await place.put(key, Buffer.from(text), { contentType: 'application/json' });
  };

  return {
    async stateOf({ id, name, bytes }) {
      const known = entries.get(name);
      if (known === undefined) return (await place.exists(keyOf(name))) ? 'foreign' : 'absent';
      const found = await sha256Of(place, keyOf(name));
      if (found === undefined) return 'absent';
      const isOfNow = known.id === id && (bytes === undefined || bytes === known.bytes);
      return isOfNow && found === known.sha256 ? 'same' : 'outdated';
    },
    async add(entry) {
      entries.set(entry.name, entry);
      // One after the other, so that the last write contains all entries.
      const mine = writing.then(write);
      writing = mine.catch(() => undefined);
      await mine;
    },
  };
}

async function readEntries(place: Store, key: string): Promise<ManifestEntry[]> {
  const bytes = await place.get(key);
  const parsed = manifestSchema.safeParse(bytes && parseJson(Buffer.from(bytes).toString('utf8')));
  return parsed.data?.files ?? [];
}

async function sha256Of(place: Store, key: string): Promise<string | undefined> {
  const stream = await place.getStream(key);
  if (stream === undefined) return undefined;
  const hash = createHash('sha256');
  for await (const chunk of stream as AsyncIterable<Buffer>) hash.update(chunk);
  return hash.digest('hex');
}
