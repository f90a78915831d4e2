import { randomBytes, timingSafeEqual } from 'node:crypto';
import type { FastifyInstance, FastifyReply } from 'fastify';
import type { Studio } from '../day/model';
import type { World } from '../world';
import { CeltraRefusal } from './refusal';

export interface Accounts {
  /**
   * The studio whose credential a request carries; `undefined` if there is none, it is wrong, or `authentication` does
   * not allow its kind.
   */
  studioOf(authorization: string | undefined): Studio | undefined;
  /** Responds to a request without a valid credential, as `celtra.unauthorized` says. */
  refuse(reply: FastifyReply): FastifyReply;
  /**
   * Refuses an app without Write Access (docs/reference/celtra.md#authentication), and requests over the rate limit.
   */
  admit(studio: Studio): void;
}

/**
 * Basic credentials, and bearer tokens of `POST /oauth/token`, whose path, grant and fields are guesses: they are not
 * documented.
 */
export function registerAccounts(app: FastifyInstance, world: World): Accounts {
  const tokens = new Map<string, { readonly studio: Studio; readonly expiresAt: number }>();
  const requests = new Map<Studio, number[]>();
  const byBasic = (authorization: string | undefined): Studio | undefined => {
    const given = Buffer.from(/^Basic ([A-Za-z0-9+/]+=*)$/i.exec(authorization ?? '')?.[1] ?? '', 'base64');
    return world.studios.find(({ credentials }) =>
      isSame(Buffer.from(`${credentials.celtraApplicationId}:${credentials.celtraSecretKey}`), given),
    );
  };
  const byBearer = (authorization: string | undefined): Studio | undefined => {
    const entry = tokens.get(/^Bearer (\S+)$/i.exec(authorization ?? '')?.[1] ?? '');
    return entry !== undefined && entry.expiresAt > world.now() ? entry.studio : undefined;
  };

  app.post('/oauth/token', (request, reply) => {
    void reply.header('cache-control', 'no-store');
    const form = new URLSearchParams(typeof request.body === 'string' ? request.body : '');
    const pair = `${form.get('client_id') ?? ''}:${form.get('client_secret') ?? ''}`;
    const studio = byBasic(request.headers.authorization ?? `Basic ${Buffer.from(pair).toString('base64')}`);
    if (form.get('grant_type') !== 'client_credentials')
      return reply.code(400).send({ error: 'unsupported_grant_type' });
    if (studio === undefined) return reply.code(401).send({ error: 'invalid_client' });
    const seconds = world.settings.celtra.bearerLifetimeSeconds;
    const token = randomBytes(32).toString('base64url');
    tokens.set(token, { studio, expiresAt: world.now() + seconds * 1000 });
    return reply.send({ access_token: token, token_type: 'Bearer', expires_in: seconds });
  });

  return {
    studioOf(authorization) {
      const { authentication } = world.settings.celtra;
      return (
        (authentication === 'bearer' ? undefined : byBasic(authorization)) ??
        (authentication === 'basic' ? undefined : byBearer(authorization))
      );
    },
    refuse(reply) {
      const { unauthorized, authentication } = world.settings.celtra;
      const scheme = authentication === 'bearer' ? 'Bearer' : 'Basic';
      if (unauthorized.challenge) void reply.header('www-authenticate', `${scheme} realm="Celtra"`);
      void reply.code(unauthorized.status);
      if (unauthorized.body === 'json') return reply.send({ error: 'Unauthorized' });
      return reply.type('text/plain').send(unauthorized.body === 'text' ? 'Unauthorized' : '');
    },
    admit(studio) {
      const { readOnlyApps, rateLimit } = world.settings.celtra;
      if (readOnlyApps.includes(studio.name)) throw new CeltraRefusal(403, 'The application lacks Write Access.');
      if (rateLimit === null) return;
      const now = world.now();
      const recent = (requests.get(studio) ?? []).filter((at) => now - at < rateLimit.seconds * 1000);
      requests.set(studio, recent);
      if (recent.length >= rateLimit.requests)
        throw new CeltraRefusal(429, 'Too many requests.', rateLimit.retryAfterSeconds);
      recent.push(now);
    },
  };
}

function isSame(expected: Buffer, given: Buffer): boolean {
  return expected.length === given.length && timingSafeEqual(expected, given);
}
