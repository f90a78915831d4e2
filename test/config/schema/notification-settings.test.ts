import { ENVIRONMENT, faultLines, load, smallFile } from '../example-files';

const KEY = Buffer.alloc(32, 7).toString('base64');
const environment = {
  ...ENVIRONMENT,
  SLACK: 'https://hooks.slack.com/services/T0/B0/x',
  TEAMS: 'https://prod-00.westeurope.logic.azure.com/workflows/1?sig=abc',
  SMTP: 'smtps://extpost:p%40ss@mail.example:465',
  WEBHOOK: `whsec_${KEY}`,
};

const fileWith = (written: string) => smallFile({ studio: `    notifications: ${written}` });

async function notificationsOf(written: string) {
  return (await load(fileWith(written), environment)).studios['acme']?.notifications;
}

describe('The notifications of a studio', () => {
  it.each([
    ['Slack', '{ slack: "${SLACK}" }', { slack: environment.SLACK }],
    ['Teams', '{ teams: "${TEAMS}" }', { teams: environment.TEAMS }],
    [
      'e-mail',
      '{ email: { server: "${SMTP}", from: "extpost <x@example.com>", to: [one@example.com] } }',
      { email: { server: environment.SMTP, to: ['one@example.com'] } },
    ],
    [
      'a webhook',
      '{ webhook: { url: "https://people.example", secret: "${WEBHOOK}" } }',
      { webhook: { url: 'https://people.example', secret: environment.WEBHOOK } },
    ],
  ])('can be %s by one setting', async (_, written, expected) => {
    expect(await notificationsOf(written)).toMatchObject({
      ...expected,
      groupFor: 60_000,
      escalateAfter: 86_400_000,
      timeZone: 'UTC',
    });
  });

  it('have no daily summary unless the file says so, and then one on working days', async () => {
    expect(await notificationsOf('{ slack: "${SLACK}" }')).not.toHaveProperty('dailySummary');
    expect(await notificationsOf('{ slack: "${SLACK}", dailySummary: {}, timeZone: Europe/Copenhagen }')).toMatchObject(
      {
        dailySummary: { at: '07:30', days: ['monday', 'tuesday', 'wednesday', 'thursday', 'friday'] },
        timeZone: 'Europe/Copenhagen',
      },
    );
  });

  it.each([
    ['{ groupFor: 2m }', {}, 'names no channel; set one of slack, teams, email, webhook'],
    ['{ slack: "https://hooks.slack.com/x" }', {}, 'a secret must not be in the file'],
    ['{ slack: "${SLACK}" }', { SLACK: 'http://hooks.slack.com/x' }, 'must start with https://'],
    ['{ slack: "${SLACK}", timeZone: Mars }', {}, 'is not a time zone such as UTC or Europe/Copenhagen'],
    ['{ slack: "${SLACK}", dailySummary: { at: "7:30" } }', {}, 'is not a time of day'],
    ['{ email: { server: "${SMTP}", from: "nobody", to: [a@b.c] } }', {}, 'is not an e-mail address'],
    ['{ email: { server: "${SMTP}", from: a@b.c, to: [a@b.c] } }', { SMTP: 'mail.example' }, 'is not an address'],
    ['{ email: { server: "${SMTP}", from: a@b.c, to: [a@b.c] } }', { SMTP: 'https://x' }, 'must start with smtps://'],
    ['{ webhook: { url: "https://x", secret: "${WEBHOOK}" } }', { WEBHOOK: 'whsec_c2hvcnQ=' }, 'openssl rand'],
  ])('are refused as %s with %j', async (written, changes, message) => {
    const values = { ...environment, ...changes };
    const faults = await faultLines(fileWith(written), values);
    expect(faults).toHaveLength(1);
    expect(faults[0]).toContain(message);
    for (const secret of Object.values(changes)) expect(faults[0]).not.toContain(secret);
  });
});
