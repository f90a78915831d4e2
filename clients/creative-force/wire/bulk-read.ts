/**
 * The answer of a bulk read: what came back, and the ids that were asked for and did not
 * (docs/reference/creative-force.md#bulk-reads).
 */
export interface BulkRead<T> {
  readonly found: T[];
  /** In lower case, in the order asked. */
  readonly missing: string[];
}

/** What was asked for, once each, in whatever letter case the ids were given; anything else that came is left out. */
export function toBulkRead<T>(rows: readonly T[], asked: readonly string[], idOf: (row: T) => string): BulkRead<T> {
  const byId = new Map(rows.map((row) => [idOf(row).toLowerCase(), row]));
  const wanted = [...new Set(asked.map((id) => id.toLowerCase()))];
  return {
    found: wanted.flatMap((id) => byId.get(id) ?? []),
    missing: wanted.filter((id) => !byId.has(id)),
  };
}
