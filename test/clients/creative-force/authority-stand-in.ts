import { createHash, randomUUID } from 'node:crypto';
import type { ServerResponse } from 'node:http';

import type { CreativeForceClient, CreativeForceSettings, StudioLogin } from '../../../clients';
import { createCreativeForceClient } from '../../../clients/creative-force/client';
import { createStudioLogin } from '../../../clients/creative-force/login/studio-login';
import { RequestBudget } from '../../../clients/http/request-budget';
import { secret } from './gateway-stand-in';
import { closingAfterEach, dispatcherFor, sendJson, startServer, type Seen, temporaryFolder } from '../test-server';

/** Written out in full, because a passphrase takes a tenth of a second each time. */
export const tokenKey = Buffer.alloc(32, 7).toString('base64');
export const redirectUri = 'https://extpost.example.com/login/creative-force/acme';

/** What a test's authority does otherwise. */
export interface Authority {
  /** The gateway's answer to a token that is good. */
  answer?: (seen: Seen, response: ServerResponse) => void;
  /** In place of the token endpoint; `false` lets it answer by itself. */
  token?: (form: URLSearchParams, response: ServerResponse) => boolean;
  revocation?: (response: ServerResponse) => void;
  /** More of a token answer, or other values. */
  grant?: Record<string, unknown>;
  /** The credentials must come in a Basic header. */
  wantsBasic?: boolean;
}

/** An OAuth authority that insists on PKCE, with refresh tokens for one use, and the gateway that it guards. */
export function authorityStandIn() {
  const onClose = closingAfterEach();
  return async (authority: Authority = {}) => {
    const folder = await temporaryFolder(onClose);
    const codes = new Map<string, { challenge: string; redirectUri: string }>();
    const refreshTokens = new Set<string>();
    const accessTokens = new Set<string>();
    const asked: URLSearchParams[] = [];
    const revoked: URLSearchParams[] = [];
    const gatewayCalls: Seen[] = [];

    const grantTokens = (response: ServerResponse) => {
      const [accessToken, refreshToken] = [`access-${randomUUID()}`, `refresh-${randomUUID()}`];
      accessTokens.add(accessToken);
      refreshTokens.add(refreshToken);
      sendJson(response, 200, {
        access_token: accessToken,
        refresh_token: refreshToken,
        expires_in: 3600,
        token_type: 'Bearer',
        scope: 'cfgateway offline_access',
        ...authority.grant,
      });
    };
    const hasCredentials = (form: URLSearchParams, { headers }: Seen): boolean => {
      const basic = `Basic ${Buffer.from(`app:${secret}`).toString('base64')}`;
      if (authority.wantsBasic === true) return headers.authorization === basic && !form.has('client_secret');
      return headers.authorization === undefined && form.get('client_secret') === secret;
    };
    const answerToken = (seen: Seen, form: URLSearchParams, response: ServerResponse) => {
      asked.push(form);
      if (authority.token?.(form, response) === true) return;
      if (!hasCredentials(form, seen)) {
        sendJson(response, 400, { error: 'invalid_client' });
        return;
      }
      const code = codes.get(form.get('code') ?? '');
      codes.delete(form.get('code') ?? '');
      const isProven =
        code?.redirectUri === form.get('redirect_uri') &&
        code.challenge ===
          createHash('sha256')
            .update(form.get('code_verifier') ?? '')
            .digest('base64url');
      const isKnown =
        form.get('grant_type') === 'refresh_token' && refreshTokens.delete(form.get('refresh_token') ?? '');
      if (isProven || isKnown) grantTokens(response);
      else sendJson(response, 400, { error: 'invalid_grant', error_description: `no good: ${form.toString()}` });
    };
    const authorize = (query: URLSearchParams, response: ServerResponse) => {
      const code = `code-${randomUUID()}`;
      const to = new URL(query.get('redirect_uri') ?? 'http://nowhere');
      const challenge = query.get('code_challenge_method') === 'S256' ? (query.get('code_challenge') ?? '') : 'none';
      codes.set(code, { challenge, redirectUri: query.get('redirect_uri') ?? '' });
      to.searchParams.set('code', code);
      to.searchParams.set('state', query.get('state') ?? '');
      to.searchParams.set('iss', server.origin);
      response.writeHead(302, { location: to.href }).end();
    };
    const server = await startServer((seen, response) => {
      const url = new URL(seen.url, 'http://authority');
      const form = new URLSearchParams(seen.body.toString());
      if (url.pathname === '/connect/authorize') authorize(url.searchParams, response);
      else if (url.pathname === '/connect/token') answerToken(seen, form, response);
      else if (url.pathname === '/connect/revocation') {
        revoked.push(form);
        if (!hasCredentials(form, seen)) sendJson(response, 400, { error: 'invalid_client' });
        else if (authority.revocation) authority.revocation(response);
        else response.writeHead(200).end();
      } else {
        gatewayCalls.push(seen);
        if (!accessTokens.has(seen.headers.authorization?.replace('Bearer ', '') ?? '')) sendJson(response, 401, {});
        else if (authority.answer) authority.answer(seen, response);
        else sendJson(response, 200, { jobId: 'job-1', jobCode: 'JOB-1' });
      }
    });
    onClose(() => server.close());
    const dispatcher = dispatcherFor(onClose);
    const settings: CreativeForceSettings = {
      grant: 'authorization code',
      studio: 'acme',
      baseUrl: `${server.origin}/v1`,
      tokenUrl: `${server.origin}/connect/token`,
      authorizeUrl: `${server.origin}/connect/authorize`,
      revocationUrl: `${server.origin}/connect/revocation`,
      loginScope: 'cfgateway offline_access',
      clientId: 'app',
      clientSecret: secret,
      tokenFolder: folder,
      tokenKey,
    };
    const clock = { now: Date.now() };
    const tools = { dispatcher, now: () => clock.now };
    return {
      folder,
      origin: server.origin,
      settings,
      clock,
      asked,
      revoked,
      gatewayCalls,
      /** Makes the gateway forget every access token. */
      forgetAccessTokens: () => {
        accessTokens.clear();
      },
      refuseRevocation: () => {
        authority.revocation = (response) => sendJson(response, 400, { error: 'invalid_client' });
      },
      forgetRefreshTokens: () => {
        refreshTokens.clear();
      },
      login: (changes: Partial<CreativeForceSettings> = {}): StudioLogin =>
        createStudioLogin({ ...settings, ...changes }, tools),
      client: (changes: Partial<CreativeForceSettings> = {}): CreativeForceClient =>
        createCreativeForceClient(
          { ...settings, ...changes },
          { ...tools, budget: new RequestBudget({ limit: 1_000 }) },
        ),
    };
  };
}

/** What a browser brings back: the query of the redirect that the authority answers with. */
export async function openInBrowser(address: string): Promise<URLSearchParams> {
  const answer = await fetch(address, { redirect: 'manual' });
  return new URL(answer.headers.get('location') ?? '').searchParams;
}

/** A login whose start page a browser has opened; `browser` is its cookie. */
export async function begin(login: StudioLogin) {
  const { id, ticket } = await login.start(redirectUri, 60_000);
  const opened = await login.open(ticket);
  if (opened.outcome !== 'opened') throw new Error(opened.outcome);
  const { url, browser } = opened;
  return { id, url, browser };
}

/** A login from begin to end. */
export async function logIn(login: StudioLogin): Promise<void> {
  const { url, browser } = await begin(login);
  expect(await login.finish(await openInBrowser(url), browser)).toEqual({ outcome: 'logged in' });
}
