/** Padded, so that keys sort in the order of the lines. */
const DIGITS = 10;

// One pattern for each family of keys. What fits none is of somebody else: a folder marker, a copy, a proxy's temporary object.
const LINE = /^lines\/([a-z0-9][a-z0-9-]*)\/(\d{10})\.jsonl$/;
const HEAD = /^heads\/([a-z0-9][a-z0-9-]*)\.json$/;
const POINTER = /^tasks\/[a-z0-9][a-z0-9-]*\/[^/]+\/[0-9a-f]{64}\.json$/;
/** What the store itself leaves when it is asked whether simultaneous writers are safe. */
const PROBE = /^extpost-(?:refuses-to-overwrite\.txt|probes\/[0-9a-f-]{36}\.txt)$/;

export function lineKey(studio: string, sequence: number): string {
  return `${linesOf(studio)}${String(sequence).padStart(DIGITS, '0')}.jsonl`;
}

/** The beginning of the keys of a studio's lines. */
export function linesOf(studio: string): string {
  return `lines/${studio}/`;
}

/** The number of the line under a key; `undefined` for any other object. */
export function sequenceOf(key: string): number | undefined {
  const digits = LINE.exec(key)?.[2];
  return digits === undefined ? undefined : Number(digits);
}

export const HEADS = 'heads/';

export function headKey(studio: string): string {
  return `${HEADS}${studio}.json`;
}

/** The studio whose head is under a key; `undefined` for any other object. */
export function studioOfHead(key: string): string | undefined {
  return HEAD.exec(key)?.[1];
}

/** The beginning of the keys that point to the lines of a task. */
export function pointersOf(studio: string, taskId: string): string {
  return `tasks/${studio}/${taskId}/`;
}

export function pointerKey(studio: string, taskId: string, entryId: string): string {
  return `${pointersOf(studio, taskId)}${entryId}.json`;
}

export function isPointer(key: string): boolean {
  return POINTER.test(key);
}

/** Whether an object is none of the audit's. */
export function isForeign(key: string): boolean {
  return ![LINE, HEAD, POINTER, PROBE].some((family) => family.test(key));
}
