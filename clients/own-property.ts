/** What a table of ours says of a word from the wire. `constructor` and its like stand in no table, so they find nothing. */
export function ownProperty<T>(table: Readonly<Record<string, T>>, word: string): T | undefined {
  return Object.hasOwn(table, word) ? table[word] : undefined;
}
