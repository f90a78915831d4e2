import { createCipheriv, createDecipheriv, randomBytes, scrypt, type ScryptOptions } from 'node:crypto';

import { z } from 'zod';

import { parseJson } from '../../http/body';

const ALGORITHM = 'aes-256-gcm';
const KEY_BYTES = 32;
const NONCE_BYTES = 12;
const SALT_BYTES = 16;
/** About 0.1 s and 32 MiB, once per process and file. */
const SCRYPT: ScryptOptions = { N: 2 ** 15, r: 8, p: 1, maxmem: 64 * 1024 * 1024 };

const sealedShape = z.object({
  version: z.literal(1),
  salt: z.base64(),
  nonce: z.base64(),
  tag: z.base64(),
  text: z.base64(),
});

/** The text was sealed with another key, for another purpose, or was changed. */
export class SealError extends Error {
  override readonly name = 'SealBroken';
}

/** Encrypts texts with a configured key (AES-256-GCM). The purpose of a text is authenticated with it. */
export class LoginSeal {
  readonly #given: string;
  readonly #raw: Buffer | undefined;
  readonly #salt = randomBytes(SALT_BYTES);
  readonly #derived = new Map<string, Promise<Buffer>>();

  /** @param key 32 bytes in Base64 or hex, or a passphrase. */
  constructor(key: string) {
    this.#given = key.trim();
    this.#raw = rawKey(this.#given);
  }

  async close(text: string, purpose: string): Promise<string> {
    const nonce = randomBytes(NONCE_BYTES);
    const cipher = createCipheriv(ALGORITHM, await this.#key(this.#salt), nonce);
    cipher.setAAD(Buffer.from(purpose));
    const closed = Buffer.concat([cipher.update(text, 'utf8'), cipher.final()]);
    const sealed = { salt: this.#salt, nonce, tag: cipher.getAuthTag(), text: closed };
    const written = Object.entries(sealed).map(([name, bytes]) => [name, bytes.toString('base64')]);
    return JSON.stringify({ version: 1, ...Object.fromEntries(written) });
  }

  /** Throws {@link SealError}. */
  async open(sealed: string, purpose: string): Promise<string> {
    const parsed = sealedShape.safeParse(parseJson(sealed));
    if (!parsed.success) throw new SealError('not a sealed text');
    const bytes = (text: string) => Buffer.from(text, 'base64');
    try {
      const key = await this.#key(bytes(parsed.data.salt));
      const decipher = createDecipheriv(ALGORITHM, key, bytes(parsed.data.nonce), { authTagLength: 16 });
      decipher.setAAD(Buffer.from(purpose));
      decipher.setAuthTag(bytes(parsed.data.tag));
      return Buffer.concat([decipher.update(bytes(parsed.data.text)), decipher.final()]).toString('utf8');
    } catch {
      throw new SealError('another key');
    }
  }

  #key(salt: Buffer): Promise<Buffer> {
    if (this.#raw !== undefined) return Promise.resolve(this.#raw);
    const name = salt.toString('base64');
    const known = this.#derived.get(name) ?? derived(this.#given, salt);
    this.#derived.set(name, known);
    return known;
  }
}

/** A key of 32 bytes in hex or Base64; anything else is a passphrase. */
function rawKey(given: string): Buffer | undefined {
  if (/^[0-9a-f]{64}$/i.test(given)) return Buffer.from(given, 'hex');
  if (!/^[A-Za-z0-9+/_-]{43}=?$/.test(given)) return undefined;
  const bytes = Buffer.from(given, 'base64');
  return bytes.length === KEY_BYTES ? bytes : undefined;
}

function derived(passphrase: string, salt: Buffer): Promise<Buffer> {
  return new Promise((resolve, reject) => {
    scrypt(passphrase, salt, KEY_BYTES, SCRYPT, (error, key) => {
      if (error === null) resolve(key);
      else reject(error);
    });
  });
}
