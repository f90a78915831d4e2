import type { CreativeForceOptions } from './options';

interface ResponseVariations extends Pick<CreativeForceOptions, 'unknownKeys' | 'unknownEnumValues'> {
  readonly guidCase: LetterCase;
  readonly numericStrings: boolean;
}

export const letterCases = ['lower', 'upper', 'mixed'] as const;
type LetterCase = (typeof letterCases)[number];

/** The variations of the answer with this number: settings that say `byCall` differ from answer to answer. */
export function variationsOf(
  { unknownKeys, unknownEnumValues, guidCase, numericStrings }: CreativeForceOptions,
  answer: number,
): ResponseVariations {
  return {
    unknownKeys,
    unknownEnumValues,
    guidCase: guidCase === 'byCall' ? (letterCases[answer % letterCases.length] ?? 'lower') : guidCase,
    numericStrings: numericStrings === 'byCall' ? answer % 2 === 0 : numericStrings,
  };
}

/**
 * Open enumerations that no call depends on, each with an unknown value
 * (docs/reference/creative-force.md#enumerations).
 */
const unknownValues: Readonly<Record<string, number | string>> = {
  productionTypeCategoryId: 990,
  priorityTypeId: 97,
  jobTypeId: 98,
  mediaTypeId: 96,
  fileExtensionId: 95,
  typeId: 94,
  colourSpaceType: 'Oklab',
};

/**
 * Objects whose keys are data: an additional key would have a meaning.
 */
const mapKeys: ReadonlySet<string> = new Set(['headers', 'properties', 'errors']);

const GUID = /^[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i;

/**
 * Varies a response in ways that a client must tolerate: unknown keys and values, other letter case, numbers as text
 * (docs/reference/creative-force.md#loose-types).
 */
export function varyResponse(value: unknown, variations: ResponseVariations, key = ''): unknown {
  if (Array.isArray(value)) return value.map((item) => varyResponse(item, variations));
  if (typeof value === 'string') return GUID.test(value) ? withLetterCase(value, variations.guidCase) : value;
  if (typeof value === 'number') {
    const shown = variations.unknownEnumValues ? (unknownValues[key] ?? value) : value;
    return variations.numericStrings ? String(shown) : shown;
  }
  if (typeof value !== 'object' || value === null) return value;
  const known = Object.entries(value).map(([name, inner]) => [name, varyResponse(inner, variations, name)] as const);
  const isMap = mapKeys.has(key);
  return Object.fromEntries([
    ...known,
    ...(variations.unknownKeys && !isMap
      ? [['introducedLater', { since: '2027-01', flags: ['x'], nothing: null }]]
      : []),
    ...(variations.unknownEnumValues && !isMap ? [['laterTypeId', 9_907]] : []),
  ]);
}

/** A GUID in a letter case; `mixed` is upper for every second letter. */
export function withLetterCase(guid: string, letterCase: LetterCase): string {
  if (letterCase === 'lower') return guid.toLowerCase();
  if (letterCase === 'upper') return guid.toUpperCase();
  return guid.replace(/./g, (letter: string, index: number) =>
    index % 2 === 0 ? letter.toUpperCase() : letter.toLowerCase(),
  );
}
