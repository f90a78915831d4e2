import type { IncomingHttpHeaders } from 'node:http';

import {
  decodeText,
  exceedsMaxDepth,
  looksLikeHtml,
  MAX_JSON_DEPTH,
  parseJson,
  parseJsonLines,
  saysDone,
  textOfBody,
  withoutCompression,
} from './body';
import { contractError, responseError, unreadableError } from './call-error';
import { excerptOf } from './redact';
import { followRedirects } from './redirects';
import { sendRequest, type HttpCall, type HttpOptions } from './send-request';

export interface JsonResponse {
  readonly status: number;
  readonly headers: IncomingHttpHeaders;
  /** The parsed body; `undefined` when it was empty. */
  readonly json: unknown;
}

/** Sends one request, once, or again where {@link HttpCall.followsRedirects} allows it. Throws RemoteCallError for all but a 2xx with JSON or nothing, or the signal's reason. */
export async function callJson(call: HttpCall, options: HttpOptions): Promise<JsonResponse> {
  const response = await followRedirects(call, (next) => sendRequest(next, options));
  const { status, headers } = response;
  if (status < 200 || status > 299) {
    throw responseError(call, response, textOfBody(response.bytes, headers['content-encoding']), options.now());
  }
  const bytes = withoutCompression(response.bytes, headers['content-encoding'], options.maxBodyBytes);
  if (bytes === undefined) {
    const encoding = excerptOf(String(headers['content-encoding']), call.secrets) ?? '';
    const what = `answered with ${status} and a body in the encoding ${encoding}, which cannot be undone`;
    throw unreadableError(call, what, { status });
  }
  const text = decodeText(bytes, headers['content-type']);
  if (text.trim() === '') return { status, headers, json: undefined };
  const whole = parseJson(text);
  const json = whole === undefined ? parseJsonLines(text) : whole;
  if (json === undefined) {
    if (call.effect === 'write' && saysDone(text)) return { status, headers, json: undefined };
    throw unreadableError(call, `answered with ${status} and ${describeNonJson(text)}`, { status, text });
  }
  const fault = describeDepth(json);
  if (fault !== undefined) throw contractError(call, `answered with ${status} and ${fault}`, { status, text });
  return { status, headers, json };
}

function describeNonJson(text: string): string {
  return looksLikeHtml(text) ? 'an HTML page' : 'a body that is not JSON, or not all of it';
}

export function describeDepth(json: unknown): string | undefined {
  return exceedsMaxDepth(json) ? `JSON that is nested more than ${MAX_JSON_DEPTH} levels deep` : undefined;
}
