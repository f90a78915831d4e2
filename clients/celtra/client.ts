import type { CeltraOutput } from '../../domain/render/celtra-output';
import { contractError, schemaError } from '../http/call-error';
import { callJson } from '../http/call-json';
import type { HttpCall, HttpOptions } from '../http/send-request';
import { openStreamedResponse } from '../http/streamed-response';
import { RemoteCallError } from '../remote-call-error';
import { withoutTrailing } from '../wire-values';
import { CombinedRequests } from './concurrency/combined-requests';
import { SharedRequests } from './concurrency/shared-requests';
import { basicAuthentication, oauthAuthentication, type CeltraAuthentication } from './authentication';
import { openExportedFile, type ExportedFile } from './files/exported-file';
import { findViolatedFilter } from './filters/match-output';
import { celtraOutputsSchema, outputListOf } from './output/output';
import { readOutputLines } from './output/read-lines';
import { redactAddresses, redactAddressesInError } from './output/addresses';
import {
  prepareRequest,
  type ExportRequest,
  type FileRequest,
  type PreparedRequest,
  type TableRequest,
} from './request/prepare-request';
import { celtraFileHttpOptions, celtraHttpOptions, type CeltraDependencies, type CeltraSettings } from './settings';

/** One studio's calls of the Celtra Export API. */
export interface CeltraClient {
  /**
   * Starts and polls renders (docs/reference/celtra.md#rendering). Calls that ask the same at the same time share one request
   * and its result, which must not be changed; with `combinedUpTo`, calls for other outputs join them, up to so many. Throws
   * RemoteCallError, or the signal's reason.
   */
  exportOutputs(request: CombinableRequest, signal?: AbortSignal): Promise<CeltraOutput[]>;

  /** Yields the same outputs as they come; leaving the loop ends the request. Throws like {@link exportOutputs}. */
  exportOutputsAsLines(request: ExportRequest, signal?: AbortSignal): AsyncIterable<CeltraOutput>;

  /** All assets (docs/reference/celtra.md#archives). Poll first: what happens to unfinished outputs is not known. */
  exportToZip(request: FileRequest, signal?: AbortSignal): Promise<ExportedFile>;

  /** A table of the matching outputs, alone or in an archive with the assets: see its `kind`. Throws the same. */
  exportToTsv(request: TableRequest, signal?: AbortSignal): Promise<ExportedFile>;
}

export interface CombinableRequest extends ExportRequest {
  readonly combinedUpTo?: number | undefined;
}

type Endpoint = 'export' | 'exportToZip' | 'exportToTsv';

