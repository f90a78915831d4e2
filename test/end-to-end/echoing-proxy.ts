import { createServer, type IncomingHttpHeaders, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

import { request } from 'undici';

/** One request with all its secrets. */
export interface Passing {
  readonly method: string;
  /** Path and query. */
  readonly url: string;
  readonly headers: IncomingHttpHeaders;
  readonly body: string;
}

/** How an answer echoes the request: every shape that Creative Force, a proxy or an object store could use. */
export type Echo =
  | 'error list'
  | 'problem details'
  | 'status code'
  | 'oauth'
  | 'html'
  | 'text'
  | 'xml'
  | 'redirect'
  /** JSON that ends before its last brace. */
  | 'cut off';

export interface EchoedAnswer {
  readonly status: number;
  readonly as: Echo;
  readonly to?: string | undefined;
}

export interface EchoingProxy {
  readonly origin: string;
  /** How many answers echoed their request. */
  readonly echoed: () => number;
  close(): Promise<void>;
}

export interface ProxyOptions {
  readonly target: string;
  /** Which requests are answered by an echo instead of being passed on; `to` is the path that a redirect leads to. */
  readonly fault: (passing: Passing) => EchoedAnswer | undefined;
  /** Changes a request before it is passed on. */
  readonly change?: (headers: IncomingHttpHeaders) => IncomingHttpHeaders;
  /** Sees each text answer, and may change it. */
  readonly read?: (passing: Passing, text: string) => string;
}

/** A proxy between extpost and a stand-in that sometimes answers with an error that echoes everything that was sent. */
export async function startEchoingProxy(options: ProxyOptions): Promise<EchoingProxy> {
  let echoed = 0;
  const server = createServer((incoming, response) => {
    const chunks: Buffer[] = [];
    incoming.on('data', (chunk: Buffer) => chunks.push(chunk));
    incoming.on('end', () => {
      const bytes = Buffer.concat(chunks);
      const { method = 'GET', url = '/', headers } = incoming;
      const passing = { method, url, headers, body: bytes.toString('latin1') };
      const fault = options.fault(passing);
      if (fault !== undefined) {
        echoed += 1;
        echo(response, fault, passing, `http://${headers.host ?? ''}${url}`);
        return;
      }
      void forward(options, passing, bytes, response).catch(() => response.destroy());
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    origin: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    echoed: () => echoed,
    close: () =>
      new Promise((resolve) => {
        server.close(() => {
          resolve();
        });
        server.closeAllConnections();
      }),
  };
}

async function forward(
  options: ProxyOptions,
  passing: Passing,
  bytes: Buffer,
  response: ServerResponse,
): Promise<void> {
  const changed = options.change?.(passing.headers) ?? passing.headers;
  const hopByHop = ['host', 'connection', 'content-length', 'transfer-encoding'];
  const headers = Object.fromEntries(Object.entries(changed).filter(([name]) => !hopByHop.includes(name)));
  const answer = await request(options.target + passing.url, {
    method: passing.method as 'GET' | 'POST' | 'PUT',
    headers,
    body: bytes.length > 0 ? bytes : null,
  });
  const body = Buffer.from(await answer.body.arrayBuffer());
  const isText = /json|text|xml/.test(String(answer.headers['content-type']));
  const sent = isText ? Buffer.from(options.read?.(passing, body.toString()) ?? body) : body;
  const { 'content-length': _length, 'transfer-encoding': _coding, connection: _connection, ...rest } = answer.headers;
  response.writeHead(answer.statusCode, { ...rest, 'content-length': sent.length }).end(sent);
}

/** Answers with everything that was sent, in the body and in every header that a client might log. */
function echo(response: ServerResponse, { status, as, to }: EchoedAnswer, passing: Passing, address: string): void {
  const authorization = passing.headers.authorization ?? 'none';
  const token = authorization.replace(/^\w+ /, '');
  const told = `The call to ${address} with Authorization: ${authorization} and the token ${token} and ${passing.body.slice(0, 2_000)} failed`;
  const bodies: Readonly<Record<Echo, readonly [type: string, body: string]>> = {
    'error list': [
      'application/json',
      JSON.stringify({ errors: [{ code: `GEN-${token}`, message: told }], request: passing }),
    ],
    'problem details': [
      'application/problem+json',
      JSON.stringify({
        title: told,
        detail: told,
        traceId: token,
        errors: { [token]: [told] },
        headers: passing.headers,
      }),
    ],
    'status code': ['application/json', JSON.stringify({ statusCode: token, errorMessage: told, data: passing })],
    oauth: ['application/json', JSON.stringify({ error: `invalid_${token}`, error_description: told })],
    html: ['text/html', `<!doctype html><html><head><title>${told}</title></head><body>${told}</body></html>`],
    text: ['text/plain', told],
    xml: [
      'application/xml',
      `<Error><Code>Denied</Code><Message>${told}</Message><RequestId>${token}</RequestId></Error>`,
    ],
    redirect: ['text/plain', told],
    'cut off': ['application/json', `{"message":${JSON.stringify(told)}`],
  };
  const [type, body] = bodies[as];
  response.writeHead(status, {
    'content-type': type,
    'x-request-id': token,
    'x-amz-request-id': token,
    'www-authenticate': `Bearer realm="${token}"`,
    ...(as === 'redirect' && { location: to ?? `${address}?token=${token}` }),
  });
  response.end(body);
}
