import { randomBytes, timingSafeEqual } from 'node:crypto';
import type { FastifyInstance } from 'fastify';
import type { Studio } from '../day/model';
import type { World } from '../world';

const SCOPE = 'cfgateway';

export interface Tokens {
  /** The studio whose app holds the token; `undefined` for an unknown or expired one. */
  studioOf(authorization: string | undefined): Studio | undefined;
}

/** `POST /connect/token`: client credentials, form only (creative-force.md §2). */
export function registerTokens(app: FastifyInstance, world: World): Tokens {
  const issued = new Map<string, { readonly studio: Studio; readonly expiresAt: number }>();

  app.post('/connect/token', (request, reply) => {
    const form = request.body;
    if (!(form instanceof URLSearchParams)) return reply.code(400).send({ error: 'invalid_request' });
    const studio = world.studios.find(
      ({ credentials }) =>
        credentials.clientId === form.get('client_id') && isSame(credentials.clientSecret, form.get('client_secret')),
    );
    if (studio === undefined) return reply.code(400).send({ error: 'invalid_client' });
    const grant = form.get('grant_type');
    if (grant === null) return reply.code(400).send({ error: 'invalid_grant_type' });
    if (grant !== 'client_credentials') return reply.code(400).send({ error: 'unsupported_grant_type' });
    if (form.get('scope') !== SCOPE) return reply.code(400).send({ error: 'invalid_scope' });

    const seconds = world.settings.creativeForce.tokenLifetimeSeconds;
    const token = randomBytes(32).toString('base64url');
    issued.set(token, { studio, expiresAt: world.now() + seconds * 1000 });
    return reply
      .header('cache-control', 'no-store')
      .send({ access_token: token, expires_in: seconds, token_type: 'Bearer', scope: SCOPE });
  });

  return {
    studioOf(authorization) {
      const token = /^Bearer (\S+)$/i.exec(authorization ?? '')?.[1];
      const entry = token === undefined ? undefined : issued.get(token);
      return entry !== undefined && entry.expiresAt > world.now() ? entry.studio : undefined;
    },
  };
}

function isSame(secret: string, given: string | null): boolean {
  const expected = Buffer.from(secret);
  const actual = Buffer.from(given ?? '');
  return expected.length === actual.length && timingSafeEqual(expected, actual);
}
