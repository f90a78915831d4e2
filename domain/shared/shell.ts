const PLAIN = /^[\w./:@%+=-]+$/;

/** A command line for a POSIX shell, with each word in quotes that needs them. */
export function shellCommand(words: readonly string[]): string {
  return words.map(shellQuoted).join(' ');
}

function shellQuoted(word: string): string {
  return PLAIN.test(word) ? word : `'${word.replaceAll("'", `'\\''`)}'`;
}
