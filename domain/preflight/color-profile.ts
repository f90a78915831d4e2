/** Descriptions that different vendors write for the same colour space. */
const families: readonly (readonly [name: string, spelling: RegExp])[] = [
  // `c2` is the small sRGB profile that Facebook embeds.
  ['sRGB', /^srgb|^iec6196621|^c2(ci)?$/],
  ['Adobe RGB', /^(compatiblewith)?adobergb|^opergb|^a98c?$/],
  // `sP3C` is what sharp embeds.
  ['Display P3', /^displayp3|^p3d65|^sp3c$|^p3$/],
  ['ProPhoto RGB', /^prophoto|^rommrgb/],
];

/** The common name of a colour profile; `undefined` when unknown. */
export function colorProfileFamily(description: string): string | undefined {
  const plain = description.toLowerCase().replace(/[^a-z0-9]/g, '');
  return families.find(([, spelling]) => spelling.test(plain))?.[0];
}

/** Known profiles by family; unknown ones must be equal except for case, punctuation and text in brackets. */
export function sameColorProfile(one: string, other: string): boolean {
  const family = colorProfileFamily(one);
  return family === undefined ? plainName(one) === plainName(other) : family === colorProfileFamily(other);
}

function plainName(description: string): string {
  const letters = (text: string): string => text.toLowerCase().replace(/[^\p{L}\p{N}]/gu, '');
  const shorter = letters(description.replace(/\([^)]*\)/g, ''));
  return shorter === '' ? letters(description) : shorter;
}
