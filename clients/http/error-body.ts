import { z } from 'zod';

import { withCamelCaseKeys } from '../camel-case-keys';
import { exceedsMaxDepth, looksLikeHtml, parseJson } from './body';
import { excerptOf } from './redact';

export interface ErrorDetails {
  readonly code?: string | number | undefined;
  readonly message?: string | undefined;
  readonly requestId?: string | undefined;
}

/** The title of a page and the code of an XML error are at its beginning. */
const MAX_MARKUP_CHARS = 16_384;

const scalar = z.union([z.string(), z.number()]).nullish().catch(undefined);
const text = z.string().nullish().catch(undefined);

/** All known shapes (docs/reference/creative-force.md#error-shapes): A `errors[]`, B problem, C `statusCode`, OAuth. */
const errorBody = z.object({
  errors: z.unknown().optional(),
  title: text,
  detail: text,
  status: z.unknown().optional(),
  traceId: text,
  statusCode: scalar,
  code: scalar,
  message: scalar,
  error: z.unknown().optional(),
  errorDescription: text,
  errorMessage: text,
  requestId: text,
  metadata: z.unknown().optional(),
});
const errorKeys: ReadonlySet<string> = new Set([
  ...Object.keys(errorBody.shape),
  ...['description', 'instance', 'path', 'status', 'success', 'timestamp', 'type'],
]);

/** Whether a key of a body tells of an error, or of nothing but the answer itself. */
export function isErrorKey(key: string): boolean {
  return errorKeys.has(key);
}

const listedError = z.object({ code: scalar, message: text });

/** Reads JSON of known shapes, XML, HTML, plain text. `message` is one line of at most 300 characters, no secret. */
export function parseErrorBody(body: string, secrets: readonly string[] = []): ErrorDetails {
  // Redacted before it is cut, or half of a secret could be left at the edge.
  const firstLine = (text: string) => truncate(excerptOf(text.trim().split(/[\r\n]/, 1)[0] ?? '', secrets) ?? '');
  const trimmed = body.trim();
  if (trimmed === '') return {};
  if (trimmed.startsWith('<')) return parseMarkupError(trimmed.slice(0, MAX_MARKUP_CHARS), firstLine);
  const json = parseJson(trimmed);
  return json === undefined ? { message: firstLine(trimmed) } : parseJsonError(json, firstLine);
}

/** The message of a body that is an error and nothing else, whatever its status; `undefined` for any other body. */
export function errorMessageOf(body: string, secrets: readonly string[] = []): string | undefined {
  const json = parseJson(body);
  if (typeof json !== 'object' || json === null || Array.isArray(json) || exceedsMaxDepth(json)) return undefined;
  // In place of data some errors have null.
  const said = Object.entries(withCamelCaseKeys(json) as object).filter(([, value]) => value !== null);
  return said.every(([key]) => isErrorKey(key)) ? parseErrorBody(body, secrets).message : undefined;
}

function parseJsonError(json: unknown, firstLine: (text: string) => string): ErrorDetails {
  if (typeof json === 'string') return { message: firstLine(json) };
  const parsed = errorBody.safeParse(exceedsMaxDepth(json) ? undefined : withCamelCaseKeys(json));
  if (!parsed.success) return {};
  const body = parsed.data;
  const inner = errorBody.safeParse(body.metadata).data ?? errorBody.safeParse(body.error).data;
  const listed = listedErrors(body.errors);
  const first = listed[0];
  const message = [
    ...listed.map(({ message }) => message),
    body.message,
    inner?.message,
    body.errorMessage,
    [body.title, ...fieldErrors(body.errors)].filter(Boolean).join(' '),
    body.detail,
    [asString(body.error), body.errorDescription].filter(Boolean).join(': '),
  ].find((candidate) => candidate !== undefined && candidate !== null && candidate !== '');
  return {
    code: first?.code ?? body.statusCode ?? body.code ?? inner?.code ?? asString(body.error),
    message: message === undefined || message === null ? undefined : firstLine(String(message)),
    requestId: body.requestId ?? body.traceId ?? inner?.requestId ?? undefined,
  };
}

function listedErrors(errors: unknown): z.infer<typeof listedError>[] {
  if (!Array.isArray(errors)) return [];
  return errors.flatMap((error) => listedError.safeParse(error).data ?? []);
}

/** Shape B names fields: `errors: { field: [text] }`. */
function fieldErrors(errors: unknown): string[] {
  if (typeof errors !== 'object' || errors === null || Array.isArray(errors)) return [];
  return Object.entries(errors).map(([field, texts]) => {
    const messages = Array.isArray(texts) ? texts.filter((entry) => typeof entry === 'string').join(' ') : '';
    return `${field}: ${messages}`;
  });
}

function parseMarkupError(markup: string, firstLine: (text: string) => string): ErrorDetails {
  const text = markup.replaceAll('<![CDATA[', '').replaceAll(']]>', '');
  const element = (name: string): string | undefined => {
    const found = new RegExp(`<(?:\\w+:)?${name}(?:\\s[^>]*)?>([^<]*)</`, 'i').exec(text)?.[1]?.trim();
    return found === undefined ? undefined : decodeEntities(found);
  };
  if (looksLikeHtml(markup)) {
    const title = element('title');
    return { message: title === undefined || title === '' ? 'an HTML page' : `an HTML page, “${firstLine(title)}”` };
  }
  const message = element('Message');
  return {
    code: element('Code'),
    message: message === undefined ? undefined : firstLine(message),
    requestId: element('RequestId'),
  };
}

const entities: Readonly<Record<string, string>> = { amp: '&', lt: '<', gt: '>', quot: '"', apos: "'", nbsp: ' ' };

/** The entities of XML and numbers. An address must be readable before its secrets can be removed. */
function decodeEntities(text: string): string {
  return text.replaceAll(/&(?:#(\d{1,7})|#x([\da-f]{1,6})|([a-z]{1,4}));/gi, (whole, decimal, hex, name) => {
    if (typeof name === 'string') return entities[name.toLowerCase()] ?? whole;
    const point = typeof decimal === 'string' ? Number(decimal) : Number.parseInt(String(hex), 16);
    return point > 0 && point <= LAST_CODE_POINT ? String.fromCodePoint(point) : whole;
  });
}

const LAST_CODE_POINT = 0x10ffff;

function asString(value: unknown): string | undefined {
  return typeof value === 'string' ? value : undefined;
}

function truncate(line: string): string {
  return line.length > 300 ? `${line.slice(0, 299)}…` : line;
}
