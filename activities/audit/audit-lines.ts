import { createReadStream } from 'node:fs';

import { z } from 'zod';

import { parseJson } from '../../clients';
import type { ChainLink } from '../../domain/audit/audit-chain';
import type { StoredLine } from '../../domain/audit/audit-verifier';

const LINE_END = 0x0a;

/** The text of one complete line; `undefined` if it has no line end, more than one, or is not valid UTF-8. */
export function decodeLine(bytes: Uint8Array): string | undefined {
  if (bytes.indexOf(LINE_END) !== bytes.length - 1) return undefined;
  try {
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes.subarray(0, -1));
  } catch {
    return undefined;
  }
}

/** The lines of a file from a byte on, each with the byte where it ends. Only `\n` ends a line. */
export async function* readLines(
  file: string,
  options: { readonly from?: number } = {},
): AsyncGenerator<StoredLine & { readonly end: number }> {
  let rest: Buffer[] = [];
  let end = options.from ?? 0;
  let number = 0;
  const line = (bytes: Buffer): StoredLine & { end: number } => {
    end += bytes.length;
    number++;
    return { place: `${file}:${number}`, text: decodeLine(bytes), end };
  };
  for await (const chunk of createReadStream(file, { start: end }) as AsyncIterable<Buffer>) {
    let begin = 0;
    for (let at = chunk.indexOf(LINE_END); at !== -1; at = chunk.indexOf(LINE_END, begin)) {
      yield line(Buffer.concat([...rest, chunk.subarray(begin, at + 1)]));
      rest = [];
      begin = at + 1;
    }
    if (begin < chunk.length) rest.push(chunk.subarray(begin));
  }
  if (rest.length > 0) yield line(Buffer.concat(rest));
}

const chainLink = z.object({ sequence: z.number(), hash: z.string() });

export function parseChainLink(text = ''): ChainLink | undefined {
  return chainLink.safeParse(parseJson(text)).data;
}
