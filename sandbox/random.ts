import { createHash } from 'node:crypto';

/** A seeded random generator: the same seed gives the same values in the same order. */
export interface Random {
  /** A number from 0 up to, not including, 1. */
  fraction(): number;
  /** A whole number, both ends included. */
  integer(lowest: number, highest: number): number;
  pick<T>(choices: readonly T[]): T;
  /** A lower-case version 4 GUID. */
  guid(): string;
  hex(length: number): string;
  /** Lower-case letters and digits, as in Celtra's newer ids (docs/reference/celtra.md#entities). */
  letters(length: number): string;
}

const ALPHABET = 'abcdefghijklmnopqrstuvwxyz0123456789';

/** Derives random values from SHA-256 of the seed and a counter. */
export function createRandom(seed: string): Random {
  let counter = 0;
  const block = (): Buffer => createHash('sha256').update(`${seed}:${counter++}`).digest();
  const random: Random = {
    fraction: () => block().readUIntBE(0, 6) / 2 ** 48,
    integer: (lowest, highest) => lowest + Math.floor(random.fraction() * (highest - lowest + 1)),
    pick: <T>(choices: readonly T[]): T => {
      const [chosen] = choices.slice(random.integer(0, choices.length - 1)).map((choice) => ({ choice }));
      if (chosen === undefined) throw new RangeError('Nothing to pick from.');
      return chosen.choice;
    },
    guid: () => guidFrom(block()),
    hex: (length) => block().toString('hex').slice(0, length),
    letters: (length) => Array.from(block().subarray(0, length), (byte) => ALPHABET[byte % ALPHABET.length]).join(''),
  };
  return random;
}

/** A GUID derived from a text, so that the same thing keeps its id. */
export function guidOf(text: string, version: 4 | 5 = 4): string {
  return guidFrom(createHash('sha256').update(text).digest(), version);
}

function guidFrom(bytes: Buffer, version: 4 | 5 = 4): string {
  const copy = Buffer.from(bytes.subarray(0, 16));
  copy.writeUInt8((copy.readUInt8(6) & 0x0f) | (version << 4), 6);
  copy.writeUInt8((copy.readUInt8(8) & 0x3f) | 0x80, 8);
  const hex = copy.toString('hex');
  return [hex.slice(0, 8), hex.slice(8, 12), hex.slice(12, 16), hex.slice(16, 20), hex.slice(20)].join('-');
}
