import fastify, { type FastifyInstance, type FastifyRequest } from 'fastify';
import type { Logger } from 'pino';
import { z } from 'zod';

import type { PayloadReader } from '../../temporal';
import { limitConnections } from '../webhook/connection-guard';
import { ACCESS_COOKIE, ACCESS_MS, createAccessCheck, grantAccess } from './codec-access';

/** A page of a history with payloads of 2 MB, in Base64. */
const BODY_LIMIT = 32 * 1024 * 1024;
const MAX_PAYLOADS = 1_000;
const REQUEST_TIMEOUT_MS = 30_000;
const PREFLIGHT_SECONDS = '600';
const MAX_CONNECTIONS = 256;

const bodySchema = z.object({
  payloads: z
    .array(z.object({ metadata: z.record(z.string(), z.base64()).default({}), data: z.base64().default('') }))
    .max(MAX_PAYLOADS),
});
type WirePayload = z.output<typeof bodySchema>['payloads'][number];

export interface CodecServerOptions {
  readonly payloads: PayloadReader;
  /** Callers with this token may read; further ones have what the board has given them. */
  readonly token?: string | undefined;
  readonly encryptionKeys: readonly string[];
  /** Under which browsers reach it; with https the cookie is for https only. */
  readonly publicUrl?: string | undefined;
  /** Origins of the Web UIs that may call it from a browser, such as `http://127.0.0.1:8233`. */
  readonly origins: readonly string[];
  readonly logger: Pick<Logger, 'info' | 'warn' | 'error'>;
}

/**
 * Temporal's codec server: decodes what the Web UI and the `temporal` command show, and encodes what they send. Nobody gets an answer who has
 * not proved who they are. The caller listens.
 */
export function createCodecServer(options: CodecServerOptions): FastifyInstance {
  const { payloads, origins, publicUrl, encryptionKeys, logger } = options;
  const check = createAccessCheck(options);
  const server = fastify({ logger: false, bodyLimit: BODY_LIMIT, requestTimeout: REQUEST_TIMEOUT_MS });
  limitConnections(server, {
    maxConnections: MAX_CONNECTIONS,
    maxConnectionsPerPeer: MAX_CONNECTIONS,
    isTrustedProxy: () => false,
    onFull: () => undefined,
  });

  server.addHook('onRequest', async (request, reply) => {
    const { origin } = request.headers;
    reply.header('cache-control', 'no-store').header('x-content-type-options', 'nosniff').header('vary', 'origin');
    if (origin === undefined) return undefined;
    if (!origins.includes(origin)) return reply.code(403).send({ message: 'This origin may not read payloads.' });
    reply.header('access-control-allow-origin', origin).header('access-control-allow-credentials', 'true');
    if (request.method !== 'OPTIONS') return undefined;
    return reply
      .code(204)
      .header('access-control-allow-methods', 'POST')
      .header('access-control-allow-headers', 'authorization, content-type, x-namespace')
      .header('access-control-max-age', PREFLIGHT_SECONDS)
      .send();
  });
  for (const direction of ['decode', 'encode'] as const) {
    const answer = async (request: FastifyRequest) => {
      const found = bodySchema.parse(request.body).payloads.map(fromWire);
      return { payloads: (await payloads[direction](found)).map(toWire) };
    };
    for (const url of [`/${direction}`, `/:namespace/${direction}`]) {
      server.post(url, {
        // Before the body is read.
        onRequest: async (request, reply) => {
          const caller = check(request.headers);
          if (caller === undefined) {
            await reply.code(401).header('www-authenticate', 'Bearer').send({ message: NOT_KNOWN });
          } else logger.info({ caller, direction }, 'payloads read');
        },
        handler: answer,
      });
    }
  }
  // The board leads here, with an access of a minute in the address.
  server.get<{ Querystring: { access?: unknown } }>('/enter', async ({ query: { access } }, reply) => {
    const [caller, key] = [check({ authorization: `Bearer ${String(access)}` }), encryptionKeys[0]];
    if (caller === undefined || key === undefined) return reply.code(401).send({ message: NOT_KNOWN });
    // A page of the Web UI is of another site unless both are on this computer.
    const scope = publicUrl?.startsWith('https:') === true ? 'Secure; SameSite=None' : 'SameSite=Lax';
    const cookie = grantAccess(key, caller, Date.now() + ACCESS_MS);
    return reply
      .header('set-cookie', `${ACCESS_COOKIE}=${cookie}; Path=/; HttpOnly; ${scope}; Max-Age=${ACCESS_MS / 1000}`)
      .header('referrer-policy', 'no-referrer')
      .redirect(origins[0] ?? '/health/live', 303);
  });
  server.get('/health/live', () => ({ status: 'live' }));
  server.setErrorHandler(async (error, _request, reply) => {
    if (error instanceof z.ZodError) return reply.code(400).send({ message: 'The body holds no payloads.' });
    const { statusCode = 500, message } = error as { statusCode?: number; message: string };
    if (statusCode >= 500) logger.error({ reason: message }, 'payloads could not be read');
    // What cannot be decrypted says which key is missing, and that is no secret.
    return reply.code(statusCode).send({ message });
  });
  return server;
}

const NOT_KNOWN =
  'Payloads are shown only to users who are logged in. Open the Web UI from the board, or send "Authorization: Bearer …" with the token of temporal.codecServer.';

function fromWire({ metadata, data }: WirePayload) {
  const entries = Object.entries(metadata).map(([name, value]) => [name, Buffer.from(value, 'base64')] as const);
  return { metadata: Object.fromEntries(entries), data: Buffer.from(data, 'base64') };
}

function toWire({
  metadata,
  data,
}: {
  readonly metadata?: Readonly<Record<string, Uint8Array>> | null | undefined;
  readonly data?: Uint8Array | null | undefined;
}): WirePayload {
  const base64 = (bytes: Uint8Array | null | undefined): string => Buffer.from(bytes ?? []).toString('base64');
  const entries = Object.entries(metadata ?? {}).map(([name, value]) => [name, base64(value)] as const);
  return { metadata: Object.fromEntries(entries), data: base64(data) };
}
