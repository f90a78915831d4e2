import { hkdfSync } from 'node:crypto';

import { ValueError, type Payload, type PayloadCodec } from '@temporalio/common';
import { temporal } from '@temporalio/proto';

import { sealBytes, openSealedBytes } from '../clients';

const ID_BYTES = 6;

/** As in Temporal's own samples, so that their tools recognise an encrypted payload. */
const ENCODING = 'binary/encrypted';
const CIPHER = 'AES-256-GCM';
const KEY_ID = 'encryption-key-id';

interface PayloadKey {
  /** Derived from the secret, so that nobody has to keep a list of ids. It reveals nothing of the key. */
  readonly id: string;
  readonly key: Buffer;
}

/**
 * Encrypts everything that goes to Temporal as a payload. The first secret encrypts; the others only decrypt, so a new one is put in front
 * of the old. What was written without encryption stays readable. Decoding throws when the key of a payload is not among them.
 */
export function createPayloadEncryption(secrets: readonly string[]): PayloadCodec {
  const keys = secrets.map(keyOf);
  const [first] = keys;
  if (first === undefined) throw new ValueError('Encrypting payloads needs at least one key.');
  const byId = new Map(keys.map((one) => [one.id, one]));
  return {
    encode: (payloads) => Promise.resolve(payloads.map((payload) => encrypt(first, payload))),
    // In a step of its own, so that a missing key rejects.
    decode: (payloads) =>
      Promise.resolve(payloads).then((all) => all.map((one) => (isEncrypted(one) ? decrypt(byId, one) : one))),
  };
}

/** The id of a secret, as it stands in each payload that it has encrypted: 12 characters, lower-case hex. */
export function payloadKeyId(secret: string): string {
  return keyOf(secret).id;
}

export function isEncrypted({ metadata }: Payload): boolean {
  return textOf(metadata?.['encoding']) === ENCODING;
}

function keyOf(secret: string): PayloadKey {
  const derive = (purpose: string, length: number): Buffer =>
    Buffer.from(hkdfSync('sha256', secret, '', `extpost Temporal payloads: ${purpose}`, length));
  return { id: derive('id', ID_BYTES).toString('hex'), key: derive('key', 32) };
}

function encrypt({ id, key }: PayloadKey, payload: Payload): Payload {
  const plain = temporal.api.common.v1.Payload.encode(payload).finish();
  return {
    metadata: {
      encoding: Buffer.from(ENCODING),
      'encryption-cipher': Buffer.from(CIPHER),
      [KEY_ID]: Buffer.from(id),
    },
    data: sealBytes(key, Buffer.from(plain), id),
  };
}

function decrypt(keys: ReadonlyMap<string, PayloadKey>, { metadata, data }: Payload): Payload {
  const id = textOf(metadata?.[KEY_ID]) ?? '';
  const found = keys.get(id);
  if (found === undefined) {
    throw new ValueError(
      `A payload in Temporal was encrypted with the key ${/^[0-9a-f]{1,32}$/.test(id) ? id : '(not one of extpost)'}, and temporal.encryptionKeys ` +
        `has ${[...keys.keys()].join(', ')}. Add the old secret behind the current one.`,
    );
  }
  const plain = openSealedBytes(found.key, Buffer.from(data ?? []), id);
  const { metadata: inner, data: bytes } = temporal.api.common.v1.Payload.decode(plain);
  return { metadata: inner, data: bytes };
}

function textOf(bytes: Uint8Array | null | undefined): string | undefined {
  return bytes ? Buffer.from(bytes).toString() : undefined;
}
