import { randomUUID } from 'node:crypto';

import { UnsafeStoreError } from './store';

/** Stays in the store, so that the first question needs no right to delete. */
const CONDITION_PROBE = 'extpost-refuses-to-overwrite.txt';
const RACES = 'extpost-probes/';

/**
 * Of stores that look for the object first and write it afterwards, a race of two finds about one in three. Connections are new in the
 * first race, so its writers do not come at the same moment.
 */
const RACES_RUN = 8;
const WRITERS = 6;

export interface ProbedStore {
  /** Creates an object with `If-None-Match: *`. Returns whether the store says that the key was free. */
  readonly createIfAbsent: (key: string, bytes: Uint8Array) => Promise<boolean>;
  readonly get: (key: string) => Promise<Uint8Array | undefined>;
  /** Never throws. */
  readonly remove: (key: string) => Promise<void>;
}

/**
 * Lets several writers create the same objects at once. Throws UnsafeStoreError when the store ignores `If-None-Match`, or checks it
 * and writes in two steps: both would let two audit lines have one number. Cannot prove that a store is safe, only find out that it is
 * not.
 */
export async function proveAtomicCreate(place: string, store: ProbedStore): Promise<void> {
  const probe = Buffer.from('Shows extpost that this store refuses to overwrite. It may be deleted.\n');
  if ((await store.createIfAbsent(CONDITION_PROBE, probe)) && (await store.createIfAbsent(CONDITION_PROBE, probe))) {
    throw unsafe(place, 'ignores the header If-None-Match');
  }
  for (let race = 1; race <= RACES_RUN; race++) {
    const key = `${RACES}${randomUUID()}.txt`;
    const contents = Array.from({ length: WRITERS }, (_, writer) =>
      Buffer.from(`Writer ${writer + 1}. It may be deleted.\n`),
    );
    try {
      const outcomes = await Promise.all(contents.map((bytes) => store.createIfAbsent(key, bytes)));
      const winners = contents.filter((_, writer) => outcomes[writer]);
      const stored = await store.get(key);
      const [winner] = winners;
      // Without a winner an answer was lost, which says nothing.
      const isOther = winner !== undefined && (stored === undefined || !Buffer.from(stored).equals(winner));
      if (winners.length > 1 || isOther) {
        throw unsafe(place, 'checks the header If-None-Match and writes in two steps');
      }
    } finally {
      await store.remove(key);
    }
  }
}

function unsafe(place: string, what: string): UnsafeStoreError {
  return new UnsafeStoreError(
    `The store ${place} ${what}, so two writers at the same moment could overwrite each other. ` +
      'Update the store, or use a folder or another store, such as Amazon S3 or MinIO.',
  );
}
