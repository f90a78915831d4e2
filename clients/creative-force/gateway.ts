import type { z } from 'zod';

import { withCamelCaseKeys } from '../camel-case-keys';
import { responseError, schemaError, unreadableError } from '../http/call-error';
import { callJson, type JsonResponse } from '../http/call-json';
import { findRefusal, statedStatus } from '../http/refusal';
import type { HttpCall, HttpOptions } from '../http/send-request';
import { RemoteCallError } from '../remote-call-error';
import { withoutTrailing } from '../wire-values';
import { createTokenSource } from './login/create-token-source';
import type { TokenSource } from './login/token-source';
import { nextPageOfHeader } from './wire/next-page';
import type { Page } from './wire/page';
import { parseBody } from './wire/response-body';
import { creativeForceHttpOptions, type CreativeForceDependencies, type CreativeForceSettings } from './settings';

/** The gateway's codes (docs/reference/creative-force.md#refusals). External Post is assumed to use those of capture. */
const gatewayErrorMessages: Readonly<Record<string, string>> = {
  6: 'the task was deleted',
  10: 'the task is not known',
  24: 'an uploaded asset is not known yet, or the same submission was sent before',
  29: 'the task belongs to another workspace',
  152: 'an asset was used already',
  154: 'the task was submitted already',
  301: 'the product is inactive',
  320: 'the production type is disabled',
  402: 'a position does not belong to the task',
  403: 'too few assets for a position',
  406: 'the wrong number or kind of assets',
  411: 'a position is missing',
  412: 'a kind of asset that is not allowed at its position',
  500: 'an asset id is missing',
  'GEN-4': 'the data sent is not valid',
  'PER-3': 'the API user has no access to this workspace',
};

/** A missing permission stays missing, so a fresh token is tried after a 403 only this often. */
const FORBIDDEN_RENEWAL_PAUSE_MS = 5 * 60_000;
const NO_CONTENT = 204;
const UNAUTHORIZED = 401;

export interface GatewayCall {
  readonly method: 'GET' | 'POST' | 'PUT';
  /** Path template relative to the base, e.g. `/extpost/tasks/{taskId}`; what it names must be in `params`. */
  readonly path: string;
  readonly params?: Readonly<Record<string, string>> | undefined;
  readonly query?: Readonly<Record<string, string>> | undefined;
  readonly body?: unknown;
  readonly effect?: 'read' | 'write' | undefined;
  readonly signal?: AbortSignal | undefined;
}

/** One studio's calls of the gateway: bearer token, request budget, envelope, errors. */
export class Gateway {
  readonly #base: string;
  readonly #settings: CreativeForceSettings;
  readonly #http: HttpOptions;
  readonly #tokens: TokenSource;
  #triedForbiddenAt = -Infinity;

  constructor(settings: CreativeForceSettings, dependencies: CreativeForceDependencies) {
    this.#settings = settings;
    this.#base = withoutTrailing(new URL(settings.baseUrl).href, /\//);
    const http = creativeForceHttpOptions(settings, dependencies);
    this.#http = { ...http, budget: dependencies.budget };
    // The token endpoint is another host and not part of the gateway's budget.
    this.#tokens = createTokenSource(settings, http);
  }

