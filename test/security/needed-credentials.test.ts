import type { CredentialGroup } from '../../config';
import { loadConfig } from '../../config/load/load-config';
import { workerCredentials, credentialGroupOf } from '../../config/load/credentials';
import { settings } from '../../config/reference/settings';

/** A process that needs no credential of a kind does not read it, so that whoever takes the process over does not have it. */

const file = `
temporal: { encryptionKeys: ['\${PAYLOAD_KEY}'], codecServer: { token: '\${CODEC_TOKEN}' } }
audit: { keys: ['\${AUDIT_KEY}'], anchors: { url: 'https://anchors.example.com', bearer: '\${ANCHOR_BEARER}' } }
studios:
  acme:
    creativeForce:
      clientId: \${CF_ID}
      clientSecret: \${CF_SECRET}
      webhookSecrets: ['\${WEBHOOK_SECRET}']
    celtra: { applicationId: '\${CELTRA_ID}', secretKey: '\${CELTRA_SECRET}' }
    notifications: { webhook: { url: 'https://people.example.com', bearer: '\${NOTICE_BEARER}' }, slack: '\${NOTICE_SLACK}' }
    recipes: []
  other:
    creativeForce:
      grant: authorization code
      clientId: \${LOGIN_ID}
      clientSecret: \${LOGIN_SECRET}
      tokenKey: \${TOKEN_KEY}
    celtra: { applicationId: app, secretKey: '\${CELTRA_SECRET}' }
    recipes: []
`;

const groups: Readonly<Record<string, readonly string[]>> = {
  temporal: ['PAYLOAD_KEY'],
  'codec server': ['CODEC_TOKEN'],
  audit: ['AUDIT_KEY'],
  anchors: ['ANCHOR_BEARER'],
  'creative force': ['CF_ID', 'CF_SECRET'],
  logins: ['LOGIN_ID', 'LOGIN_SECRET', 'TOKEN_KEY'],
  webhooks: ['WEBHOOK_SECRET'],
  celtra: ['CELTRA_ID', 'CELTRA_SECRET'],
  notifications: ['NOTICE_BEARER', 'NOTICE_SLACK'],
};

const valueOf = (name: string) => `${name === 'NOTICE_SLACK' ? 'https://' : ''}the-value-of-${name}`;

/** An environment with these variables only. */
const load = (needs: readonly CredentialGroup[], names: readonly string[], text = file) =>
  loadConfig({
    path: 'extpost.yaml',
    environment: Object.fromEntries(names.map((name) => [name, valueOf(name)])),
    readFile: () => Promise.resolve(text),
    needs,
  });

describe('a command', () => {
  it.each<[string, readonly CredentialGroup[]]>([
    ['setup, sweep, tasks and most of task', ['temporal']],
    ['the receiver', ['temporal', 'webhooks', 'logins']],
    ['the worker', workerCredentials],
    ['audit', ['audit']],
    ['the codec server', ['temporal', 'storage', 'codec server']],
    ['celtra', ['celtra']],
    ['probe', ['creative force', 'logins']],
  ])('like %s needs the credentials of %j alone, and has no others', async (_command, needs) => {
    const needed = needs.flatMap((group) => groups[group] ?? []);
    const everything = Object.values(groups).flat();
    await expect(load(needs, needed)).resolves.toBeDefined();
    const text = JSON.stringify(await load(needs, everything));
    expect(everything.filter((name) => text.includes(valueOf(name))).sort()).toEqual([...needed].sort());
    for (const missing of needed) {
      const fewer = needed.filter((name) => name !== missing);
      await expect(load(needs, fewer)).rejects.toThrow(`the environment variable ${missing} is not set`);
    }
  });

  it('is refused a secret in the file also where it does not need it', async () => {
    await expect(load([], [], file.replace('${CF_SECRET}', 'hunter2-hunter2'))).rejects.toThrow('a secret must not be');
  });

  it('has a value that stands in several places by an alias', async () => {
    const text = file.replace("'${AUDIT_KEY}'", "&shared '${AUDIT_KEY}'").replaceAll("'${CELTRA_SECRET}'", '*shared');
    const config = await load(['celtra'], ['AUDIT_KEY', 'CELTRA_ID'], text);
    expect(config.studios['acme']?.celtra.secretKey).toBe(valueOf('AUDIT_KEY'));
  });
});

it.each(settings().filter(({ secret }) => secret))('the secret $path belongs to a group', ({ segments }) => {
  const path = segments.map((segment) => (segment === '*' ? 'acme' : segment === '[]' ? 0 : segment));
  expect(credentialGroupOf(path, () => 'client credentials')).toBeDefined();
});
