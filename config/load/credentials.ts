import picomatch from 'picomatch';

import type { SettingPath } from './config-error';

/** Groups of credentials in `extpost.yaml`; a command resolves only those that it needs. */
export const credentialGroups = [
  /** For every command that calls Temporal. */
  'temporal',
  'codec server',
  'creative force',
  /** Those of a studio with the grant `authorization code`, whose login the receiver finishes. */
  'logins',
  'webhooks',
  'celtra',
  /** Those of the bucket in which everything lies that has no place of its own. */
  'storage',
  'audit',
  'anchors',
  'inputs',
  'notifications',
  'board',
] as const;
export type CredentialGroup = (typeof credentialGroups)[number];

/** What workers need: everything but what only the receiver, or a person at the command line, does. */
export const workerCredentials = [
  'temporal',
  'creative force',
  'logins',
  'celtra',
  'storage',
  'audit',
  'inputs',
  'notifications',
] as const satisfies readonly CredentialGroup[];

/** Reads the grant of a studio as it is written. */
type GrantOf = (studio: string) => unknown;

const BUCKET = 's3/{accessKeyId,secretAccessKey,sessionToken}';

/** Where the credentials of each group are. */
const places: readonly (readonly [place: string, group: CredentialGroup])[] = [
  ['audit/keys{,/*}', 'audit'],
  [`audit/store/${BUCKET}`, 'audit'],
  ['audit/anchors/bearer', 'anchors'],
  ['temporal/codecServer/token', 'codec server'],
  ['temporal/encryptionKeys{,/*}', 'temporal'],
  [`temporal/largePayloads/store/${BUCKET}`, 'storage'],
  [`storage/${BUCKET}`, 'storage'],
  ['board/login/{password,openIdConnect/clientSecret}', 'board'],
  ['studios/*/creativeForce/webhookSecrets{,/*}', 'webhooks'],
  ['studios/*/creativeForce/{clientId,clientSecret,tokenKey,accessToken}', 'creative force'],
  ['studios/*/celtra/{applicationId,secretKey}', 'celtra'],
  [`studios/*/inputs/saveTo/${BUCKET}`, 'inputs'],
  ['studios/*/notifications/{slack,teams,email/server,webhook/bearer,webhook/secret}', 'notifications'],
];
const groups = places.map(([place, group]) => ({ matches: picomatch(place), group }));

/** The group of a credential; `undefined` for any other setting. */
export function credentialGroupOf(path: SettingPath, grantOf: GrantOf): CredentialGroup | undefined {
  const place = path.join('/');
  const group = groups.find(({ matches }) => matches(place))?.group;
  const isLogin = group === 'creative force' && grantOf(String(path[1])) === 'authorization code';
  return isLogin ? 'logins' : group;
}
