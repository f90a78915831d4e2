import { randomBytes, scrypt } from 'node:crypto';
import { mkdir, readFile, rm } from 'node:fs/promises';
import { join } from 'node:path';

import { lock } from 'proper-lockfile';
import writeFileAtomic from 'write-file-atomic';
import { z } from 'zod';

import { parseJson } from '../../http/body';
import type { TokenResponse } from '../../http/oauth-token';
import { renewalTime } from '../../http/token-cache';
import { openSealedText, sealText } from '../../sealed-text';
import type { LoginSettings } from '../settings';
import { loginError } from './token-source';

/** Waits longer than one token rotation takes, so that another process's fresh token is found. */
const LOCK = {
  realpath: false,
  stale: 10_000,
  retries: { retries: 120, factor: 1.3, minTimeout: 20, maxTimeout: 1_000 },
  // The default ends the process, but a lost lock only means that another process may rotate too.
  onCompromised: () => undefined,
} as const;

const loginSchema = z.object({
  refreshToken: z.string(),
  accessToken: z.string(),
  /** When the access token is to be renewed; Unix milliseconds. */
  renewAt: z.number(),
});
export type StoredLogin = z.infer<typeof loginSchema>;

/** The login to keep after a token response; without an access token one that is renewed at its next use. `now`: Unix milliseconds. */
export function loginOf({ access }: TokenResponse, refreshToken: string, now: number): StoredLogin {
  if ('fault' in access) return { refreshToken, accessToken: '', renewAt: 0 };
  return { refreshToken, accessToken: access.accessToken, renewAt: renewalTime(now, access.expiresIn) };
}

const pendingSchema = z.discriminatedUnion('status', [
  z.object({
    status: z.literal('waiting'),
    id: z.string(),
    state: z.string(),
    verifier: z.string(),
    redirectUri: z.string(),
    /** The address of Creative Force to log in at. */
    url: z.string(),
    /** Opens the start page. */
    ticket: z.string(),
    /** SHA-256 of the secret of the browser that has opened it. */
    browser: z.string().optional(),
    /** Unix milliseconds. */
    endsAt: z.number(),
  }),
  z.object({ status: z.enum(['in progress', 'done']), id: z.string() }),
  z.object({ status: z.literal('failed'), id: z.string(), message: z.string() }),
]);
export type PendingLogin = z.infer<typeof pendingSchema>;

const schemas = { login: loginSchema, pending: pendingSchema };
type Content = { [Kind in keyof typeof schemas]: z.infer<(typeof schemas)[Kind]> };

/** One studio's sealed files, shared by all processes of this host, replaced atomically and guarded by one lock. */
export class LoginFiles {
  readonly #folder: string;
  readonly #studio: string;
  readonly #seal: LoginSeal;

  constructor({ tokenFolder, studio, tokenKey }: Pick<LoginSettings, 'tokenFolder' | 'studio' | 'tokenKey'>) {
    this.#folder = tokenFolder;
    this.#studio = studio;
    this.#seal = new LoginSeal(tokenKey);
  }

  /** The content of a file; `undefined` when there is none. Throws RemoteCallError. */
  async read<Kind extends keyof Content>(kind: Kind): Promise<Content[Kind] | undefined> {
    const path = this.#path(kind);
    let sealed: string;
    try {
      sealed = await readFile(path, 'utf8');
    } catch (error) {
      if (codeOf(error) === 'ENOENT') return undefined;
      throw loginError(
        `The login of studio ${this.#studio} cannot be read from ${path} (${codeOf(error)}).`,
        'transient',
      );
    }
    const text = await this.#seal.open(sealed, this.#purpose(kind));
    const parsed = schemas[kind].safeParse(text === undefined ? undefined : parseJson(text));
    if (parsed.success) return parsed.data as Content[Kind];
    throw loginError(
      `tokenKey (EXTPOST_TOKEN_KEY) does not match ${path}: it was written with another key, or was changed. ` +
        `Set the key that it was written with; or delete the file and run "extpost login ${this.#studio}".`,
    );
  }

  async write<Kind extends keyof Content>(kind: Kind, content: Content[Kind]): Promise<void> {
    const path = this.#path(kind);
    const sealed = await this.#seal.seal(JSON.stringify(content), this.#purpose(kind));
    try {
      await writeFileAtomic(path, `${sealed}\n`, { mode: 0o600 });
    } catch (error) {
      throw loginError(
        `The login of studio ${this.#studio} cannot be saved in ${path} (${codeOf(error)}).`,
        'transient',
      );
    }
  }

  async remove(kind: keyof Content): Promise<void> {
    await rm(this.#path(kind), { force: true });
  }

  async locked<T>(work: () => Promise<T>): Promise<T> {
    let release: () => Promise<void>;
    try {
      await mkdir(this.#folder, { recursive: true, mode: 0o700 });
      release = await lock(this.#path('login'), LOCK);
    } catch (error) {
      const why = codeOf(error) === 'ELOCKED' ? 'another process holds its lock' : codeOf(error);
      throw loginError(`The login of studio ${this.#studio} in ${this.#folder} is out of reach (${why}).`, 'transient');
    }
    try {
      return await work();
    } finally {
      // A lost lock cannot be released.
      await release().catch(() => undefined);
    }
  }

  #path(kind: keyof Content): string {
    return join(this.#folder, `${this.#studio}.${kind}.sealed`);
  }

  #purpose(kind: keyof Content): string {
    return `extpost ${kind} of ${this.#studio}`;
  }
}

function codeOf(error: unknown): string {
  const { code } = error as NodeJS.ErrnoException;
  return typeof code === 'string' ? code : 'no reason given';
}

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