export function createCeltraClient(settings: CeltraSettings, dependencies: CeltraDependencies = {}): CeltraClient {
  const base = withoutTrailing(new URL(settings.baseUrl).href, /\//);
  const http = celtraHttpOptions(settings, dependencies);
  const fileHttp = celtraFileHttpOptions(settings, dependencies);
  const authentication = authenticationOf(settings, http);
  const shared = new SharedRequests<CeltraOutput[]>();
  const combined = new CombinedRequests<CeltraOutput>(({ outputId }) => outputId, mayConcernOneOutput);
  const { limit } = dependencies;

  /**
   * Sends a request, and repeats it once with another credential if that can help. Repeating an export is free. `body` is called
   * when the request has its turn.
   */
  async function withCredential<T>(
    endpoint: Endpoint,
    accept: string,
    body: () => string,
    signal: AbortSignal | undefined,
    send: (call: HttpCall) => Promise<T>,
  ): Promise<T> {
    for (let isSecond = false; ; isSecond = true) {
      const credential = await authentication.credential(signal);
      const call: Omit<HttpCall, 'body'> = {
        system: 'Celtra',
        endpoint: `POST /${endpoint}`,
        method: 'POST',
        url: new URL(`${base}/${endpoint}`),
        headers: {
          accept,
          'accept-encoding': 'identity',
          authorization: credential.header,
          'content-type': 'application/json; charset=utf-8',
        },
        effect: 'read',
        secrets: [...credential.secrets, settings.secretKey],
        advice,
        signal,
        followsRedirects: true,
      };
      try {
        const sendNow = (): Promise<T> => send({ ...call, body: body() });
        return await (limit === undefined ? sendNow() : limit.run(sendNow, signal));
      } catch (error) {
        const isRefused = error instanceof RemoteCallError && error.status === 401;
        if (isRefused && authentication.rejected(credential) && !isSecond) continue;
        throw redactAddressesInError(error);
      }
    }
  }

  async function askForFile(
    endpoint: Endpoint,
    request: FileRequest,
    kinds: readonly ExportedFile['kind'][],
    signal: AbortSignal | undefined,
  ): Promise<ExportedFile> {
    const { body } = prepareRequest(request, `POST /${endpoint}`, settings);
    return await withCredential(
      endpoint,
      '*/*',
      () => body,
      signal,
      async (call) => openExportedFile(await openStreamedResponse(call, fileHttp), call, kinds),
    );
  }

  const prepare = (request: ExportRequest) => prepareRequest(request, 'POST /export', settings);

  async function ask(preparation: () => PreparedRequest, stop: AbortSignal): Promise<CeltraOutput[]> {
    let prepared: PreparedRequest | undefined;
    const body = (): string => (prepared ??= preparation()).body;
    return await withCredential('export', 'application/json', body, stop, async (call) => {
      const { json, status, headers } = await callJson(call, http);
      const isNone = json === undefined && (status === NO_CONTENT || isJsonLines(headers['content-type']));
      // A list is documented; an envelope around it changes nothing.
      const list = isNone ? [] : (outputListOf(json) ?? json);
      const parsed = celtraOutputsSchema.safeParse(list);
      if (!parsed.success) {
        const text = json === undefined ? undefined : redactAddresses(JSON.stringify(json));
        throw schemaError(call, parsed.error, { status, text });
      }
      const filters = prepared?.filters ?? {};
      for (const printed of list as readonly unknown[]) checkFilters(call, filters, printed, status);
      return parsed.data;
    });
  }

  return {
    async exportOutputs({ combinedUpTo: atMost, ...request }, signal) {
      const { outputIds: ids, ...about } = request;
      if (atMost === undefined || ids === undefined) {
        const prepared = prepare(request);
        return await shared.get(prepared.question, signal, (stop) => ask(() => prepared, stop));
      }
      return await combined.get({ about: prepare(about).question, ids, atMost }, signal, (all, stop) =>
        ask(() => prepare({ ...about, outputIds: all() }), stop),
      );
    },

    async *exportOutputsAsLines(request, signal) {
      const { filters, body } = prepareRequest(request, 'POST /export', settings);
      const open = async (call: HttpCall) => ({ call, response: await openStreamedResponse(call, http) });
      const { response, call } = await withCredential('export', 'application/jsonlines', () => body, signal, open);
      yield* readOutputLines(response, call, http.maxBodyBytes, (printed) => {
        checkFilters(call, filters, printed, response.status);
      });
    },

    exportToZip: (request, signal) => askForFile('exportToZip', request, ['zip'], signal),
    exportToTsv: (request, signal) => askForFile('exportToTsv', request, ['tsv', 'zip'], signal),
  };

  /** An ignored filter must not become a wrong creative (docs/reference/celtra.md#ignored-filters). */
  function checkFilters(call: HttpCall, filters: object, printed: unknown, status: number): void {
    const path = findViolatedFilter(filters, printed, settings);
    if (path === undefined) return;
    const id = String((printed as { readonly id?: unknown }).id).slice(0, 100);
    const what = `returned output ${id}, which the filter ${path} excludes, so it may have ignored that filter`;
    throw contractError(call, what, { status, code: 'filter ignored' });
  }
}

const NO_CONTENT = 204;

/** Of which none are an empty body. */
function isJsonLines(contentType: string | undefined): boolean {
  return /\b(?:x-)?(?:json-?lines|jsonl|ndjson)\b/i.test(contentType ?? '');
}

const advice = {
  unauthorized: 'Check applicationId and secretKey against the API app in Celtra.',
  forbidden:
    'The API app’s user may not export at least one of the outputs asked for: check its access to the project, and that the app has Write Access.',
};

/** An output that is gone, forbidden or answered wrongly must not fail the tasks that asked about others. */
function mayConcernOneOutput(error: unknown): boolean {
  return (
    error instanceof RemoteCallError && !['throttled', 'transient', 'unauthorized', 'unreadable'].includes(error.kind)
  );
}

function authenticationOf(settings: CeltraSettings, http: HttpOptions): CeltraAuthentication {
  const { authentication } = settings;
  return authentication?.method === 'oauth'
    ? oauthAuthentication(settings, authentication, http)
    : basicAuthentication(settings);
}
