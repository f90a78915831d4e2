const MAX_LENGTH = 100;

/** A filter as it stands in an address: its text, cut; nothing for an empty or repeated one. */
export function filterText(value: unknown): string | undefined {
  return typeof value === 'string' && value.trim() !== '' ? value.trim().slice(0, MAX_LENGTH) : undefined;
}
