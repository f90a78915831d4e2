const EXCERPT_BYTES = 1_024;
/** The patterns below are slow on megabytes. */
const EXCERPT_SOURCE = 16_384;
const REMOVED = '[removed]';
/** Shorter parts protect nothing, and could be words of the sentence. */
const MIN_SECRET_LENGTH = 12;

export const addressPattern = /\bhttps?:(?:\\?\/){2}[^\s"'<>]+/gi;
/** A quoted value without an end was cut off, so all of it is removed. */
const secretPairs =
  /((?:access_token|refresh_token|id_token|client_secret|client_assertion|secret|secret_?key|password|passwd|api_?key|authorization|assertion|signature|x-amz-[a-z-]+)["']?\s*[:=]\s*)("(?:[^"\\]|\\.)*(?:"|\\?$)|'[^']*(?:'|$)|(?:(?:bearer|basic)\s+)?[^\s,;&"'<>}]+)/gi;
const credentials = /\b(bearer|basic)\s+[\w.~+/=-]{8,}/gi;
const jsonWebTokens = /\beyJ[\w-]{5,}\.[\w-]+\.?[\w-]*/g;

/** Removes the given secrets, tokens, and the query and user of every address. */
export function redact(text: string, secrets: readonly string[] = []): string {
  let clean = text;
  for (const secret of secrets) {
    if (secret.length < 4) continue;
    for (const form of encodingsOf(secret)) {
      clean = clean.replaceAll(form, REMOVED);
    }
  }
  return clean
    .replace(addressPattern, stripQuery)
    .replace(secretPairs, (_, name: string) => `${name}${REMOVED}`)
    .replace(credentials, (_, scheme: string) => `${scheme} ${REMOVED}`)
    .replace(jsonWebTokens, REMOVED);
}

/** A redacted piece of at most 1 KiB; `undefined` for an empty text. */
export function excerptOf(text: string, secrets: readonly string[]): string | undefined {
  // Redacted before it is cut, or half of a secret could be left at the edge.
  const redacted = redact(text.slice(0, EXCERPT_SOURCE), secrets);
  const clean = (text.length > EXCERPT_SOURCE ? trimRedactedEdge(redacted) : redacted).trim();
  if (clean === '') return undefined;
  if (Buffer.byteLength(clean) <= EXCERPT_BYTES) return clean;
  const cut = Buffer.from(clean).subarray(0, EXCERPT_BYTES - 4);
  return `${new TextDecoder('utf-8', { ignoreBOM: true }).decode(cut, { stream: true })}…`;
}

/** What may be shown of an address that opens a file: its path can be the key, like its query. */
export function displayHost(url: URL): string {
  return `${url.host}/…`;
}

/** The parts of an address that opens a file, as a server could repeat them. */
export function secretPartsOf(url: URL): string[] {
  const long = (part: string): boolean => part.length >= MIN_SECRET_LENGTH;
  return [url.pathname + url.search, url.pathname, ...url.pathname.split('/'), ...url.searchParams.values()].filter(
    long,
  );
}

/** If redaction shortened the piece so much that its edge is shown, drops what may be half of a secret. */
function trimRedactedEdge(redacted: string): string {
  if (redacted.length >= EXCERPT_SOURCE / 2) return redacted;
  const last = redacted.lastIndexOf(REMOVED);
  return last === -1 ? '' : redacted.slice(0, last + REMOVED.length);
}

/** A secret as it may be echoed: plain, in an address, in a form, in JSON, in XML. */
function encodingsOf(secret: string): Set<string> {
  return new Set([
    secret,
    encodeURIComponent(secret),
    new URLSearchParams({ s: secret }).toString().slice(2),
    JSON.stringify(secret).slice(1, -1),
    secret.replaceAll('&', '&amp;'),
  ]);
}

function stripQuery(address: string): string {
  const withoutUser = address.replace(/^(https?:(?:\\?\/){2})[^/\\?#]*@/i, '$1');
  const end = withoutUser.search(/[?#]/);
  return end === -1 ? withoutUser : `${withoutUser.slice(0, end)}?${REMOVED}`;
}
