import type { IncomingHttpHeaders } from 'node:http';

import { exceedsMaxDepth, looksLikeHtml, MAX_JSON_DEPTH, parseJson, textOfBody } from './body';
import { contractError, responseError, unreadableError } from './call-error';
import { sendRequest, type HttpCall, type HttpOptions } from './send-request';

export interface JsonResponse {
  readonly status: number;
  readonly headers: IncomingHttpHeaders;
  /** The parsed body; `undefined` when it was empty. */
  readonly json: unknown;
}

/** Sends one request, once. Throws RemoteCallError for all but a 2xx with JSON or nothing, or the signal's reason. */
export async function callJson(call: HttpCall, options: HttpOptions): Promise<JsonResponse> {
  const response = await sendRequest(call, options);
  const { status, headers } = response;
  if (status < 200 || status > 299) {
    throw responseError(call, response, textOfBody(response.bytes, headers['content-encoding']), options.now());
  }
  const text = new TextDecoder().decode(response.bytes);
  if (text.trim() === '') return { status, headers, json: undefined };
  const json = parseJson(text);
  if (json === undefined) {
    throw unreadableError(call, `answered with ${status} and ${describeNonJson(text, headers)}`, { status, text });
  }
  const fault = describeDepth(json);
  if (fault !== undefined) throw contractError(call, `answered with ${status} and ${fault}`, { status, text });
  return { status, headers, json };
}

function describeNonJson(text: string, headers: IncomingHttpHeaders): string {
  if (looksLikeHtml(text)) return 'an HTML page';
  const encoding = headers['content-encoding'];
  return encoding === undefined
    ? 'a body that is not JSON, or not all of it'
    : `a body in the encoding ${encoding}, which was not asked for`;
}

export function describeDepth(json: unknown): string | undefined {
  return exceedsMaxDepth(json) ? `JSON that is nested more than ${MAX_JSON_DEPTH} levels deep` : undefined;
}
