import { composed } from '../shared/text';

/** Of files that can be expected; a name with another ending is the name of something else. */
const FILE_EXTENSION = /\.(?:jpe?g|png|tiff?|mp4|mov)$/;

/**
 * The expected outputs that a name fits. `namesOf` gives all names of one: its label, its file name, its key. Commas and
 * slashes, letter case and spaces count the same, so `front/feed 1:1` fits `Front, Feed 1:1`; the beginning of a label, such as
 * a position alone, fits all outputs that begin with it, unless a whole name fits.
 */
export function outputsNamed<Output>(
  name: string,
  outputs: readonly Output[],
  namesOf: (output: Output) => readonly (string | undefined)[],
): readonly Output[] {
  const wanted = comparableName(name);
  if (wanted === '') return [];
  const fitting = (fits: (one: string) => boolean) =>
    outputs.filter((output) => namesOf(output).some((one) => one !== undefined && fits(comparableName(one))));
  const found = fitting((one) => one === wanted);
  if (found.length > 0) return found;
  // The name that a file is delivered by, where the task asks for it without its extension.
  const file = wanted.replace(FILE_EXTENSION, '');
  const ofFile = file === wanted ? [] : fitting((one) => one === file);
  return ofFile.length > 0 ? ofFile : fitting((one) => one.startsWith(`${wanted}/`));
}

/** The form in which names of expected outputs are compared. */
export function comparableName(name: string): string {
  return composed(name)
    .split(/[,/]/)
    .map((part) => part.trim().toLowerCase().replaceAll(/\s+/g, ' '))
    .join('/');
}
