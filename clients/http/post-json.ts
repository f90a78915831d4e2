import type { Dispatcher } from 'undici';

import { responseError } from './call-error';
import { secretPartsOf } from './redact';
import type { RequestBudget } from './request-budget';
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

interface PostOptions extends Pick<HttpCall, 'system' | 'signal' | 'advice'> {
  readonly dispatcher: Dispatcher;
  readonly budget?: RequestBudget | undefined;
  /** Further headers, such as a signature of the body. */
  readonly headersFor?: ((body: string) => Readonly<Record<string, string>>) | undefined;
}

/** Posts a value as JSON; any 2xx counts as accepted. `system` names the receiver in errors. Throws `RemoteCallError`. */
export async function postJson({ url, bearer }: PostSettings, value: unknown, options: PostOptions): Promise<void> {
  const { system, dispatcher, budget, signal, advice, headersFor } = options;
  const address = new URL(url);
  const body = JSON.stringify(value);
  const call: HttpCall = {
    system,
    endpoint: `POST ${address.origin}`,
    method: 'POST',
    url: address,
    headers: {
      'content-type': 'application/json',
      ...(bearer !== undefined && { authorization: `Bearer ${bearer}` }),
      ...headersFor?.(body),
    },
    body,
    // A read, because the same thing posted twice does less harm than nothing.
    effect: 'read',
    secrets: [bearer ?? '', address.search, address.pathname, ...secretPartsOf(address)].filter(
      (secret) => secret.length > 1,
    ),
    advice,
    signal,
  };
  const response = await sendRequest(call, { ...limits, dispatcher, budget });
  if (response.status >= 200 && response.status < 300) return;
  throw responseError(call, response, new TextDecoder().decode(response.bytes), Date.now());
}
