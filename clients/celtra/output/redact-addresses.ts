import { RemoteCallError } from '../../remote-call-error';

const addresses = /\bhttps?:(?:\\?\/){2}[^\s"'<>]+/gi;

/**
 * A piece of an answer without any address: whoever has the address of an asset has the file
 * (docs/reference/celtra.md#asset-addresses).
 */
export function redactAddresses(text: string): string {
  return text.replace(addresses, '[address removed]');
}

/** An answer that was not understood is shown in part, and may hold addresses of assets. */
export function redactAddressesInError(error: unknown): unknown {
  if (!(error instanceof RemoteCallError) || error.kind !== 'contract' || error.excerpt === undefined) return error;
  const { message, system, endpoint, kind, status, code, requestId, excerpt, mayHaveActed } = error;
  const facts = { system, endpoint, kind, status, code, requestId, mayHaveActed };
  return new RemoteCallError(message, { ...facts, excerpt: redactAddresses(excerpt) });
}
