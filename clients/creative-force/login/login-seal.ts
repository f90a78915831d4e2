import { randomBytes, scrypt } from 'node:crypto';

import { openSealedText, sealText } from '../../sealed-text';

const KEY_BYTES = 32;
const SALT_BYTES = 16;
/** Takes about 0.1 s and 32 MiB, once per process and file. */
const SCRYPT = { N: 2 ** 15, r: 8, p: 1, maxmem: 64 * 1024 * 1024 };

/** Seals texts with a configured key: 32 bytes in Base64 or hex, or a passphrase. */
export class LoginSeal {
  readonly #passphrase: string;
  readonly #key: Buffer | undefined;
  readonly #salt = randomBytes(SALT_BYTES);
  readonly #derivedKeys = new Map<string, Promise<Buffer>>();

  constructor(key: string) {
    this.#passphrase = key.trim();
    this.#key = parseKey(this.#passphrase);
  }

  async seal(text: string, purpose: string): Promise<string> {
    const sealed = sealText(await this.#keyFor(this.#salt), text, purpose);
    return Buffer.concat([this.#salt, sealed]).toString('base64');
  }

  /** `undefined` if the text was sealed with another key or for another purpose, or was changed. */
  async open(sealed: string, purpose: string): Promise<string | undefined> {
    const bytes = Buffer.from(sealed, 'base64');
    try {
      const key = await this.#keyFor(bytes.subarray(0, SALT_BYTES));
      return openSealedText(key, bytes.subarray(SALT_BYTES), purpose);
    } catch {
      return undefined;
    }
  }

  #keyFor(salt: Buffer): Promise<Buffer> {
    if (this.#key !== undefined) return Promise.resolve(this.#key);
    const id = salt.toString('base64');
    const key = this.#derivedKeys.get(id) ?? deriveKey(this.#passphrase, salt);
    this.#derivedKeys.set(id, key);
    return key;
  }
}

function parseKey(text: string): Buffer | undefined {
  if (/^[0-9a-f]{64}$/i.test(text)) return Buffer.from(text, 'hex');
  if (!/^[A-Za-z0-9+/_-]{43}=?$/.test(text)) return undefined;
  const bytes = Buffer.from(text, 'base64');
  return bytes.length === KEY_BYTES ? bytes : undefined;
}

function deriveKey(passphrase: string, salt: Buffer): Promise<Buffer> {
  return new Promise((resolve, reject) => {
    scrypt(passphrase, salt, KEY_BYTES, SCRYPT, (error, key) => {
      if (error === null) resolve(key);
      else reject(error);
    });
  });
}
