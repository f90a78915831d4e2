import type { Liquid } from 'liquidjs';

/** Registers our own Liquid filters. Each throws on invalid input. */
export function registerTemplateFilters(engine: Liquid): void {
  engine.registerFilter('slug', slug);
  engine.registerFilter('ratio', ratio);
  engine.registerFilter('pad', pad);
}

/** `Trail Runner (Größe 42)` → `trail-runner-grosse-42`: lower case, letters without accents, digits, hyphens. */
function slug(value: unknown): string {
  return String(value)
    .replaceAll('ß', 'ss')
    .normalize('NFKD')
    .replace(/\p{Mark}/gu, '')
    .toLowerCase()
    .replace(/[^\p{Letter}\p{Number}]+/gu, '-')
    .replace(/^-+|-+$/g, '');
}

/** `{{ spec.width | ratio: spec.height }}` → `9:16`: integers, reduced. */
function ratio(width: unknown, height: unknown): string {
  const [across, down] = [wholeNumber('ratio', width), wholeNumber('ratio', height)];
  const divisor = greatestCommonDivisor(across, down);
  return `${across / divisor}:${down / divisor}`;
}

/** `{{ expected.variant | pad: 3 }}` → `007`; padded with zeros unless another character is given. */
function pad(value: unknown, length: unknown, sign: unknown = '0'): string {
  const wanted = wholeNumber('pad', length);
  if (wanted > 100) throw new Error(`pad takes at most 100, not ${wanted}`);
  return String(value).padStart(wanted, String(sign));
}

function wholeNumber(filter: string, value: unknown): number {
  const number = typeof value === 'string' && value.trim() !== '' ? Number(value) : value;
  if (typeof number !== 'number' || !Number.isInteger(number) || number <= 0) {
    throw new Error(
      `${filter} needs whole numbers above 0, not ${value === undefined ? 'nothing' : JSON.stringify(value)}`,
    );
  }
  return number;
}

function greatestCommonDivisor(one: number, other: number): number {
  return other === 0 ? one : greatestCommonDivisor(other, one % other);
}
