const address = /https?:\\?\/\\?\//i;

/**
 * An Output as Celtra prints it, for recipes to look at: without its assets, and without any address but `previewUrl`,
 * because an asset's address is a secret (docs/reference/celtra.md#asset-addresses).
 */
export function publicFields(printed: object): Readonly<Record<string, unknown>> {
  const entries = Object.entries(printed)
    .filter(([key]) => key !== 'assets')
    .map(([key, value]: [string, unknown]) => [key, key === 'previewUrl' ? value : removeAddresses(value)] as const);
  return Object.fromEntries(entries.filter(([, value]) => value !== undefined));
}

function removeAddresses(value: unknown): unknown {
  if (typeof value === 'string') return address.test(value) ? undefined : value;
  if (typeof value !== 'object' || value === null) return value;
  if (Array.isArray(value)) return value.map(removeAddresses).filter((entry) => entry !== undefined);
  const entries = Object.entries(value).map(([key, inner]) => [key, removeAddresses(inner)] as const);
  return Object.fromEntries(entries.filter(([, inner]) => inner !== undefined));
}
