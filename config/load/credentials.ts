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

const ofCreativeForce = new Set(['clientId', 'clientSecret', 'tokenKey', 'accessToken']);
const ofCeltra = new Set(['applicationId', 'secretKey']);
const ofNotifications = new Set<string | number>(['slack', 'teams', 'server', 'bearer', 'secret']);
const ofBucket = new Set(['accessKeyId', 'secretAccessKey', 'sessionToken']);

/** The group of a credential; `undefined` for any other setting. */
export function credentialGroupOf(path: SettingPath, grantOf: GrantOf): CredentialGroup | undefined {
  const [root, second, third, fourth = '', fifth, sixth = ''] = path.map(String);
  if (root === 'audit') {
    if (second === 'keys') return 'audit';
    if (second === 'anchors' && third === 'bearer') return 'anchors';
    return second === 'store' && third === 's3' && ofBucket.has(fourth) ? 'audit' : undefined;
  }
  if (root === 'temporal') {
    if (second === 'codecServer') return third === 'token' ? 'codec server' : undefined;
    if (second === 'encryptionKeys') return 'temporal';
    return second === 'largePayloads' && fourth === 's3' && ofBucket.has(fifth ?? '') ? 'storage' : undefined;
  }
  if (root === 'storage') return second === 's3' && ofBucket.has(third ?? '') ? 'storage' : undefined;
  if (root === 'board' && second === 'login') {
    return third === 'password' || fourth === 'clientSecret' ? 'board' : undefined;
  }
  if (root !== 'studios') return undefined;
  if (third === 'creativeForce') {
    if (fourth === 'webhookSecrets') return 'webhooks';
    if (!ofCreativeForce.has(fourth)) return undefined;
    return grantOf(second ?? '') === 'authorization code' ? 'logins' : 'creative force';
  }
  if (third === 'celtra') return ofCeltra.has(fourth) ? 'celtra' : undefined;
  if (third === 'inputs') return fourth === 'saveTo' && fifth === 's3' && ofBucket.has(sixth) ? 'inputs' : undefined;
  return third === 'notifications' && ofNotifications.has(fifth ?? fourth) ? 'notifications' : undefined;
}
