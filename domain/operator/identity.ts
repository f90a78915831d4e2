/** How a program of ours knows who acts. */
export const identitySources = ['system user', 'log-in', 'api key', 'certificate'] as const;

/** Who acts, as a program of ours has found out; nobody's own words. */
export interface KnownIdentity {
  readonly name: string;
  readonly from: (typeof identitySources)[number];
}

/** Who does something: what they say of themselves, and what is known of them. */
export interface Actor {
  /** Free text, unless it is the name in `identity`. */
  readonly by: string;
  readonly identity?: KnownIdentity | undefined;
}

/** A name for the record: `ann (system user)` is known, `ann (said)` is not, `ann (said; system user: node)` is both. */
export function actorText({ by, identity }: Actor): string {
  if (identity === undefined) return `${by} (said)`;
  const { name, from } = identity;
  return name === by ? `${by} (${from})` : `${by} (said; ${from}: ${name})`;
}

/** Whether a value from outside has the form of an identity. */
export function isKnownIdentity(value: unknown): value is KnownIdentity {
  if (typeof value !== 'object' || value === null) return false;
  const { name, from } = value as Partial<Record<keyof KnownIdentity, unknown>>;
  return typeof name === 'string' && name.trim() !== '' && identitySources.some((source) => source === from);
}
