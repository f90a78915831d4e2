import type { DataConverter, Payload } from '@temporalio/common';
import { ExternalStorageRunner } from '@temporalio/common/lib/internal-non-workflow';

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
      let read = (await outside?.retrieve([...payloads])) ?? [...payloads];
      for (const codec of [...payloadCodecs].reverse()) read = await codec.decode(read);
      return read;
    },
    encode: async (payloads) => {
      let written = [...payloads];
      for (const codec of payloadCodecs) written = await codec.encode(written);
      return written;
    },
  };
}
