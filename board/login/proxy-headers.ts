import type { IncomingMessage } from 'node:http';

import { addressMatcher } from '../../starters';
import type { Person } from './access';

export interface ProxyHeadersSettings {
  /** Addresses or subnets of the proxies that are believed. */
  readonly proxies: readonly string[];
  readonly nameHeader: string;
  readonly groupsHeader: string;
}

export type ProxyAnswer =
  | { readonly outcome: 'known'; readonly person: Person }
  | { readonly outcome: 'not the proxy' | 'nobody named' | 'named twice' };

/** Reads who a trusted proxy says that is; from nobody else are the headers believed. */
export function createProxyHeaders(
  settings: ProxyHeadersSettings,
): (request: Pick<IncomingMessage, 'rawHeaders' | 'socket'>) => ProxyAnswer {
  const isProxy = addressMatcher(settings.proxies);
  const nameHeader = settings.nameHeader.toLowerCase();
  const groupsHeader = settings.groupsHeader.toLowerCase();
  return ({ rawHeaders, socket }) => {
    if (socket.remoteAddress === undefined || !isProxy(socket.remoteAddress)) return { outcome: 'not the proxy' };
    const names = headerValues(rawHeaders, nameHeader);
    const groups = headerValues(rawHeaders, groupsHeader);
    // A proxy that adds its header instead of replacing it lets through what the browser had written.
    if (names.length > 1 || groups.length > 1) return { outcome: 'named twice' };
    const identity = names[0]?.trim() ?? '';
    if (identity === '') return { outcome: 'nobody named' };
    return { outcome: 'known', person: { identity, groups: listed(groups[0] ?? '') } };
  };
}

/** Each value of a header, with letters beyond ASCII as UTF-8. */
function headerValues(rawHeaders: readonly string[], name: string): string[] {
  return rawHeaders.flatMap((value, index) => {
    const isValue = index % 2 === 1 && rawHeaders[index - 1]?.toLowerCase() === name;
    return isValue ? [Buffer.from(value, 'latin1').toString('utf8')] : [];
  });
}

function listed(text: string): string[] {
  return text
    .split(/[,;|]/)
    .map((one) => one.trim())
    .filter((one) => one !== '');
}
