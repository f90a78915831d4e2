/** Profiles that go by many names: what each maker writes into the description of the same colour space. */
const families: readonly (readonly [name: string, spelling: RegExp])[] = [
  // `c2` is the small sRGB profile that Facebook embeds.
  ['sRGB', /^srgb|^iec6196621|^c2(ci)?$/],
  ['Adobe RGB', /^(compatiblewith)?adobergb|^opergb|^a98c?$/],
  // `sP3C` is what sharp embeds.
  ['Display P3', /^displayp3|^p3d65|^sp3c$|^p3$/],
  ['ProPhoto RGB', /^prophoto|^rommrgb/],
];

/** The usual name of a colour profile, whoever wrote its description; `undefined` when it is none of the known ones. */
export function colorProfileFamily(description: string): string | undefined {
  const plain = description.toLowerCase().replace(/[^a-z0-9]/g, '');
  return families.find(([, spelling]) => spelling.test(plain))?.[0];
}

/**
 * Whether two descriptions name one colour profile: `sRGB` and `sRGB IEC61966-2.1` do. Others must be equal but for case,
 * punctuation and what stands in brackets, as in `Coated FOGRA39 (ISO 12647-2:2004)`.
 */
export function sameColorProfile(one: string, other: string): boolean {
  const family = colorProfileFamily(one);
  return family === undefined ? plainName(one) === plainName(other) : family === colorProfileFamily(other);
}

function plainName(description: string): string {
  const letters = (text: string): string => text.toLowerCase().replace(/[^\p{L}\p{N}]/gu, '');
  const shorter = letters(description.replace(/\([^)]*\)/g, ''));
  return shorter === '' ? letters(description) : shorter;
}
