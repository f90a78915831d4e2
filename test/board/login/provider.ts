import { createHash, generateKeyPairSync, randomUUID, sign } from 'node:crypto';

import { sendJson, startServer, type TestServer } from '../../clients/test-server';

export interface ProviderOptions {
  /** Claims of the ID token besides those that every one has. */
  readonly claims?: Readonly<Record<string, unknown>>;
  readonly userInfo?: Readonly<Record<string, unknown>> | undefined;
  /** In place of what the token endpoint would say. */
  readonly tokenError?: { readonly error: string; readonly error_description?: string };
  /** Signs with a key that is not published. */
  readonly isForged?: boolean;
  readonly metadata?: Readonly<Record<string, unknown>>;
}

export interface Provider extends TestServer {
  /** What a browser does at the authorization address: the person agrees. Gives the address it is sent back to. */
  authorize(address: string): string;
}

// Made once, because making a pair takes up to a second.
const { publicKey, privateKey } = generateKeyPairSync('rsa', { modulusLength: 2048 });
const forgery = generateKeyPairSync('rsa', { modulusLength: 2048 }).privateKey;

/** A log-in provider as its standard describes it, for one client. It checks PKCE and each code once. */
export async function startProvider(options: ProviderOptions = {}): Promise<Provider> {
  const asked = new Map<string, URLSearchParams>();
  const part = (value: object): string => Buffer.from(JSON.stringify(value)).toString('base64url');

  const server = await startServer(({ url, body }, response) => {
    const { pathname } = new URL(url, 'http://provider');
    const { origin } = server;
    if (pathname === '/.well-known/openid-configuration') {
      return sendJson(response, 200, {
        issuer: origin,
        authorization_endpoint: `${origin}/authorize`,
        token_endpoint: `${origin}/token`,
        jwks_uri: `${origin}/keys`,
        ...(options.userInfo && { userinfo_endpoint: `${origin}/userinfo` }),
        response_types_supported: ['code'],
        id_token_signing_alg_values_supported: ['RS256'],
        ...options.metadata,
      });
    }
    if (pathname === '/keys') {
      return sendJson(response, 200, {
        keys: [{ ...publicKey.export({ format: 'jwk' }), kid: 'one', use: 'sig', alg: 'RS256' }],
      });
    }
    if (pathname === '/userinfo') return sendJson(response, 200, { sub: 'subject-1', ...options.userInfo });
    const form = new URLSearchParams(body.toString());
    const code = form.get('code') ?? '';
    const question = asked.get(code);
    asked.delete(code);
    const challenge = createHash('sha256')
      .update(form.get('code_verifier') ?? '')
      .digest('base64url');
    if (options.tokenError !== undefined) return sendJson(response, 400, options.tokenError);
    if (question?.get('code_challenge') !== challenge) return sendJson(response, 400, { error: 'invalid_grant' });
    const now = Math.floor(Date.now() / 1_000);
    const claims = {
      iss: origin,
      aud: question.get('client_id'),
      sub: 'subject-1',
      iat: now,
      exp: now + 300,
      nonce: question.get('nonce'),
      ...options.claims,
    };
    const signed = `${part({ alg: 'RS256', kid: 'one' })}.${part(claims)}`;
    const signature = sign('sha256', Buffer.from(signed), options.isForged === true ? forgery : privateKey);
    return sendJson(response, 200, {
      access_token: 'an access token',
      token_type: 'Bearer',
      expires_in: 300,
      id_token: `${signed}.${signature.toString('base64url')}`,
    });
  });

  return {
    ...server,
    authorize: (address) => {
      const question = new URL(address).searchParams;
      const code = randomUUID();
      asked.set(code, question);
      const back = new URL(question.get('redirect_uri') ?? '');
      back.search = new URLSearchParams({ code, state: question.get('state') ?? '' }).toString();
      return back.pathname + back.search;
    },
  };
}
