/** A count with its noun: `1 file`, `3 files`, `2 addresses`, `2 activities`. */
export function pluralise(count: number, thing: string): string {
  if (count === 1) return `1 ${thing}`;
  if (/[^aeiou]y$/.test(thing)) return `${count} ${thing.slice(0, -1)}ies`;
  return `${count} ${thing}${/(s|x|ch|sh)$/.test(thing) ? 'es' : 's'}`;
}

/** A text without these characters at its end. A regular expression for that takes quadratic time. */
export function withoutTrailing(text: string, characters: string): string {
  let end = text.length;
  while (end > 0 && characters.includes(text.charAt(end - 1))) end--;
  return text.slice(0, end);
}

/** A text in the form in which texts are compared: Unicode has two forms of `é`, which it calls the same text. */
export function composed(text: string): string {
  return text.normalize('NFC');
}

/** The first texts of a list and the number of others: `a, b and 3 more`. */
export function summariseList(texts: readonly string[], separator = ', ', atMost = 10): string {
  const shown = texts.slice(0, atMost).join(separator);
  return texts.length > atMost ? `${shown} and ${texts.length - atMost} more` : shown;
}

/** The first of some sentences, each once, and the number of others: `A. B. There are 3 more of this kind.` */
export function summariseSentences(sentences: readonly string[], atMost = 20): string {
  const distinct = [...new Set(sentences)];
  const more = distinct.length - atMost;
  const rest = more > 0 ? [`There ${more === 1 ? 'is' : 'are'} ${more} more of this kind.`] : [];
  return [...distinct.slice(0, atMost), ...rest].join(' ');
}

/** A Markdown list; it needs an empty line before it. */
export function bullets(items: readonly string[]): string {
  return items.map((item) => `- ${item}`).join('\n');
}

/** A time in UTC: `2026-11-23 14:05 UTC`. Unix milliseconds. */
export function formatTime(moment: number): string {
  return `${new Date(moment).toISOString().slice(0, 16).replace('T', ' ')} UTC`;
}

/** A duration in words: `12 seconds`, `1 minute`, `90 minutes`; at least `1 second`. */
export function formatDuration(ms: number): string {
  const seconds = Math.max(1, Math.round(ms / 1000));
  const inSeconds = seconds < 600 && seconds % 60 !== 0;
  return inSeconds ? pluralise(seconds, 'second') : pluralise(Math.round(seconds / 60), 'minute');
}

/** A size in pixels: `1080 × 1350`, `any × 1350`; empty where neither is known. */
export function pixelsText(size: { readonly width?: number | undefined; readonly height?: number | undefined } = {}) {
  const { width, height } = size;
  return width === undefined && height === undefined ? '' : `${width ?? 'any'} × ${height ?? 'any'}`;
}

/** A size in bytes, for people: `812 kB`, `3.2 MB`. */
export function bytesText(bytes: number): string {
  return bytes < 1_000_000 ? `${Math.ceil(bytes / 1000)} kB` : `${(bytes / 1_000_000).toFixed(1)} MB`;
}

/** What an error says, whatever was thrown. */
export function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
