/** One line of an answer, without its end. */
export interface Line {
  /** From 1, empty lines counted. */
  readonly number: number;
  readonly text: string;
}

/** A line is longer than may be held in memory. */
export class LineTooLongError extends Error {
  constructor(readonly lineNumber: number) {
    super(`line ${lineNumber} is too long`);
  }
}

const LINE_FEED = 0x0a;

/**
 * Splits bytes into lines at `\n` alone, as JSON Lines want it, and leaves out empty ones
 * (docs/reference/celtra.md#requests); holds no more than one line. An answer that begins with `[` is one JSON text and
 * comes as a single line, whatever breaks it has.
 */
export async function* splitLines(
  chunks: AsyncIterable<Buffer>,
  maxLineBytes: number,
): AsyncGenerator<Line, void, undefined> {
  let held: Buffer[] = [];
  let size = 0;
  let number = 1;
  let isWhole: boolean | undefined;
  const hold = (piece: Buffer) => {
    size += piece.length;
    if (size > maxLineBytes) throw new LineTooLongError(number);
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

/** Blank space and the bytes of a byte order mark. */
const beforeText = new Set([0x09, 0x0a, 0x0d, 0x20, 0xef, 0xbb, 0xbf]);
const BRACKET = 0x5b;

/** Nothing while there is only blank space so far. */
function beginsWithBracket(chunk: Buffer): boolean | undefined {
  const first = chunk.find((byte) => !beforeText.has(byte));
  return first === undefined ? undefined : first === BRACKET;
}
