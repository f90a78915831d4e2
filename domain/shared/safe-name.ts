import { withoutTrailing } from './text';

/** Length in bytes that every file system allows, with room for a suffix. */
const LONGEST_NAME = 200;

/** Names that Windows reserves, with or without extension. */
const reserved = /^(?:con|prn|aux|nul|com[0-9¹²³]|lpt[0-9¹²³])(?:\..*)?$/i;
/** Separators, wildcards, control characters, and characters that change the writing direction. */
const unsafe = /[<>:"/\\|?*\p{Cc}\p{Cs}\u200e\u200f\u2028-\u202e\u2066-\u2069]/gu;

/** A portable name from any text: never a path, never hidden, never `.` or `..`, at most `longest` bytes. */
export function safeName(text: string, longest = LONGEST_NAME): string {
  const plain = text
    .normalize('NFC')
    .replace(unsafe, '_')
    .trim()
    .replace(/^\.+/, (dots) => '_'.repeat(dots.length));
  // Windows drops dots and spaces at the end of a name.
  const name = withoutTrailing(shortened(plain, longest), '. ');
  if (name === '') return '_';
  return reserved.test(name) ? `_${name}` : name;
}

/** A relative path whose parts are safe names, so it never leaves its folder. */
export function safePath(text: string): string {
  const parts = text.split('/').filter((part) => part.trim() !== '');
  return parts.length === 0 ? '_' : parts.map((part) => safeName(part)).join('/');
}

/** The values of a template without slashes, which would make folders, and without what is absent, so that using it is an error. */
export function withoutSlashes(value: unknown): unknown {
  if (typeof value === 'string') return value.replace(/[/\\]/g, '_');
  if (Array.isArray(value)) return value.map(withoutSlashes);
  if (typeof value !== 'object' || value === null) return value;
  const known = Object.entries(value).filter(([, inner]) => inner !== undefined);
  return Object.fromEntries(known.map(([key, inner]) => [key, withoutSlashes(inner)]));
}

/** A name as a case-insensitive file system compares it. */
export function caseFolded(name: string): string {
  return name.normalize('NFC').toLowerCase();
}

/** A normalised extension such as `jpg`; `undefined` when it is not a valid one. */
export function safeExtension(extension: string | undefined): string | undefined {
  const lower = extension?.toLowerCase().replace(/^\.+/, '') ?? '';
  if (!/^[a-z0-9]{1,10}$/.test(lower)) return undefined;
  // Celtra gives both (docs/reference/celtra.md#asset-kinds), and a file must not change its name with them.
  return lower === 'jpeg' ? 'jpg' : lower === 'tiff' ? 'tif' : lower;
}

/** Cuts between characters, never inside one. */
function shortened(text: string, longest: number): string {
  if (bytesOf(text) <= longest) return text;
  let kept = '';
  let bytes = 0;
  for (const character of text) {
    bytes += bytesOf(character);
    if (bytes > longest) break;
    kept += character;
  }
  return kept;
}

function bytesOf(text: string): number {
  return new TextEncoder().encode(text).length;
}
