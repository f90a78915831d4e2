import { addressPattern } from '../../http/redact';
import { RemoteCallError } from '../../remote-call-error';
import { cutText } from '../../wire-values';

/** Removes all addresses: whoever has an asset's address has the file (docs/reference/celtra.md#asset-addresses). */
export function redactAddresses(text: string): string {
  return text.replace(addressPattern, '[address removed]');
}

export function redactAddressesInError(error: unknown): unknown {
  if (!(error instanceof RemoteCallError) || error.excerpt === undefined) return error;
  if (error.kind !== 'contract' && error.kind !== 'unreadable') return error;
  return error.with({ excerpt: redactAddresses(error.excerpt) });
}

/** The fields of an Output that recipes may read: without its assets, and with no address but `previewUrl`. */
export function publicFields(printed: object): Readonly<Record<string, unknown>> {
  const { assets: _, previewUrl, ...others } = printed as Readonly<Record<string, unknown>>;
  return { ...(removeAddresses(others) as object), ...(previewUrl !== undefined && { previewUrl }) };
}

function removeAddresses(value: unknown): unknown {
  if (typeof value === 'string') return /https?:\\?\/\\?\//i.test(value) ? undefined : cutText(value);
  if (typeof value !== 'object' || value === null) return value;
  if (Array.isArray(value)) return value.map(removeAddresses).filter((entry) => entry !== undefined);
  const entries = Object.entries(value).map(([key, inner]) => [key, removeAddresses(inner)] as const);
  return Object.fromEntries(entries.filter(([, inner]) => inner !== undefined));
}
