import type { z } from 'zod';

import {
  callJson,
  contractError,
  responseError,
  type HttpOptions,
  type JsonResponse,
  type JsonCall,
} from '../http/call-json';
import { RemoteCallError } from '../remote-call-error';
import { describeIssues } from '../wire-values';
import { gatewayErrorMessages } from './wire/error-codes';
import { creativeForceHttpOptions, type CreativeForceSettings, type CreativeForceDependencies } from './settings';
import { createTokenSource, type TokenSource } from './login/token-source';

/** A 403 for lack of permission stays, so a fresh token is tried for it only now and then. */
const FORBIDDEN_RENEWAL_PAUSE_MS = 5 * 60_000;

export interface GatewayCall {
  readonly method: 'GET' | 'POST' | 'PUT';
  /** Path template relative to the base, e.g. `/extpost/tasks/{taskId}`; what it names must be in `params`. */
  readonly path: string;
  readonly params?: Readonly<Record<string, string>> | undefined;
  readonly query?: Readonly<Record<string, string>> | undefined;
  readonly body?: unknown;
  /** Default `read`. */
  readonly effect?: 'read' | 'write' | undefined;
  readonly signal?: AbortSignal | undefined;
}

/** Calls of one studio to the gateway: bearer token, budget, envelope, errors. */
export class Gateway {
  readonly #base: string;
  readonly #settings: CreativeForceSettings;
  readonly #http: HttpOptions;
  readonly #tokens: TokenSource;
  #triedForbiddenAt = -Infinity;

  constructor(settings: CreativeForceSettings, tools: CreativeForceDependencies) {
    this.#settings = settings;
    this.#base = new URL(settings.baseUrl).href.replace(/\/+$/, '');
    const http = creativeForceHttpOptions(settings, tools);
    this.#http = { ...http, budget: tools.budget };
    // The token endpoint is another host and not part of the gateway's budget.
    this.#tokens = createTokenSource(settings, http);
  }

  /** Sends a call and reads its answer with a schema; what cannot be understood is a `contract` error by JSON path. */
  async read<T>(call: GatewayCall, schema: z.ZodType<T>): Promise<T> {
    const { json, status, described } = await this.#send(call);
    const parsed = schema.safeParse(unwrap(json));
    if (parsed.success) return parsed.data;
    throw contractError(
      described,
      `sent something that extpost does not understand (${describeIssues(parsed.error)})`,
      {
        status,
        text: JSON.stringify(json),
      },
    );
  }

  /** Sends a write: success is a 2xx whose `statusCode` is absent or 1 (docs/reference/assumptions.md#submit). */
  async write(call: GatewayCall): Promise<void> {
    const { json, status, headers, described } = await this.#send({ ...call, effect: 'write' });
    const body = unwrap(json);
    if (typeof body !== 'object' || body === null || !('statusCode' in body)) return;
    const { statusCode } = body;
    if (statusCode === null || statusCode === undefined || statusCode === 1 || statusCode === '1') return;
    throw responseError(described, { status, headers }, JSON.stringify(body), this.#http.now(), 'refused');
  }

  /** Makes sure of a token, without any other call. */
  async authorize(signal?: AbortSignal): Promise<void> {
    await this.#tokens.get(signal);
  }

  async #send(call: GatewayCall): Promise<JsonResponse & { described: JsonCall }> {
    const renewedFor = new Set<string>();
    for (;;) {
      const token = await this.#tokens.get(call.signal);
      const described = this.#describe(call, token);
      try {
        return { ...(await callJson(described, this.#http)), described };
      } catch (error) {
        if (!(error instanceof RemoteCallError) || renewedFor.has(error.kind) || !this.#mayHelpToRenew(error))
          throw error;
        renewedFor.add(error.kind);
        this.#tokens.invalidate(token);
      }
    }
  }

  /** 401 and 403 are tried once more with a fresh token (docs/reference/creative-force.md#token-request). */
  #mayHelpToRenew({ kind }: RemoteCallError): boolean {
    if (!this.#tokens.isRenewable) return false;
    if (kind === 'unauthorized') return true;
    const now = this.#http.now();
    if (kind !== 'forbidden' || now - this.#triedForbiddenAt < FORBIDDEN_RENEWAL_PAUSE_MS) return false;
    this.#triedForbiddenAt = now;
    return true;
  }

  #describe(call: GatewayCall, token: string): JsonCall {
    const endpoint = `${call.method} ${call.path}`;
    const filled = call.path.replace(/\{(\w+)\}/g, (_, name: string) => segment(call.params?.[name], name, endpoint));
    const url = new URL(this.#base + filled);
    for (const [name, value] of Object.entries(call.query ?? {})) url.searchParams.set(name, value);
    return {
      system: 'Creative Force',
      endpoint,
      method: call.method,
      url,
      headers: {
        authorization: `Bearer ${token}`,
        ...(call.body !== undefined && { 'content-type': 'application/json; charset=utf-8' }),
      },
      body: call.body === undefined ? undefined : JSON.stringify(call.body),
      effect: call.effect ?? 'read',
      secrets: [token, this.#settings.clientSecret ?? ''],
      errorMessages: gatewayErrorMessages,
      advice: {
        unauthorized: this.#tokens.adviceWhenRejected(),
        forbidden: `Ask the studio to allow ${endpoint} (level Edit) for the role of its API user, and access to this workspace.`,
      },
      signal: call.signal,
    };
  }
}

/** The internal API's envelope, should it ever reach the gateway (docs/reference/creative-force.md#envelope). */
function unwrap(json: unknown): unknown {
  if (typeof json !== 'object' || json === null || Array.isArray(json)) return json;
  const keys = Object.keys(json);
  return keys.length === 2 && 'metadata' in json && 'data' in json ? json.data : json;
}

function segment(value: string | undefined, name: string, endpoint: string): string {
  // A segment of dots would climb to another path; half a surrogate pair cannot be written in an address.
  if (value !== undefined && value !== '' && !/^\.+$|\p{Surrogate}/u.test(value)) return encodeURIComponent(value);
  throw new RemoteCallError(`${endpoint} was not sent: “${value ?? ''}” cannot be a ${name}.`, {
    system: 'Creative Force',
    endpoint,
    kind: 'refused',
    mayHaveActed: false,
  });
}
