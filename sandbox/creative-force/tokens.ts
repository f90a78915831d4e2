import { createHash, randomBytes, timingSafeEqual } from 'node:crypto';
import type { FastifyReply, FastifyRequest } from 'fastify';
import type { Studio } from '../day/model';
import type { World } from '../world';

const SCOPE = 'cfgateway';
const OFFLINE = 'offline_access';

/** The grant of an authorization code (RFC 6749 §4.1, RFC 7636). */
export interface CodeGrant {
  readonly studio: Studio;
  readonly redirectUri: string;
  readonly scope: string;
  /** S256 of the verifier; `undefined` when none was sent. */
  readonly challenge: string | undefined;
}

interface Issued {
  readonly studio: Studio;
  readonly scope: string;
  /** Unix milliseconds. */
  readonly expiresAt: number;
  /** All tokens of one authorization, which are revoked together. */
  readonly family: string;
}

export interface Tokens {
  /** The studio whose app holds the token; `undefined` for an unknown, expired or revoked one. */
  studioOf(authorization: string | undefined): Studio | undefined;
  /** Issues a code that can be exchanged for tokens once. */
  issueCode(grant: CodeGrant): string;
  /**
   * `POST /connect/token`: client credentials, authorization code, refresh token; form only
   * (docs/reference/creative-force.md#token-request).
   */
  answerToken: (request: FastifyRequest, reply: FastifyReply) => FastifyReply;
  /** `POST /connect/revocation` (RFC 7009): 200 also for an unknown token. */
  answerRevocation: (request: FastifyRequest, reply: FastifyReply) => FastifyReply;
}

type Outcome = Record<string, unknown> | { readonly error: string };

export function createTokens(world: World): Tokens {
  const { creativeForce } = world.settings;
  const access = new Map<string, Issued>();
  const refresh = new Map<string, Issued>();
  const codes = new Map<string, CodeGrant & { readonly expiresAt: number; usedFor: string | undefined }>();

  const issue = (studio: Studio, scope: string, family: string, refreshToken: string | undefined): Outcome => {
    const seconds = creativeForce.tokenLifetimeSeconds;
    const token = newSecret();
    access.set(token, { studio, scope, family, expiresAt: world.now() + seconds * 1000 });
    return {
      access_token: token,
      expires_in: seconds,
      token_type: 'Bearer',
      scope,
      ...(refreshToken !== undefined && { refresh_token: refreshToken }),
    };
  };
  const issueRefresh = (studio: Studio, scope: string, family: string): string => {
    const token = newSecret();
    const expiresAt = world.now() + creativeForce.refreshTokenLifetimeSeconds * 1000;
    refresh.set(token, { studio, scope, family, expiresAt });
    return token;
  };
  const endFamily = (family: string): void => {
    for (const tokens of [access, refresh]) {
      for (const [token, issued] of tokens) if (issued.family === family) tokens.delete(token);
    }
  };

  const byCode = (studio: Studio, form: URLSearchParams): Outcome => {
    const grant = codes.get(form.get('code') ?? '');
    if (grant?.studio !== studio || grant.expiresAt <= world.now()) return { error: 'invalid_grant' };
    if (grant.usedFor !== undefined) {
      // A code that is used twice revokes its tokens (RFC 6749 §4.1.2).
      endFamily(grant.usedFor);
      return { error: 'invalid_grant' };
    }
    if (form.get('redirect_uri') !== grant.redirectUri) return { error: 'invalid_grant' };
    const verifier = form.get('code_verifier');
    if (grant.challenge !== undefined && (verifier === null || s256(verifier) !== grant.challenge))
      return { error: 'invalid_grant' };
    const family = newSecret();
    grant.usedFor = family;
    const isOffline = grant.scope.split(' ').includes(OFFLINE) || !creativeForce.refreshTokenNeedsOfflineAccess;
    return issue(studio, grant.scope, family, isOffline ? issueRefresh(studio, grant.scope, family) : undefined);
  };
  const byRefreshToken = (studio: Studio, form: URLSearchParams): Outcome => {
    const given = form.get('refresh_token') ?? '';
    const issued = refresh.get(given);
    if (issued?.studio !== studio || issued.expiresAt <= world.now()) return { error: 'invalid_grant' };
    if (!creativeForce.rotateRefreshTokens) return issue(studio, issued.scope, issued.family, given);
    refresh.delete(given);
    return issue(studio, issued.scope, issued.family, issueRefresh(studio, issued.scope, issued.family));
  };
  const byCredentials = (studio: Studio, form: URLSearchParams): Outcome => {
    const scope = form.get('scope');
    if (creativeForce.scopeCheck && scope !== SCOPE) return { error: 'invalid_scope' };
    return issue(studio, scope ?? SCOPE, newSecret(), undefined);
  };
  const outcomeOf = (studio: Studio, form: URLSearchParams): Outcome => {
    switch (form.get('grant_type')) {
      case null:
        // Not an error code of RFC 6749, but observed (docs/reference/creative-force.md#token-request).
        return { error: 'invalid_grant_type' };
      case 'client_credentials':
        return byCredentials(studio, form);
      case 'authorization_code':
        return byCode(studio, form);
      case 'refresh_token':
        return byRefreshToken(studio, form);
      default:
        return { error: 'unsupported_grant_type' };
    }
  };

  return {
    studioOf(authorization) {
      const token = /^Bearer (\S+)$/i.exec(authorization ?? '')?.[1];
      const entry = token === undefined ? undefined : access.get(token);
      return entry !== undefined && entry.expiresAt > world.now() ? entry.studio : undefined;
    },
    issueCode(grant) {
      const code = newSecret();
      const expiresAt = world.now() + creativeForce.codeLifetimeSeconds * 1000;
      codes.set(code, { ...grant, expiresAt, usedFor: undefined });
      return code;
    },
    answerToken(request, reply) {
      const form = request.body;
      if (!(form instanceof URLSearchParams)) return reply.code(400).send({ error: 'invalid_request' });
      const studio = studioOfForm(world, form);
      const outcome = studio === undefined ? { error: 'invalid_client' } : outcomeOf(studio, form);
      const isRefused = 'error' in outcome;
      return reply
        .code(isRefused ? 400 : 200)
        .header('cache-control', 'no-store')
        .send(outcome);
    },
    answerRevocation(request, reply) {
      const form = request.body;
      if (!(form instanceof URLSearchParams)) return reply.code(400).send({ error: 'invalid_request' });
      const studio = studioOfForm(world, form);
      if (studio === undefined) return reply.code(400).send({ error: 'invalid_client' });
      const token = form.get('token');
      if (token === null) return reply.code(400).send({ error: 'invalid_request' });
      const issued = refresh.get(token);
      if (issued?.studio === studio) endFamily(issued.family);
      if (access.get(token)?.studio === studio) access.delete(token);
      return reply.code(200).send();
    },
  };
}

/** Credentials as form fields; a header instead of them is not documented. */
function studioOfForm(world: World, form: URLSearchParams): Studio | undefined {
  return world.studios.find(
    ({ credentials }) =>
      credentials.clientId === form.get('client_id') && isSame(credentials.clientSecret, form.get('client_secret')),
  );
}

function isSame(secret: string, given: string | null): boolean {
  const expected = Buffer.from(secret);
  const actual = Buffer.from(given ?? '');
  return expected.length === actual.length && timingSafeEqual(expected, actual);
}

function s256(verifier: string): string {
  return createHash('sha256').update(verifier).digest('base64url');
}

function newSecret(): string {
  return randomBytes(32).toString('base64url');
}
