import { z } from 'zod';

import { excerptOf } from './redact';

/** What an error answer says of itself. */
export interface ErrorDetails {
  readonly code?: string | number | undefined;
  readonly message?: string | undefined;
  readonly requestId?: string | undefined;
}

/** Characters: what a page or an XML error says of itself stands at its beginning. */
const MAX_MARKUP_CHARS = 16_384;

const scalar = z.union([z.string(), z.number()]).nullish().catch(undefined);
const text = z.string().nullish().catch(undefined);

/**
 * Every known shape in one open object (docs/reference/creative-force.md#error-shapes): A `errors[]`, B problem
 * details, C `statusCode`, OAuth.
 */
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
  error_description: text,
  errorMessage: text,
  requestId: text,
  metadata: z.unknown().optional(),
});
const listedError = z.object({ code: scalar, message: text });

/**
 * Reads what an error body says: JSON in the known shapes, XML of an object store, HTML of a proxy, plain text,
 * nothing. Its `words` are one line of at most 300 characters, without secrets; the rest is as it came.
 */
export function parseErrorBody(body: string, secrets: readonly string[] = []): ErrorDetails {
  // Redacted before it is cut, so that no half of a secret is left at the edge.
  const firstLine = (words: string) => truncate(excerptOf(words.trim().split(/[\r\n]/, 1)[0] ?? '', secrets) ?? '');
  const trimmed = body.trim();
  if (trimmed === '') return {};
  if (trimmed.startsWith('<')) return parseMarkupError(trimmed.slice(0, MAX_MARKUP_CHARS), firstLine);
  const json = parseJson(trimmed);
  return json === undefined ? { message: firstLine(trimmed) } : parseJsonError(json, firstLine);
}

function parseJsonError(json: unknown, firstLine: (words: string) => string): ErrorDetails {
  if (typeof json === 'string') return { message: firstLine(json) };
  const parsed = errorBody.safeParse(json);
  if (!parsed.success) return {};
  const body = parsed.data;
  const inner = errorBody.safeParse(body.metadata).data ?? errorBody.safeParse(body.error).data;
  const listed = listedErrors(body.errors);
  const first = listed[0];
  const words = [
    ...listed.map(({ message }) => message),
    body.message,
    inner?.message,
    body.errorMessage,
    [body.title, ...fieldErrors(body.errors)].filter(Boolean).join(' '),
    body.detail,
    [asString(body.error), body.error_description].filter(Boolean).join(': '),
  ].find((candidate) => candidate !== undefined && candidate !== null && candidate !== '');
  return {
    code: first?.code ?? body.statusCode ?? body.code ?? inner?.code ?? asString(body.error),
    message: words === undefined || words === null ? undefined : firstLine(String(words)),
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
    const said = Array.isArray(texts) ? texts.filter((entry) => typeof entry === 'string').join(' ') : '';
    return `${field}: ${said}`;
  });
}

function parseMarkupError(markup: string, firstLine: (words: string) => string): ErrorDetails {
  const element = (name: string) => new RegExp(`<${name}[^>]*>([^<]*)</${name}>`, 'i').exec(markup)?.[1]?.trim();
  if (looksLikeHtml(markup)) {
    const title = element('title');
    return { message: title === undefined || title === '' ? 'an HTML page' : `an HTML page, “${firstLine(title)}”` };
  }
  return { code: element('Code'), message: element('Message'), requestId: element('RequestId') };
}

/** Whether a body begins like an HTML page. */
export function looksLikeHtml(body: string): boolean {
  return /^\s*(?:<!--[\s\S]{0,500}?-->\s*)?<(?:!doctype\s+html|html|head|body)\b/i.test(body);
}

/** The parsed text, or nothing when it is not JSON. */
export function parseJson(body: string): unknown {
  try {
    return JSON.parse(body) as unknown;
  } catch {
    return undefined;
  }
}

function asString(value: unknown): string | undefined {
  return typeof value === 'string' ? value : undefined;
}

function truncate(line: string): string {
  return line.length > 300 ? `${line.slice(0, 299)}…` : line;
}
