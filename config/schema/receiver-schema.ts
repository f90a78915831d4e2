import { z } from 'zod';

import { duration } from '../shared/duration';
import { address, ipAddress, nonEmptyText, port, flag, proxyAddress, wholeNumber } from '../shared/values';

export const receiverSchema = z
  .strictObject({
    publicUrl: address()
      .optional()
      .describe(
        'Address under which the receiver is reached from outside, such as `https://extpost.example.com`; needed for `extpost login`.',
      ),
    allowLocalRedirect: flag(false).describe(
      'Whether `publicUrl` may be on this computer or plain http: for a trial with the sandbox only.',
    ),
    host: nonEmptyText().prefault('0.0.0.0').describe('Network address on which webhooks are received.'),
    port: port().prefault(8080).describe('Port on which webhooks are received; 0 lets the system choose.'),
    trustedProxies: z
      .array(proxyAddress())
      .prefault([])
      .describe(
        'Addresses or subnets (`10.0.0.0/8`) of the proxies in front of the receiver, whose `X-Forwarded-For` is believed.',
      ),
    // With the usual largest body, strangers can take 512 MiB of memory.
    maxConnections: wholeNumber(2048, { min: 1 }).describe(
      'Connections at a time; for a further one the longest idle one is closed.',
    ),
    // So many that a thousand sockets that do nothing cost less than closing them, and letting them come again, all the time.
    maxConnectionsPerPeer: wholeNumber(1024, { min: 1 }).describe(
      'Connections at a time of one address (or IPv6 network of 64 bits), or requests that a trusted proxy forwards for one.',
    ),
    eventsOfStudio: z
      .strictObject({
        burst: wholeNumber(1_000, { min: 1 }).describe('Events that may come at once.'),
        perSecond: wholeNumber(20, { min: 1 }).describe('Events a second in the long run.'),
      })
      .prefault({})
      .describe(
        'How many signed events of one studio are taken; further ones are answered with 503 and `Retry-After`, and the sweep catches what is not sent again.',
      ),
    maxUnconfirmedTasks: wholeNumber(1_000, { min: 1 }).describe(
      'Running tasks of one studio that only webhooks have told of and Creative Force has not shown yet; events that would start further ones are answered with 503. From 30 on they begin one after the other. Tasks that it never shows end after `poll.goneAfter` of the studio.',
    ),
    bodyLimit: wholeNumber(262_144, { min: 1024 }).describe('Largest webhook body in bytes.'),
    temporalTimeout: duration()
      .prefault('5s')
      .describe('How long a webhook waits for Temporal to accept it; then it gets 503 and Creative Force retries.'),
    maxEventAge: duration({ shortest: 3_600_000 })
      .prefault('30d')
      .describe(
        "Webhooks of events that happened longer ago are refused, as they may be replayed; the sweep finds their tasks. No longer than the namespace's retention, in which Temporal knows the events of ended tasks.",
      ),
    stateFolder: nonEmptyText()
      .prefault('.extpost/receiver')
      .describe('Folder for the headers that `recordHeaders` records. No secret is in it.'),
    healthPort: port()
      .optional()
      .describe(
        'Port on which `/health/live` and `/health/ready` are served; absent means on the port for webhooks, where strangers can use up its connections.',
      ),
    metricsPort: port()
      .optional()
      .describe(
        'Port on which `/metrics` is served for Prometheus, never the public one; absent means that there is none.',
      ),
    monitoringHost: ipAddress()
      .prefault('127.0.0.1')
      .describe('Network address of `healthPort` and `metricsPort`; they have no authentication.'),
    recordHeaders: wholeNumber(0, { min: 0, max: 1000 }).describe(
      "How many of each studio's first deliveries have their headers recorded in the state folder, secrets masked.",
    ),
  })
  .superRefine(checkRedirectHost);

/** Creative Force refuses them in the host (docs/reference/creative-force.md#redirect-addresses). */
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

/** Reports a public address that Creative Force would refuse, unless a local redirect is allowed for the sandbox. */
function checkRedirectHost(
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
