const NOT_SHOWN = 'NOT_SHOWN';

/** What cannot be shown as a small picture; its message continues "The file …". Between processes its code alone stays. */
export class NotShown extends Error {
  readonly code = NOT_SHOWN;
}

export function isNotShown(error: unknown): boolean {
  return (error as { readonly code?: unknown } | undefined)?.code === NOT_SHOWN;
}
