export type Fields = Readonly<Record<string, unknown>>;

/** Whether a parsed value is an object, and neither null nor a list. */
export function isRecord(value: unknown): value is Fields {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
