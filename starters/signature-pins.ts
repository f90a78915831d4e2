import { createHash, randomUUID } from 'node:crypto';
import { mkdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';

import type { Logger } from 'pino';
import { z } from 'zod';

import { SIGNATURE_FORMS, type Signature, type SignatureForm } from './webhook/signature';

/**
 * Remembers, for each studio and secret, the form of the first signature that fitted
 * (docs/reference/creative-force.md#signature).
 */
export interface SignaturePins {
  readonly get: (studio: string, secret: string) => SignatureForm | undefined;
  /** Keeps the first form it is told; later ones change nothing. Never throws: a pin that cannot be kept is logged. */
  readonly pin: (studio: string, signature: Signature) => Promise<void>;
}

export interface SignaturePinsOptions {
  /** Where `signature-forms.json` lies; made when it is first needed. */
  readonly folder: string;
  /** Pins of any other studio or secret are forgotten. */
  readonly studios: Readonly<Record<string, { readonly webhookSecrets: readonly string[] }>>;
  readonly logger: Logger;
}

const FILE_NAME = 'signature-forms.json';

/** By {@link fingerprint}. */
const fileSchema = z.record(z.string(), z.enum(SIGNATURE_FORMS));

/** Pins that survive a restart, in a file that holds no secret. A file that cannot be read counts as none. */
export async function openSignaturePins({ folder, studios, logger }: SignaturePinsOptions): Promise<SignaturePins> {
  const path = join(folder, FILE_NAME);
  const known = new Set(
    Object.entries(studios).flatMap(([studio, { webhookSecrets }]) =>
      webhookSecrets.map((secret) => fingerprint(studio, secret)),
    ),
  );
  const pins = new Map((await readPins(path, logger)).filter(([key]) => known.has(key)));
  let saved: Promise<void> = Promise.resolve();

  return {
    get: (studio, secret) => pins.get(fingerprint(studio, secret)),
    pin: async (studio, { secret, form }) => {
      const key = fingerprint(studio, secret);
      if (pins.has(key)) return;
      pins.set(key, form);
      logger.info({ studio, signatureForm: form }, 'the form of the webhook signature is now known and pinned');
      // One after the other, so that an older state never overwrites a newer one.
      saved = saved
        .then(() => writePins(folder, path, pins))
        .catch((error: unknown) => {
          const reason = (error as NodeJS.ErrnoException).code;
          logger.warn(
            { studio, path, reason },
            'the form of the webhook signature could not be saved; a restart forgets it',
          );
        });
      await saved;
    },
  };
}

/** Names a secret without telling it; the same secret of another studio has another name. */
function fingerprint(studio: string, secret: string): string {
  return `${studio}/${createHash('sha256').update(`extpost signature form\0${studio}\0${secret}`).digest('hex')}`;
}

async function readPins(path: string, logger: Logger): Promise<[string, SignatureForm][]> {
  try {
    return Object.entries(fileSchema.parse(JSON.parse(await readFile(path, 'utf8'))));
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return [];
    logger.warn({ path }, 'the pinned forms of webhook signatures could not be read; they are found out anew');
    return [];
  }
}

async function writePins(folder: string, path: string, pins: ReadonlyMap<string, SignatureForm>): Promise<void> {
  await mkdir(folder, { recursive: true, mode: 0o700 });
  const temporary = `${path}.${randomUUID()}`;
  try {
    await writeFile(temporary, `${JSON.stringify(Object.fromEntries(pins), null, 2)}\n`, { mode: 0o600 });
    await rename(temporary, path);
  } finally {
    await rm(temporary, { force: true });
  }
}
