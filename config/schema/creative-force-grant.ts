import { z } from 'zod';

import { address, isObject, secret, nonEmptyText, choice, strongSecret } from '../shared/values';

/** How a studio's access tokens are obtained (docs/reference/creative-force.md#token-request). */
export const grantSettings = {
  grant: choice(['client credentials', 'authorization code', 'pasted token']).describe(
    "Where access tokens come from: the application's id and secret, a user's `extpost login`, or a pasted one for a trial.",
  ),
  clientId: nonEmptyText()
    .optional()
    .describe("Id of the studio's gateway application; needed unless a token is pasted."),
  clientSecret: secret()
    .optional()
    .describe("Secret of the studio's gateway application; needed unless a token is pasted."),
  credentialsIn: choice(['form', 'header']).describe(
    'Where the token endpoint expects clientId and clientSecret: in the form, or in a Basic header.',
  ),
  authorizeUrl: address()
    .prefault('https://accounts.creativeforce.io/connect/authorize')
    .describe('Address to which `extpost login` sends the user.'),
  revocationUrl: address()
    .prefault('https://accounts.creativeforce.io/connect/revocation')
    .describe('Address at which `extpost logout` revokes a login.'),
  loginScope: nonEmptyText()
    .prefault('cfgateway offline_access')
    .describe('Scope of a login; without offline_access it would end after an hour.'),
  tokenFolder: nonEmptyText()
    .prefault('.extpost/tokens')
    .describe('Folder for encrypted logins; the worker, the receiver and `extpost login` must share it.'),
  tokenKey: strongSecret()
    .optional()
    .describe('Key that encrypts logins, 32 bytes in Base64 or a passphrase; write `${EXTPOST_TOKEN_KEY}`.'),
  accessToken: secret().optional().describe('A pasted access token, for a trial; it is valid for about an hour.'),
  accessTokenExpires: z.iso
    .datetime({ offset: true, error: 'is not an instant; write it like 2026-12-01T10:00:00Z' })
    .optional()
    .describe('When the pasted token expires, like `2026-12-01T10:00:00Z`; absent means what the token itself says.'),
};

const needs: Readonly<Record<string, readonly string[]>> = {
  'client credentials': ['clientId', 'clientSecret'],
  'authorization code': ['clientId', 'clientSecret', 'tokenKey'],
  'pasted token': ['accessToken'],
};

const advice: Readonly<Record<string, string>> = {
  tokenKey: 'write tokenKey: ${EXTPOST_TOKEN_KEY} and set EXTPOST_TOKEN_KEY (openssl rand -base64 32)',
  accessToken: 'write accessToken: ${NAME} and set NAME',
};

/** Reports settings that the chosen grant needs. Runs on the raw input, so that all faults are reported at once. */
export function checkGrantComplete(written: unknown, context: z.core.$RefinementCtx): void {
  if (!isObject(written)) return;
  const grant = typeof written['grant'] === 'string' ? written['grant'] : 'client credentials';
  for (const key of needs[grant] ?? []) {
    if (written[key] !== undefined) continue;
    const message = `this setting is missing: the grant "${grant}" needs it${advice[key] === undefined ? '' : `; ${advice[key]}`}`;
    context.addIssue({ code: 'custom', path: [key], message, params: { isSentence: true } });
  }
}
