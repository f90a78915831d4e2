import type { IncomingHttpHeaders } from 'node:http';

import { looksLikeHtml, parseJson, readBeginning, saysDone, textOfBody } from '../http/body';
import { responseError, type CallContext } from '../http/call-error';
import { parseErrorBody } from '../http/error-body';
import { findRefusal } from '../http/refusal';
import type { RemoteCallError } from '../remote-call-error';
import { transferError, transferErrorKind } from './transfer-error';

/** The answers to a PUT that say that the object is there (RFC 9110 §9.3.4). */
const STORED: ReadonlySet<number> = new Set([200, 201, 204]);

const XML_ERROR = /^\s*(?:<\?xml[^>]*>\s*)?<(?:\w+:)?Error\b/i;

/**
 * Why an answer with a status of success does not prove that the file is stored: another status, a page, an error, or a text
 * that does not say so, without an ETag. A proxy or a sign-in page answers so. `undefined` when it does. Reads the body, and
 * throws what broke it off.
 */
export async function faultOfSuccess(
  context: CallContext,
  response: { statusCode: number; headers: IncomingHttpHeaders; body: AsyncIterable<Buffer> },
  sent: { readonly bytes: number; readonly of: number },
): Promise<RemoteCallError | undefined> {
  const { statusCode: status, headers } = response;
  const { bytes, fault: broken } = await readBeginning(response.body);
  if (broken !== undefined) throw broken;
  const text = textOfBody(bytes, headers['content-encoding']);
  const fault = (what: string, code: string): RemoteCallError =>
    transferError(context, what, { kind: 'transient', status, code, mayHaveActed: true });
  if (looksLikeHtml(text)) return fault(`answered with ${status} and an HTML page, so the file is not stored`, 'HTML');
  if (XML_ERROR.test(text)) return responseError(context, { status, headers }, text, Date.now(), transferErrorKind);
  if (!STORED.has(status))
    return fault(`answered with ${status}, which does not say that the file is stored`, NOT_STORED);
  if (sent.bytes < sent.of) {
    return fault(
      `answered with ${status} after ${sent.bytes} of ${sent.of} bytes, so the file is not stored`,
      NOT_STORED,
    );
  }
  const isEmpty = bytes.every((byte) => byte <= SPACE);
  if (headers.etag !== undefined || isEmpty || saysStored(text)) return undefined;
  const { message } = parseErrorBody(text, context.secrets);
  const words = message === undefined ? '' : `: “${message}”`;
  return fault(
    `answered with ${status}, a text and no ETag, which does not say that the file is stored${words}`,
    NOT_STORED,
  );
}

/** A word of success, or a JSON object that does not refuse. A sign-in page or a proxy says neither. */
function saysStored(text: string): boolean {
  if (saysDone(text)) return true;
  const json = parseJson(text);
  return typeof json === 'object' && json !== null && !Array.isArray(json) && findRefusal(json) === undefined;
}

const NOT_STORED = 'NOT_STORED';
const SPACE = 0x20;
