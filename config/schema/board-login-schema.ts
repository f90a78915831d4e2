import { z } from 'zod';

import { duration } from '../shared/duration';
import { address, flag, isObject, nonEmptyText, RUN_DESPITE_ISSUES, secret } from '../shared/values';

const SHORTEST_PASSWORD = 12;
/** A header's name; Node gives them in lower case. */
const HEADER = /^[A-Za-z0-9-]{1,100}$/;

const openIdConnect = z.strictObject({
  issuer: address().describe('Address of the provider, under which `/.well-known/openid-configuration` is found.'),
  clientId: nonEmptyText().describe(
    'Id of the board at the provider; its redirect address is `<publicUrl>/log-in/return`.',
  ),
  clientSecret: secret().optional().describe('Secret of the board at the provider; absent for a public client.'),
  scope: nonEmptyText()
    .prefault('openid email profile')
    .describe('What the provider is asked for; `openid` must be in it.'),
  nameClaim: nonEmptyText()
    .prefault('email')
    .describe('Claim that names a user in records; if it is absent: e-mail address, user name, subject.'),
  groupsClaim: nonEmptyText()
    .prefault('groups')
    .describe('Claim with the groups or roles of a user; dots lead into objects (`realm_access.roles`).'),
});

const header = (byDefault: string, what: string) =>
  z.string().regex(HEADER, 'is not the name of a header').prefault(byDefault).describe(what);

const proxyHeaders = z.strictObject({
  nameHeader: header('X-Forwarded-User', 'Header in which the proxy names the person.'),
  groupsHeader: header('X-Forwarded-Groups', 'Header with the groups of the person, separated by commas.'),
});

const groups = () => z.array(nonEmptyText());

/** How people log in to the board, and which of their groups may do what. */
export const boardLoginSchema = z
  .strictObject({
    openIdConnect: openIdConnect
      .optional()
      .describe('Log-in at a provider such as Okta, Entra ID, Google or Keycloak; needs `publicUrl`.'),
    proxyHeaders: proxyHeaders
      .optional()
      .describe('Log-in at a proxy in front of the board, which is believed from the addresses in `trustedProxies`.'),
    password: secret()
      .refine((given) => given.length >= SHORTEST_PASSWORD, {
        message: `is too short; give at least ${SHORTEST_PASSWORD} characters (openssl rand -base64 18)`,
      })
      .optional()
      .describe('One password for everybody, with all rights: for a trial on this computer only.'),
    isPublishedOnLoopback: flag(false).describe(
      'Whether the board runs in a container whose port is published on 127.0.0.1 only, so that a password is enough.',
    ),
    look: groups().prefault([]).describe('Groups whose members see tasks; `*` means everybody who can log in.'),
    act: groups()
      .prefault([])
      .describe('Groups whose members also decide about tasks; `*` means everybody who can log in.'),
    studios: z
      .record(z.string(), groups().describe('Groups that see the tasks of this studio.'))
      .optional()
      .describe(
        'Which groups see which studios; absent means that all see all. A studio that is not in it is seen by nobody.',
      )
      .meta({ propertyNames: { title: 'studio' } }),
    idleTimeout: duration({ shortest: 60_000 })
      .prefault('4h')
      .describe('How long a session lasts without a click; a page that refreshes itself does not count.'),
    absoluteTimeout: duration({ shortest: 60_000 })
      .prefault('12h')
      .describe('How long a session lasts at most; groups that were changed count from the next log-in on.'),
  })
  .superRefine(checkOneWay, RUN_DESPITE_ISSUES);

const ways = ['openIdConnect', 'proxyHeaders', 'password'] as const;

function checkOneWay(written: unknown, context: z.core.$RefinementCtx): void {
  if (!isObject(written)) return;
  const chosen = ways.filter((way) => written[way] !== undefined);
  if (chosen.length !== 1) {
    const what = chosen.length === 0 ? 'names no way to log in' : `names ${chosen.length} ways to log in`;
    context.addIssue({ code: 'custom', message: `${what}; set one of ${ways.join(', ')}` });
  }
  const hasGroups = ['look', 'act'].some((role) => Array.isArray(written[role]) && written[role].length > 0);
  if (!hasGroups && !chosen.includes('password')) {
    context.addIssue({
      code: 'custom',
      message: 'lets nobody in; list groups under look or act, or "*" for everybody',
    });
  }
}

/** Reports what the rest of `board` lacks for its log-in. */
export function checkLoginComplete(written: unknown, context: z.core.$RefinementCtx): void {
  if (!isObject(written) || !isObject(written['login'])) return;
  const { login, publicUrl, trustedProxies } = written;
  const missing = (key: string, why: string): void => {
    context.addIssue({
      code: 'custom',
      path: [key],
      message: `this setting is missing: ${why}`,
      params: { isSentence: true },
    });
  };
  if (login['openIdConnect'] !== undefined && publicUrl === undefined) {
    missing('publicUrl', 'the provider sends people back to it, such as https://board.example.com');
  }
  if (login['proxyHeaders'] !== undefined && !(Array.isArray(trustedProxies) && trustedProxies.length > 0)) {
    missing('trustedProxies', 'the headers of a log-in are believed from these addresses only, such as 10.0.0.5');
  }
}
