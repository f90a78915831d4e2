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
  return found.length > 0 ? found : fitting((one) => one.startsWith(`${wanted}/`));
}

/** The form in which names of expected outputs are compared. */
export function comparableName(name: string): string {
  return name
    .split(/[,/]/)
    .map((part) => part.trim().toLowerCase().replaceAll(/\s+/g, ' '))
    .join('/');
}
