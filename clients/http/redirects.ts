import type { IncomingHttpHeaders } from 'node:http';

import type { HttpCall } from './send-request';

const MAX_REDIRECTS = 3;
const WITH_SAME_METHOD: ReadonlySet<number> = new Set([307, 308]);
const OF_A_READ: ReadonlySet<number> = new Set([301, 302, 303, 307, 308]);

interface Answered {
  readonly status: number;
  readonly headers: IncomingHttpHeaders;
}

/**
 * Sends a call, and again to where its own host redirects it, if {@link HttpCall.followsRedirects} allows it: at most three
 * times (docs/decisions/0125-redirects-are-followed-within-a-host.md). `leave` is told each response that is not the result.
 */
export async function followRedirects<Response extends Answered>(
  call: HttpCall,
  send: (call: HttpCall) => Promise<Response>,
  leave: (response: Response) => void = () => undefined,
): Promise<Response> {
  let next = call;
  for (let hop = 0; ; hop++) {
    const response = await send(next);
    const url = call.followsRedirects === true && hop < MAX_REDIRECTS ? redirectWithinHost(next, response) : undefined;
    if (url === undefined) return response;
    leave(response);
    next = { ...next, url };
  }
}

/** Where a response leads, if the same request may be sent there: on the same host, so that no other one gets the credential. */
function redirectWithinHost({ method, url }: HttpCall, { status, headers }: Answered): URL | undefined {
  const { location } = headers;
  const isFollowed = method === 'GET' ? OF_A_READ : WITH_SAME_METHOD;
  if (!isFollowed.has(status) || location === undefined || !URL.canParse(location, url.href)) return undefined;
  const next = new URL(location, url);
  return next.origin === url.origin ? next : undefined;
}
