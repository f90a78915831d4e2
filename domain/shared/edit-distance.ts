/** Longer words are not looked at: nobody mistypes them. */
const LONGEST_WORD = 200;

/** The candidate that a mistyped word most likely means, ignoring case; at most one edit per three letters. */
export function closestMatch(word: string, candidates: Iterable<string>): string | undefined {
  let best: { candidate: string; distance: number } | undefined;
  if (word.length > LONGEST_WORD) return undefined;
  for (const candidate of candidates) {
    if (candidate.length > LONGEST_WORD) continue;
    const allowed = Math.max(1, Math.floor(Math.max(word.length, candidate.length) / 3));
    const distance = editDistance(word.toLowerCase(), candidate.toLowerCase(), allowed);
    if (distance <= allowed && (best === undefined || distance < best.distance)) best = { candidate, distance };
  }
  return best?.candidate;
}

/**
 * Optimal string alignment distance: deletions, insertions, substitutions and swaps of neighbours. `Infinity` when it is more
 * than `most`: only the band of the table that can hold less is computed, so the time grows with one length, not with both.
 */
export function editDistance(one: string, other: string, most: number): number {
  if (Math.abs(one.length - other.length) > most) return Infinity;
  const width = other.length + 1;
  const none = (): number[] => Array.from({ length: width }, () => Infinity);
  let [beforeLast, last, current] = [none(), none(), none()];
  for (let column = 0; column <= Math.min(most, other.length); column++) last[column] = column;
  for (let row = 1; row <= one.length; row++) {
    let least = Infinity;
    const [from, to] = [Math.max(0, row - most), Math.min(other.length, row + most)];
    // What an earlier row has left beside the band.
    if (from > 0) current[from - 1] = Infinity;
    if (to < other.length) current[to + 1] = Infinity;
    for (let column = from; column <= to; column++) {
      const [left, right] = [one.charCodeAt(row - 1), other.charCodeAt(column - 1)];
      const changed = left === right ? 0 : 1;
      const swapped = left === other.charCodeAt(column - 2) && one.charCodeAt(row - 2) === right;
      const distance = Math.min(
        at(last, column) + 1,
        at(current, column - 1) + 1,
        at(last, column - 1) + changed,
        swapped ? at(beforeLast, column - 2) + 1 : Infinity,
      );
      current[column] = distance;
      least = Math.min(least, distance);
    }
    if (least > most) return Infinity;
    [beforeLast, last, current] = [last, current, beforeLast];
  }
  const distance = at(last, other.length);
  return distance > most ? Infinity : distance;
}

function at(row: readonly number[], column: number): number {
  return row[column] ?? Infinity;
}
