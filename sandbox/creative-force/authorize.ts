import { randomBytes } from 'node:crypto';
import type { FastifyInstance, FastifyReply } from 'fastify';
import { z } from 'zod';
import { escapeMarkup } from '../escape-markup';
import type { World } from '../world';
import { forbiddenPart } from './redirect-rules';
import type { CodeGrant, Tokens } from './tokens';

const authorizationRequest = z.object({
  client_id: z.string(),
  redirect_uri: z.string(),
  response_type: z.string().optional(),
  scope: z.string().optional(),
  state: z.string().optional(),
  code_challenge: z.string().optional(),
  code_challenge_method: z.string().optional(),
});
type AuthorizationRequest = z.infer<typeof authorizationRequest>;

const PATH = '/connect/authorize';
const S256_LENGTH = 43;

/**
 * `GET /connect/authorize`: the code flow with PKCE (docs/reference/creative-force.md#token-request; RFC 6749 §4.1, RFC
 * 7636). A person says yes on a page, or the setting `autoConsent` does. An unknown app or redirect address is never
 * redirected to.
 */
export function registerAuthorize(app: FastifyInstance, world: World, tokens: Tokens): void {
  const { creativeForce } = world.settings;
  const pendingRequests = new Map<string, { readonly grant: CodeGrant; readonly state: string | undefined }>();

  const back = (reply: FastifyReply, redirectUri: string, fields: Record<string, string | undefined>): FastifyReply => {
    const url = new URL(redirectUri);
    for (const [name, value] of Object.entries(fields)) if (value !== undefined) url.searchParams.set(name, value);
    return reply.redirect(url.href, 302);
  };

  app.get(PATH, (request, reply) => {
    const parsed = authorizationRequest.safeParse(request.query);
    if (!parsed.success) return page(reply, 400, 'The request lacks client_id or redirect_uri, or says one twice.');
    const { client_id: clientId, redirect_uri: redirectUri, state, code_challenge: challenge } = parsed.data;
    const studio = world.studios.find(({ credentials }) => credentials.clientId === clientId);
    if (studio === undefined) return page(reply, 400, 'No app has this client_id.');
    if (creativeForce.redirectUris[studio.name]?.includes(redirectUri) !== true)
      return page(reply, 400, 'This redirect_uri is not registered for the app.');
    const part = forbiddenPart(redirectUri, creativeForce);
    if (part !== undefined) return page(reply, 400, `A redirect_uri must not contain ${part}.`);

    const error = faultOf(parsed.data, creativeForce);
    if (error !== undefined) return back(reply, redirectUri, { error, state });
    const grant = { studio, redirectUri, scope: parsed.data.scope ?? '', challenge };
    if (creativeForce.autoConsent) return back(reply, redirectUri, { code: tokens.issueCode(grant), state });
    const id = randomBytes(16).toString('hex');
    pendingRequests.set(id, { grant, state });
    return page(
      reply,
      200,
      `Let the vendor's app work for ${studio.title} with the rights of its API user (${grant.scope})?`,
      `<form method="post" action="${PATH}"><input type="hidden" name="request" value="${id}">
<button name="decision" value="allow">Allow</button> <button name="decision" value="deny">Deny</button></form>`,
    );
  });

  app.post(PATH, (request, reply) => {
    const form = request.body instanceof URLSearchParams ? request.body : new URLSearchParams();
    const id = form.get('request') ?? '';
    const pending = pendingRequests.get(id);
    if (pending === undefined) return page(reply, 400, 'This request was answered already, or never made.');
    pendingRequests.delete(id);
    const { grant, state } = pending;
    return form.get('decision') === 'allow'
      ? back(reply, grant.redirectUri, { code: tokens.issueCode(grant), state })
      : back(reply, grant.redirectUri, { error: 'access_denied', state });
  });
}

/** The error code of RFC 6749 §4.1.2.1 for an invalid request with a valid redirect address. */
function faultOf(
  asked: AuthorizationRequest,
  { scopeCheck, requirePkce }: World['settings']['creativeForce'],
): string | undefined {
  if (asked.response_type !== 'code') return 'unsupported_response_type';
  if (scopeCheck && asked.scope?.split(' ').includes('cfgateway') !== true) return 'invalid_scope';
  if (asked.code_challenge === undefined) return requirePkce ? 'invalid_request' : undefined;
  const isS256 = asked.code_challenge_method === 'S256' && asked.code_challenge.length === S256_LENGTH;
  return isS256 ? undefined : 'invalid_request';
}

/** An HTML page; `words` are escaped, because they may contain the caller's scope. */
function page(reply: FastifyReply, status: number, words: string, form = ''): FastifyReply {
  return reply
    .code(status)
    .type('text/html; charset=utf-8')
    .send(
      `<!doctype html><html lang="en"><meta charset="utf-8"><title>Creative Force (sandbox)</title><body style="font:16px system-ui;margin:3rem"><h1>Creative Force (sandbox)</h1><p>${escapeMarkup(words)}</p>${form}</body></html>\n`,
    );
}
