const share = process.env['EXTPOST_TEST_PROPERTIES'] === 'all' ? 1 : 1 / 16;

/**
 * How often a property is tried. A usual run tries a sixteenth of `thorough`, with another seed each time, so that in the end
 * nothing is left out; `EXTPOST_TEST_PROPERTIES=all` tries all of it.
 */
export function propertyRuns(thorough: number): number {
  return Math.ceil(thorough * share);
}
