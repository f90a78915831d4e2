/** A store could not be used: its message says which, what was tried, why, and what to do. Holds no secret. */
export class StoreError extends Error {
  override readonly name = 'StoreError';
}

/** A key that is none, whoever made it up. */
export class StoreKeyError extends Error {
  override readonly name = 'StoreKeyError';
}
