import { isBranch } from './filter-tree';
import { isTimestamp } from './timestamps';

/** Three answers, because an answer can lack what a filter compares, and some comparisons are not explained. */
export type MatchResult = 'yes' | 'no' | 'unknown';

/** One of them holds. */
export function anyMatch(verdicts: readonly MatchResult[]): MatchResult {
  if (verdicts.includes('yes')) return 'yes';
  return verdicts.includes('unknown') ? 'unknown' : 'no';
}

/** All of them hold. */
export function allMatch(verdicts: readonly MatchResult[]): MatchResult {
  if (verdicts.includes('no')) return 'no';
  return verdicts.includes('unknown') ? 'unknown' : 'yes';
}

export function negate(verdict: MatchResult): MatchResult {
  return verdict === 'unknown' ? 'unknown' : verdict === 'yes' ? 'no' : 'yes';
}

/**
 * Numbers may be printed as text; a list or a nested map of names holds when any of its values does
 * (docs/reference/celtra.md#nested-names).
 */
export function matchesEqual(wanted: unknown, value: unknown): MatchResult {
  if (wanted === null) return value === null || value === undefined ? 'yes' : 'no';
  if (value === null || value === undefined) return 'no';
  if (Array.isArray(value)) return anyMatch(value.map((one) => matchesEqual(wanted, one)));
  if (isBranch(value)) return anyMatch(Object.values(value).map((one) => matchesEqual(wanted, one)));
  return isScalar(wanted) && isScalar(value) && String(wanted) === String(value) ? 'yes' : 'no';
}

/**
 * An order: of numbers, of numbers printed as text, and of time stamps, which are in the same zone on both sides. How
 * Celtra orders other texts is not known.
 */
export function matchesOrder(
  operator: 'gt' | 'gte' | 'lt' | 'lte',
  bound: unknown,
  value: unknown,
  isStamp: boolean,
): MatchResult {
  const order = isStamp ? orderOfStamps(value, bound) : orderOfNumbers(value, bound);
  if (order === undefined) return 'unknown';
  const holds = { gt: order > 0, gte: order >= 0, lt: order < 0, lte: order <= 0 };
  return holds[operator] ? 'yes' : 'no';
}

function orderOfStamps(left: unknown, right: unknown): number | undefined {
  if (typeof left !== 'string' || typeof right !== 'string' || !isTimestamp(left) || !isTimestamp(right)) {
    return undefined;
  }
  return left < right ? -1 : left > right ? 1 : 0;
}

function orderOfNumbers(left: unknown, right: unknown): number | undefined {
  const [a, b] = [numberOf(left), numberOf(right)];
  return a === undefined || b === undefined ? undefined : a - b;
}

function numberOf(value: unknown): number | undefined {
  if (typeof value === 'number') return value;
  return typeof value === 'string' && /^-?\d{1,15}(?:\.\d{1,15})?$/.test(value.trim()) ? Number(value) : undefined;
}

function isScalar(value: unknown): value is string | number | boolean {
  return ['string', 'number', 'boolean'].includes(typeof value);
}
