import { isRecord } from '../../domain/shared/record';

const MAX_VALUES = 1_000;

/** The claims of an ID token or of the userinfo endpoint. */
export type Claims = Readonly<Record<string, unknown>>;

/**
 * The values of a claim, in every form that providers use: a list of texts, one text, a text with commas or spaces, a list of
 * objects with a name, an object whose keys are the roles, each also nested (`realm_access.roles`).
 */
export function claimValues(claims: Claims, name: string): readonly string[] {
  return [...new Set(valuesOf(claimOf(claims, name)))].slice(0, MAX_VALUES);
}

/** The first of these claims that holds a text. */
export function firstText(claims: Claims, names: readonly string[]): string | undefined {
  return names
    .map((name) => claimOf(claims, name))
    .find((value): value is string => typeof value === 'string' && value.trim() !== '');
}

/** By its exact name, which may have dots in it, else by the path that the dots make. */
export function claimOf(claims: Claims, name: string): unknown {
  if (Object.hasOwn(claims, name)) return claims[name];
  return name
    .split('.')
    .reduce<unknown>((inner, key) => (isRecord(inner) && Object.hasOwn(inner, key) ? inner[key] : undefined), claims);
}

function valuesOf(value: unknown): string[] {
  if (typeof value === 'string') return textsIn(value);
  if (Array.isArray(value)) return value.flatMap((one: unknown) => (isRecord(one) ? namesOf(one) : wholeText(one)));
  return isRecord(value) ? Object.keys(value) : [];
}

/** A name can have spaces in it, so the text is a value itself, too. */
function textsIn(text: string): string[] {
  const [whole] = wholeText(text);
  if (whole === undefined) return [];
  return [whole, ...whole.split(/[\s,;]+/), ...whole.split(/[,;]/).map((part) => part.trim())].filter(Boolean);
}

function wholeText(value: unknown): string[] {
  return typeof value === 'string' && value.trim() !== '' ? [value.trim()] : [];
}

function namesOf(entry: Readonly<Record<string, unknown>>): string[] {
  return ['name', 'value', 'display', 'id'].flatMap((key) => wholeText(entry[key]));
}
