/** One set of headers: a later one replaces an earlier one of the same name, in whatever letter case. */
export function mergeHeaders(...parts: readonly Readonly<Record<string, string>>[]): Record<string, string> {
  const merged = new Map<string, readonly [string, string]>();
  for (const part of parts) {
    for (const [name, value] of Object.entries(part)) merged.set(name.toLowerCase(), [name, value]);
  }
  return Object.fromEntries(merged.values());
}
