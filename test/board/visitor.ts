import type { FastifyInstance, LightMyRequestResponse } from 'fastify';

type Headers = Readonly<Record<string, string>>;

/** A browser that keeps its cookies, without a network. */
export interface Visitor {
  get(url: string, headers?: Headers): Promise<LightMyRequestResponse>;
  /** Sends a form as a page of the board would, with the token of `page`. */
  post(url: string, fields: Headers, headers?: Headers): Promise<LightMyRequestResponse>;
  readonly cookies: ReadonlyMap<string, string>;
}

/** `origin`: where the board is reached. */
export function visit(board: FastifyInstance, origin = 'http://127.0.0.1:8180'): Visitor {
  const { host } = new URL(origin);
  const cookies = new Map<string, string>();
  const send = async (options: { method: 'GET' | 'POST'; url: string; headers: Headers; payload?: string }) => {
    const cookie = [...cookies].map(([name, value]) => `${name}=${value}`).join('; ');
    const headers = { host, ...(cookie !== '' && { cookie }), ...options.headers };
    const answer = await board.inject({ ...options, headers });
    for (const { name, value, maxAge, expires } of answer.cookies) {
      if (value === '' || maxAge === 0 || (expires !== undefined && expires.getTime() <= 0)) cookies.delete(name);
      else cookies.set(name, value);
    }
    return answer;
  };
  return {
    cookies,
    get: (url, headers = {}) => send({ method: 'GET', url, headers }),
    post: (url, fields, headers = {}) =>
      send({
        method: 'POST',
        url,
        headers: {
          origin,
          'sec-fetch-site': 'same-origin',
          'content-type': 'application/x-www-form-urlencoded',
          ...headers,
        },
        payload: new URLSearchParams(fields).toString(),
      }),
  };
}

/** The token of the forms of a page. */
export function tokenOf({ body }: LightMyRequestResponse): string {
  return /name="_csrf" value="([^"]+)"/.exec(body)?.[1] ?? 'the page has no token';
}
