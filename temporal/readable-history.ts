import type { Client } from '@temporalio/client';
import { defaultPayloadConverter, type Payload, type PayloadCodec, type DataConverter } from '@temporalio/common';
import { ExternalStorageRunner } from '@temporalio/common/lib/internal-non-workflow';

/** Parts of an answer of Temporal that the SDK hands over as they are on the wire. */
type Fields = Record<string, unknown>;

/**
 * A history, a part of one, or a pending activity, in which everything that is encrypted can be read: payloads, and the messages of
 * failures. What cannot be decrypted stays as it is. Without encryption it is the same object.
 */
export async function readable<T>({ options }: Pick<Client, 'options'>, answer: T): Promise<T> {
  const { payloadCodecs } = options.loadedDataConverter;
  return payloadCodecs.length === 0 ? answer : ((await decoded(payloadCodecs, answer)) as T);
}

async function decoded(codecs: readonly PayloadCodec[], value: unknown): Promise<unknown> {
  if (Array.isArray(value)) return Promise.all(value.map((one) => decoded(codecs, one)));
  if (!isMessage(value)) return value;
  if (isPayload(value)) return decodedPayload(codecs, value);
  const entries = await Promise.all(
    Object.entries(value).map(async ([name, field]) => [name, await decoded(codecs, field)] as const),
  );
  return withMessage(Object.fromEntries(entries));
}

async function decodedPayload(codecs: readonly PayloadCodec[], payload: Payload): Promise<Payload> {
  try {
    const [read] = await decodeWith(codecs, [payload]);
    return read ?? payload;
  } catch {
    return payload;
  }
}

/** A failure's own words stand in a payload when they are encrypted. */
function withMessage(fields: Fields): Fields {
  const { encodedAttributes } = fields;
  if (!isMessage(encodedAttributes) || !isPayload(encodedAttributes)) return fields;
  try {
    const { message } = defaultPayloadConverter.fromPayload<{ message?: unknown }>(encodedAttributes);
    return typeof message === 'string' ? { ...fields, message } : fields;
  } catch {
    return fields;
  }
}

/** Numbers of 64 bits and bytes are objects, too, but none to look into. */
function isMessage(value: unknown): value is Fields {
  if (typeof value !== 'object' || value === null || value instanceof Uint8Array) return false;
  return !('low' in value && 'high' in value);
}

function isPayload(value: Fields): value is Fields & Payload {
  const { metadata } = value;
  return isMessage(metadata) && metadata['encoding'] instanceof Uint8Array;
}

/** Payloads as they are on the wire, and as they can be read. */
export interface PayloadReader {
  /** Also fetches what is stored outside. Throws for a payload whose key or file is missing. */
  readonly decode: (payloads: readonly Payload[]) => Promise<readonly Payload[]>;
  readonly encode: (payloads: readonly Payload[]) => Promise<readonly Payload[]>;
}

/** What clients and workers do with payloads, for the codec server. */
export function createPayloadReader({ payloadCodecs = [], externalStorage }: DataConverter): PayloadReader {
  const outside = externalStorage && new ExternalStorageRunner(externalStorage);
  return {
    decode: async (payloads) => {
      return decodeWith(payloadCodecs, (await outside?.retrieve([...payloads])) ?? payloads);
    },
    encode: async (payloads) => {
      let written = [...payloads];
      for (const codec of payloadCodecs) written = await codec.encode(written);
      return written;
    },
  };
}

/** Undoes what the codecs have done, the last one first. */
async function decodeWith(codecs: readonly PayloadCodec[], payloads: readonly Payload[]): Promise<Payload[]> {
  let read = [...payloads];
  for (const codec of [...codecs].reverse()) read = await codec.decode(read);
  return read;
}
