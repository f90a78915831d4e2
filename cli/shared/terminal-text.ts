import Table from 'cli-table3';

/** Replaces control characters in text from outside, because they could move the cursor or hide text. */
export function printable(text: string): string {
  return text.replace(/[\p{Cc}\u200e\u200f\u2028-\u202e\u2066-\u2069]/gu, '\ufffd');
}

/** The same for a text of several lines. */
export function printableLines(text: string): string {
  return text.split('\n').map(printable).join('\n');
}

const withoutLines = Object.fromEntries(
  ['top', 'bottom', 'left', 'right'].flatMap((side) =>
    [side, `${side}-mid`, `${side}-left`, `${side}-right`].map((name) => [name, '']),
  ),
);

/** A cell with a colour. */
export interface ColouredCell {
  readonly text: string;
  readonly colour: (text: string) => string;
}

/** The width of a terminal, in characters; `undefined` for a file or a pipe, where lines may have any length. */
export function terminalWidth(stream: { readonly isTTY?: boolean; readonly columns?: number } = process.stdout) {
  return stream.isTTY === true ? stream.columns : undefined;
}

/** A table without lines, so that it is easy to search with `grep`. */
export function plainTable(head: readonly string[], rows: readonly (readonly (string | ColouredCell)[])[]): string {
  const table = new Table({
    head: [...head],
    style: { head: [], border: [], compact: true, 'padding-left': 0, 'padding-right': 2 },
    chars: { ...withoutLines, mid: '', 'mid-mid': '', middle: '' },
  });
  for (const cells of rows) {
    table.push(cells.map((cell) => (typeof cell === 'string' ? printable(cell) : cell.colour(printable(cell.text)))));
  }
  return table
    .toString()
    .split('\n')
    .map((line) => line.trimEnd())
    .join('\n');
}
