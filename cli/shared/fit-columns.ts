/** The widths that a column can have, in characters. */
export interface ColumnWidth {
  /** That of its longest text. */
  readonly natural: number;
  /** It is never narrower. */
  readonly least: number;
}

export interface FitRules<Name extends string> {
  /** For all columns together, each of which takes `between` more than its text. */
  readonly room: number;
  readonly between: number;
  /** Left out one after the other where the least widths are too wide. */
  readonly leastImportant: readonly Name[];
  /** Shortened one after the other. */
  readonly shortened: readonly Name[];
}

/** The columns of a table that fit, each with its width, in the order given. */
export function fitColumns<Name extends string>(
  columns: ReadonlyMap<Name, ColumnWidth>,
  { room, between, leastImportant, shortened }: FitRules<Name>,
): ReadonlyMap<Name, number> {
  const kept = new Map(columns);
  const widthOf = (which: keyof ColumnWidth): number =>
    [...kept.values()].reduce((sum, column) => sum + column[which] + between, 0);
  for (const name of leastImportant) if (widthOf('least') > room) kept.delete(name);
  const widths = new Map([...kept].map(([name, { natural }]) => [name, natural]));
  let excess = widthOf('natural') - room;
  for (const name of shortened) {
    const column = kept.get(name);
    if (column === undefined || excess <= 0) continue;
    const less = Math.min(excess, Math.max(0, column.natural - column.least));
    widths.set(name, column.natural - less);
    excess -= less;
  }
  return widths;
}
