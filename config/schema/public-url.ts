import { z } from 'zod';

import { address } from '../shared/values';

/**
 * Parts that Creative Force refuses in the host of a redirect address
 * (docs/reference/creative-force.md#redirect-addresses).
 */
const FORBIDDEN_PARTS = [
  'localhost',
  'creativeforce.io',
  'metadata.google',
  'burpcollaborator.net',
  '.local',
  '.internal',
  'ram.aliyuncs.com',
  'fuf.me',
  'localtest.me',
  'ulh.us',
  '127.0.0.1',
  '169.254.169.254',
];

export function publicUrl() {
  return address()
    .optional()
    .describe(
      'Address under which the receiver is reached from outside, such as `https://extpost.example.com`; needed for `extpost login`.',
    );
}

/** Reports a public address that Creative Force would refuse, unless a local redirect is allowed for the sandbox. */
export function checkRedirectHost(
  receiver: { readonly publicUrl?: string | undefined; readonly allowLocalRedirect: boolean },
  context: z.core.$RefinementCtx,
): void {
  const { publicUrl: written, allowLocalRedirect } = receiver;
  if (written === undefined || allowLocalRedirect || !URL.canParse(written)) return;
  const fault = faultOf(new URL(written));
  if (fault === undefined) return;
  const message = `${fault}; allowLocalRedirect: true admits it for a trial with the sandbox`;
  context.addIssue({ code: 'custom', path: ['publicUrl'], message });
}

/** `address()` checks for https already. */
function faultOf({ hostname }: URL): string | undefined {
  // A trailing dot means the same host.
  const host = hostname.toLowerCase().replace(/\.$/, '');
  const part = FORBIDDEN_PARTS.find((forbidden) => host.includes(forbidden));
  if (part !== undefined) return `has "${part}" in its host, which Creative Force refuses for a redirect`;
  const isIp = host.startsWith('[') || z.ipv4().safeParse(host).success;
  return isIp ? 'must be a host name, not an IP address, for Creative Force looks the name up' : undefined;
}