  /**
   * Sends a request and parses its response. One that does not fit the schema is a `contract` error; an empty body, other than
   * with 204, is `unreadable`.
   */
  async read<T>(request: GatewayCall, schema: z.ZodType<T>): Promise<T> {
    return parseResponse(await this.#sendRead(request), schema);
  }

  /** Reads like {@link read}, and tells how many milliseconds the gateway's clock is behind ours, by its `Date`. */
  async readWithClock<T>(
    request: GatewayCall,
    schema: z.ZodType<T>,
  ): Promise<{ readonly value: T; readonly clockBehind: number }> {
    const response = await this.#sendRead(request);
    const date = Date.parse(String(response.headers.date));
    return { value: parseResponse(response, schema), clockBehind: Number.isNaN(date) ? 0 : this.#http.now() - date };
  }

  /** Reads a page like {@link read}; the page after it may be named by the header `Link`. */
  async readPage<P extends Page<unknown>>(request: GatewayCall, schema: z.ZodType<P>): Promise<P> {
    const response = await this.#sendRead(request);
    const page = parseResponse(response, schema);
    const next = page.next ?? nextPageOfHeader(response.headers['link']);
    return next === undefined ? page : { ...page, next, hasNext: page.hasNext ?? true };
  }

  /** The response of a read, parsed and otherwise unchanged. Throws like {@link read}. */
  async readJson(request: GatewayCall): Promise<unknown> {
    return (await this.#sendRead(request)).json;
  }

  async #sendRead(request: GatewayCall): Promise<JsonResponse & { readonly call: HttpCall }> {
    const response = await this.#send(request);
    const { json, status, call } = response;
    const isMissing = json === undefined && status !== NO_CONTENT;
    if (isMissing) throw unreadableError(call, `answered with ${status} and an empty body`, { status });
    return response;
  }

  /**
   * Sends a write. Success is a 2xx whose body does not refuse (docs/reference/assumptions.md#submit). Of one that may refuse the
   * error says that it may have acted.
   */
  async write(request: GatewayCall): Promise<void> {
    const { json, status, headers, call } = await this.#send({ ...request, effect: 'write' });
    const refusal = findRefusal(withCamelCaseKeys(json));
    if (refusal === undefined) return;
    const { part, isCertain } = refusal;
    const error = responseError(call, { status, headers }, JSON.stringify(part), this.#http.now(), () => 'refused');
    if (isCertain) throw error;
    const said = `${error.message} Its status “${String(part['status'])}” may be that of the task: whether the call took effect is not known.`;
    throw error.with({ message: said, kind: 'transient', mayHaveActed: true });
  }

  async authorize(signal?: AbortSignal): Promise<void> {
    await this.#tokens.get(signal);
  }

  async #send(request: GatewayCall): Promise<JsonResponse & { readonly call: HttpCall }> {
    const renewedFor = new Set<string>();
    for (;;) {
      const token = await this.#tokens.get(request.signal);
      const call = this.#toHttpCall(request, token);
      try {
        const response = await callJson(call, this.#http);
        this.#throwStatedError(call, response);
        return { ...response, call };
      } catch (error) {
        const isWorthRetry =
          error instanceof RemoteCallError && !renewedFor.has(error.kind) && this.#canFreshTokenHelp(error);
        if (!isWorthRetry) throw error;
        renewedFor.add(error.kind);
        this.#tokens.invalidate(token);
      }
    }
  }

  /** An error can come with 200; of a write only a refused token is one whose code is certainly that of HTTP. */
  #throwStatedError(call: HttpCall, { json, headers }: JsonResponse): void {
    const status = statedStatus(withCamelCaseKeys(json));
    if (status === undefined || (call.effect === 'write' && status !== UNAUTHORIZED)) return;
    throw responseError(call, { status, headers }, JSON.stringify(json), this.#http.now());
  }

  /** 401 and 403 are tried once more with a fresh token (docs/reference/creative-force.md#token-request). */
  #canFreshTokenHelp({ kind }: RemoteCallError): boolean {
    if (!this.#tokens.isRenewable) return false;
    if (kind === 'unauthorized') return true;
    const now = this.#http.now();
    if (kind !== 'forbidden' || now - this.#triedForbiddenAt < FORBIDDEN_RENEWAL_PAUSE_MS) return false;
    this.#triedForbiddenAt = now;
    return true;
  }

  #toHttpCall(request: GatewayCall, token: string): HttpCall {
    const endpoint = `${request.method} ${request.path}`;
    const filled = request.path.replace(/\{(\w+)\}/g, (_, name: string) =>
      encodeSegment(request.params?.[name], name, endpoint),
    );
    const url = new URL(this.#base + filled);
    for (const [name, value] of Object.entries(request.query ?? {})) url.searchParams.set(name, value);
    return {
      system: 'Creative Force',
      endpoint,
      method: request.method,
      url,
      headers: {
        authorization: `Bearer ${token}`,
        ...(request.body !== undefined && { 'content-type': 'application/json; charset=utf-8' }),
      },
      body: request.body === undefined ? undefined : JSON.stringify(request.body),
      effect: request.effect ?? 'read',
      secrets: [token, this.#settings.clientSecret ?? ''],
      errorMessages: gatewayErrorMessages,
      advice: {
        unauthorized: this.#tokens.adviceWhenRejected(),
        forbidden: `Ask the studio to allow ${endpoint} (level Edit) for the role of its API user, and access to this workspace.`,
      },
      signal: request.signal,
      followsRedirects: true,
    };
  }
}

function parseResponse<T>(response: JsonResponse & { readonly call: HttpCall }, schema: z.ZodType<T>): T {
  const { json, status, call } = response;
  const parsed = parseBody(schema, json);
  if (parsed.success) return parsed.data;
  throw schemaError(call, parsed.error, { status, text: JSON.stringify(json) });
}

function encodeSegment(value: string | undefined, name: string, endpoint: string): string {
  // Dots would lead to another path, and half a surrogate pair cannot be written in an address.
  if (value !== undefined && value !== '' && !/^\.+$|\p{Surrogate}/u.test(value)) return encodeURIComponent(value);
  throw new RemoteCallError(`${endpoint} was not sent: “${value ?? ''}” cannot be a ${name}.`, {
    system: 'Creative Force',
    endpoint,
    kind: 'refused',
    mayHaveActed: false,
  });
}
