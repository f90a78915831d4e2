import type { Dispatcher } from 'undici';

import { responseError } from './call-error';
import { sendRequest, type HttpCall } from './send-request';

/** Where something is posted. The bearer is a secret, and the path of the address may be one. */
export interface PostSettings {
  readonly url: string;
  readonly bearer?: string | undefined;
}

const limits = {
  maxBodyBytes: 65_536,
  timeouts: { headersMs: 10_000, bodyMs: 10_000, totalMs: 20_000 },
} as const;

/** Posts a value as JSON; any 2xx counts as accepted. `system` names the receiver in errors. Throws `RemoteCallError`. */
export async function postJson(
  { url, bearer }: PostSettings,
  body: unknown,
  { system, dispatcher, signal }: Pick<HttpCall, 'system' | 'signal'> & { readonly dispatcher: Dispatcher },
): Promise<void> {
  const address = new URL(url);
  const call: HttpCall = {
    system,
    endpoint: `POST ${address.origin}`,
    method: 'POST',
    url: address,
    headers: {
      'content-type': 'application/json',
      ...(bearer !== undefined && { authorization: `Bearer ${bearer}` }),
    },
    body: JSON.stringify(body),
    // A read, because the same thing posted twice does less harm than nothing.
    effect: 'read',
    secrets: [bearer ?? '', address.search, address.pathname].filter((secret) => secret.length > 1),
    signal,
  };
  const response = await sendRequest(call, { ...limits, dispatcher });
  if (response.status >= 200 && response.status < 300) return;
  throw responseError(call, response, new TextDecoder().decode(response.bytes), Date.now());
}
