import type { PictureDetails } from './picture';

/** Descriptions that different vendors write for the same colour space. */
const families: readonly (readonly [name: string, spelling: RegExp])[] = [
  // `c2` is the small sRGB profile that Facebook embeds.
  ['sRGB', /^srgb|^iec6196621|^c2(ci)?$|^[ncu]rgb$|builtinsrgb/],
  ['Adobe RGB', /^(compatiblewith)?adobergb|^op(e)?rgb|^a98c?$/],
  // `sP3C` is what sharp embeds.
  ['Display P3', /^displayp3|^p3d65|^[su]?p3c?$/],
  ['ProPhoto RGB', /^prophoto|^rommrgb/],
];

/** No name of a profile is longer; a pattern must not see more. */
const MAX_DESCRIPTION = 200;

/** The common name of a colour profile; `undefined` when unknown. */
export function colorProfileFamily(description: string): string | undefined {
  const plain = description
    .slice(0, MAX_DESCRIPTION)
    .toLowerCase()
    .replace(/[^a-z0-9]/g, '');
  return families.find(([, spelling]) => spelling.test(plain))?.[0];
}

/** Whether a picture has a profile of this name: by its primaries and curve, and by its description if it has none. */
export function hasColorProfile({ colorProfile, profileFamily }: PictureDetails, wanted: string): boolean {
  if (colorProfile === undefined) return false;
  const family = colorProfileFamily(wanted);
  if (family === undefined || profileFamily === undefined) return sameColorProfile(wanted, colorProfile);
  return profileFamily === family;
}

/** Known profiles by family; unknown ones must be equal except for case, punctuation and text in brackets. */
export function sameColorProfile(one: string, other: string): boolean {
  const family = colorProfileFamily(one);
  return family === undefined ? plainName(one) === plainName(other) : family === colorProfileFamily(other);
}

function plainName(description: string): string {
  const letters = (text: string): string => text.toLowerCase().replace(/[^\p{L}\p{N}]/gu, '');
  const bounded = description.slice(0, MAX_DESCRIPTION);
  const shorter = letters(bounded.replace(/\([^()]*\)/g, ''));
  return shorter === '' ? letters(bounded) : shorter;
}
