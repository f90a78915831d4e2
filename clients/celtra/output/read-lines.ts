import type { CeltraOutput } from '../../../domain/render/celtra-output';
import { looksLikeHtml, parseJson } from '../../http/body';
import { contractError, schemaError, unreadableError } from '../../http/call-error';
import { describeDepth } from '../../http/call-json';
import type { HttpCall } from '../../http/send-request';
import type { StreamedResponse } from '../../http/streamed-response';
import { redactAddresses } from './addresses';
import { celtraOutputSchema, outputListOf } from './output';

/** Reads JSON Lines, each id once. A JSON list is read too, but held in memory. Errors name the line. */
export async function* readOutputLines(
  response: StreamedResponse,
  call: HttpCall,
  maxLineBytes: number,
  check: (printed: unknown) => void,
): AsyncGenerator<CeltraOutput, void, undefined> {
  const seen = new Set<string>();
  let last = 0;
  const chunks = response.chunks(() => (last === 0 ? 'before its first line' : `after line ${last}`));
  const tooLong = (line: number): Error =>
    contractError(call, `sent a line ${line} of more than ${maxLineBytes} bytes, which is the set limit`, {
      status: response.status,
    });
  try {
    for await (const line of splitLines(chunks, maxLineBytes, tooLong)) {
      for (const parsed of parseLine(line, call, response.status)) {
        const output = parseOutput(parsed, call, response.status);
        check(parsed.printed);
        // Outputs with the same id are the same (docs/reference/celtra.md#entities).
        if (seen.has(output.outputId)) continue;
        seen.add(output.outputId);
        yield output;
      }
      last = line.number;
    }
  } finally {
    response.discard();
  }
}

interface ParsedLine {
  readonly printed: unknown;
  readonly place: string;
}

function parseLine(line: Line, call: HttpCall, status: number): ParsedLine[] {
  const json = parseJson(line.text);
  const notJson = looksLikeHtml(line.text) ? 'an HTML page' : 'a text that is not JSON, or not all of it';
  const fault = json === undefined ? notJson : describeDepth(json);
  if (fault !== undefined) {
    const what = `answered with ${status} and, in line ${line.number}, ${fault}`;
    const found = { status, text: redactAddresses(line.text) };
    throw json === undefined ? unreadableError(call, what, found) : contractError(call, what, found);
  }
  // A list is documented for another Accept header; an envelope around it changes nothing.
  const isOutput = typeof json === 'object' && json !== null && Object.hasOwn(json, 'id');
  const list: readonly unknown[] | undefined = isOutput ? undefined : outputListOf(json);
  if (list !== undefined) return list.map((printed: unknown, index) => ({ printed, place: `$[${index}]` }));
  return [{ printed: json, place: `line ${line.number}, $` }];
}

function parseOutput({ printed, place }: ParsedLine, call: HttpCall, status: number): CeltraOutput {
  const parsed = celtraOutputSchema.safeParse(printed);
  if (parsed.success) return parsed.data;
  throw schemaError(call, parsed.error, { status, text: redactAddresses(JSON.stringify(printed)) }, place);
}

export interface Line {
  /** From 1, empty lines counted. */
  readonly number: number;
  readonly text: string;
}

const LINE_FEED = 0x0a;

/** Leaves out empty lines. Throws what `tooLong` makes of the number of a longer line. What begins with `[` is one JSON text (docs/reference/celtra.md#requests). */
export async function* splitLines(
  chunks: AsyncIterable<Buffer>,
  maxLineBytes: number,
  tooLong: (line: number) => Error,
): AsyncGenerator<Line, void, undefined> {
  let held: Buffer[] = [];
  let size = 0;
  let number = 1;
  let isWhole: boolean | undefined;
  const hold = (piece: Buffer) => {
    size += piece.length;
    if (size > maxLineBytes) throw tooLong(number);
    held.push(piece);
  };
  const take = (): Line | undefined => {
    const text = new TextDecoder().decode(Buffer.concat(held)).trim();
    held = [];
    size = 0;
    return text === '' ? undefined : { number, text };
  };

  for await (const chunk of chunks) {
    isWhole ??= beginsWithBracket(chunk);
    let from = 0;
    while (isWhole !== true) {
      const end = chunk.indexOf(LINE_FEED, from);
      if (end === -1) break;
      hold(chunk.subarray(from, end));
      const line = take();
      if (line !== undefined) yield line;
      number += 1;
      from = end + 1;
    }
    // A copy of a small rest, so that it does not keep its whole chunk in memory.
    if (from < chunk.length) hold(isWhole === true ? chunk : Buffer.from(chunk.subarray(from)));
  }
  const last = take();
  if (last !== undefined) yield last;
}

const beforeText = new Set([0x09, 0x0a, 0x0d, 0x20, 0xef, 0xbb, 0xbf]);
const BRACKET = 0x5b;

/** Nothing while there is only blank space so far. */
function beginsWithBracket(chunk: Buffer): boolean | undefined {
  const first = chunk.find((byte) => !beforeText.has(byte));
  return first === undefined ? undefined : first === BRACKET;
}
