import type { FastifyRequest } from 'fastify';
import { parseAssetFormats, type RequestedFormats } from './asset-formats';
import { parseFilters, requireScope, type ParsedFilters } from './filters';
import { isTree } from './filter-values';
import type { CeltraOptions } from './options';
import { CeltraRefusal } from './refusal';

export type Endpoint = 'export' | 'exportToZip' | 'exportToTsv';

/** A request as it was understood. */
export interface ExportRequest {
  readonly endpoint: Endpoint;
  /** JSON Lines instead of a JSON array. */
  readonly asLines: boolean;
  readonly filters: ParsedFilters;
  /** The filters as they were sent. */
  readonly sentFilters: Readonly<Record<string, unknown>>;
  readonly formats: RequestedFormats;
  readonly caller: string | undefined;
  /** Without an extension. */
  readonly filename: string;
  /** A TSV with addresses, or an archive with a TSV and the files. */
  readonly responseFormat: 'urls' | 'paths';
  /** What the request uses although no help page documents it. */
  readonly undocumented: readonly string[];
}

const CONTENT_TYPE = /^application\/json;\s*charset=utf-8$/i;
export const JSON_LINES = 'application/jsonlines';
const fieldsOf: Readonly<Record<Endpoint, readonly string[]>> = {
  export: ['filters', 'assetFormats', 'caller'],
  exportToZip: ['filters', 'assetFormats', 'caller', 'filename'],
  exportToTsv: ['filters', 'assetFormats', 'caller', 'filename', 'responseFormat'],
};

/**
 * Reads headers and body (docs/reference/celtra.md#requests); rejects what is not allowed with a {@link CeltraRefusal}.
 */
export function parseExportRequest(endpoint: Endpoint, request: FastifyRequest, options: CeltraOptions): ExportRequest {
  const asLines = readHeaders(endpoint, request, options);
  const body = parseBody(request.body, options);
  const sentFilters = body['filters'];
  requireScope(sentFilters);
  const filters = parseFilters(sentFilters, options);
  const formats = parseAssetFormats(body['assetFormats']);
  const unknownFields = Object.keys(body).filter((name) => !fieldsOf[endpoint].includes(name));
  const saysAssets = body['responseFormat'] === 'assets';
  const undocumentedInRequest = [
    ...formats.undocumented,
    ...unknownFields.map((name) => `field ${name}`),
    ...(saysAssets ? ['responseFormat assets'] : []),
  ];
  const [first] = undocumentedInRequest;
  if (options.strict && first !== undefined) throw new CeltraRefusal(400, `Unknown or not allowed: ${first}.`);
  const responseFormat = saysAssets ? 'paths' : (body['responseFormat'] ?? 'urls');
  if (responseFormat !== 'urls' && responseFormat !== 'paths')
    throw new CeltraRefusal(400, 'responseFormat: "urls" or "paths" is required.');
  return {
    endpoint,
    asLines,
    filters,
    sentFilters: isTree(sentFilters) ? sentFilters : {},
    formats,
    caller: textIn(body, 'caller'),
    filename: textIn(body, 'filename') ?? 'export',
    responseFormat,
    undocumented: [...filters.undocumented, ...undocumentedInRequest],
  };
}

/** True when JSON Lines are asked for. */
function readHeaders(endpoint: Endpoint, { headers }: FastifyRequest, options: CeltraOptions): boolean {
  const { accept } = headers;
  if (headers.origin !== undefined && options.origin === 'refused')
    throw new CeltraRefusal(403, 'Requests with an Origin header are refused.');
  if (!CONTENT_TYPE.test(headers['content-type'] ?? ''))
    throw new CeltraRefusal(400, 'Content-Type must be application/json; charset=utf-8.');
  // This header is not documented for the other two endpoints.
  if (endpoint !== 'export') return false;
  if (accept === JSON_LINES) return true;
  if (accept !== undefined && accept !== '*/*' && accept !== 'application/json')
    throw new CeltraRefusal(400, `Accept must be application/json or ${JSON_LINES}.`);
  return false;
}

function parseBody(body: unknown, options: CeltraOptions): Record<string, unknown> {
  const text = typeof body === 'string' ? body : '';
  let parsed: unknown;
  try {
    parsed = JSON.parse(options.trailingCommas === 'accepted' ? withoutTrailingCommas(text) : text);
  } catch {
    throw new CeltraRefusal(400, 'The body is not valid JSON.');
  }
  if (!isTree(parsed)) throw new CeltraRefusal(400, 'The body must be a JSON object.');
  return parsed;
}

/** Strings are skipped, so that a comma inside one stays. */
function withoutTrailingCommas(text: string): string {
  return text.replaceAll(/("(?:[^"\\]|\\.)*")|,(?=\s*[}\]])/g, '$1');
}

function textIn(body: Readonly<Record<string, unknown>>, name: string): string | undefined {
  const value = body[name];
  if (value !== undefined && typeof value !== 'string') throw new CeltraRefusal(400, `${name}: a text is required.`);
  return value === '' ? undefined : value;
}
