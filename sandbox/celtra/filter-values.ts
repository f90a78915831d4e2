export type Scalar = string | number | boolean | null;

/** Whether a fact equals the given value; a missing fact is null. */
export function isEqual(fact: unknown, value: Scalar): boolean {
  return value === null ? fact === null || fact === undefined : fact === value;
}

/** Texts compare as texts, numbers as numbers; a date without a time is midnight that way. `undefined`: no order. */
export function compare(fact: unknown, value: Scalar): number | undefined {
  if (typeof fact === 'string' && typeof value === 'string') return fact < value ? -1 : fact > value ? 1 : 0;
  return typeof fact === 'number' && typeof value === 'number' ? fact - value : undefined;
}

export function isScalar(value: unknown): value is Scalar {
  return value === null || ['string', 'number', 'boolean'].includes(typeof value);
}

export function isTree(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
