import type { Readable } from 'node:stream';

/** Far more than the remote systems send, and far less than a recursive function can take. */
export const MAX_JSON_DEPTH = 200;
const ERROR_BODY_BYTES = 64 * 1024;

export function looksLikeHtml(body: string): boolean {
  return /^\s*(?:<!--[\s\S]{0,500}?-->\s*)?<(?:!doctype\s+html|html|head|body)\b/i.test(body);
}

/** The parsed text, or `undefined` when it is not JSON. */
export function parseJson(body: string): unknown {
  try {
    return JSON.parse(body) as unknown;
  } catch {
    return undefined;
  }
}

/** Whether lists and objects are nested more than {@link MAX_JSON_DEPTH} levels deep; does not recurse itself. */
export function exceedsMaxDepth(json: unknown): boolean {
  let level = [json].filter(isContainer);
  for (let depth = 1; level.length > 0; depth += 1) {
    if (depth > MAX_JSON_DEPTH) return true;
    level = level.flatMap((container) => Object.values(container).filter(isContainer));
  }
  return false;
}

function isContainer(value: unknown): value is object {
  return typeof value === 'object' && value !== null;
}

/** The beginning of an error's body, at most 64 KiB; what came before the connection broke counts. */
export async function readErrorText(body: AsyncIterable<Buffer>): Promise<string> {
  const chunks: Buffer[] = [];
  let size = 0;
  try {
    for await (const chunk of body) {
      chunks.push(chunk);
      size += chunk.length;
      if (size >= ERROR_BODY_BYTES) break;
    }
  } catch {
    // The status alone is enough.
  }
  return Buffer.concat(chunks).subarray(0, ERROR_BODY_BYTES).toString('utf8');
}

/** Closes a body that nobody reads, and its connection. */
export function discardBody(body: Readable): void {
  // A destroyed body may still report that it was cut.
  body.on('error', () => undefined).destroy();
}
