import { configText, environmentText, type InitAnswers, secretFiles } from '../../cli/init/init-files';
import { askAll, type Ask, noQuestions, type TryAnswers } from '../../cli/init/questions';
import { load } from '../config/example-files';

const answers: InitAnswers = {
  studio: 'acme',
  namespace: 'extpost',
  temporalAddress: 'temporal.example:7233',
  clientId: 'our-client',
  clientSecret: 'cf-secret',
  vendorId: '7c1d2a50-3f0e-4c58-9d0b-5a2f6f1f0e11',
  webhookSecret: 'hook-secret',
  celtraAppId: 'our-app',
  celtraSecret: 'celtra-secret',
};
const works: TryAnswers = (part) => Promise.resolve({ subject: part, state: 'ok', found: 'it answers' });

/** Answers the questions that contain these words; says no to what is not there. */
function personWith(replies: Readonly<Record<string, string>>, confirms: Readonly<Record<string, boolean>> = {}): Ask {
  const find = <Reply>(known: Readonly<Record<string, Reply>>, question: string): Reply | undefined =>
    Object.entries(known).find(([words]) => question.includes(words))?.[1];
  const reply = (question: string, preset = '') => Promise.resolve(find(replies, question) ?? preset);
  return { text: reply, secret: reply, confirm: (question) => Promise.resolve(find(confirms, question) ?? false) };
}

beforeEach(() => {
  jest.spyOn(console, 'log').mockImplementation(() => undefined);
});
afterEach(() => {
  jest.restoreAllMocks();
});

describe('what extpost init writes', () => {
  it('is a configuration that is accepted, and holds no secret', async () => {
    const text = configText(answers);
    const files = secretFiles(answers);
    const config = await load(text, Object.fromEntries(files.map(({ variable, value }) => [variable, value])));
    expect(config.studios['acme']).toMatchObject({
      creativeForce: { clientId: 'our-client', clientSecret: 'cf-secret', webhookSecrets: ['hook-secret'] },
      celtra: { applicationId: 'our-app', secretKey: 'celtra-secret' },
    });
    expect(config.temporal).toMatchObject({ address: 'temporal.example:7233', namespace: 'extpost' });
    for (const { value } of files) expect(text).not.toContain(value);
  });

  it('names the files of the secrets by variables', () => {
    expect(environmentText(secretFiles(answers), '/etc/extpost/secrets').split('\n')).toEqual([
      'ACME_CF_CLIENT_SECRET_FILE=/etc/extpost/secrets/acme_cf_client_secret',
      'ACME_CF_WEBHOOK_SECRET_FILE=/etc/extpost/secrets/acme_cf_webhook_secret',
      'ACME_CELTRA_SECRET_FILE=/etc/extpost/secrets/acme_celtra_secret',
      '',
    ]);
  });

  it('names them for a shell also in a folder with a space', () => {
    expect(environmentText(secretFiles(answers), '/home/our studio')).toContain(
      "ACME_CELTRA_SECRET_FILE='/home/our studio/acme_celtra_secret'\n",
    );
  });
});

describe('the questions of extpost init', () => {
  const replies = {
    'name for the studio': 'acme',
    'Address of Temporal': 'temporal.example:7233',
    namespace: 'extpost',
    'Client id': 'our-client',
    'Client secret': 'cf-secret',
    postProductionVendorId: answers.vendorId ?? '',
    webhooks: 'hook-secret',
    'API app': 'our-app',
    'secret key': 'celtra-secret',
  };

  it('give all that a configuration needs', async () => {
    expect(await askAll({ to: '.' }, personWith(replies), {}, works)).toMatchObject(answers);
  });

  it('are not asked where options and variables say it', async () => {
    const options = { to: '.', studio: 'acme', clientId: 'our-client', celtraAppId: 'our-app', yes: true } as const;
    const environment = { ACME_CF_CLIENT_SECRET: 'cf-secret', ACME_CELTRA_SECRET: 'celtra-secret' };
    expect(await askAll(options, noQuestions(), environment, works)).toMatchObject({
      clientSecret: 'cf-secret',
      celtraSecret: 'celtra-secret',
      vendorId: undefined,
    });
  });

  it('say what is missing when nobody is there', async () => {
    await expect(askAll({ to: '.', studio: 'acme', yes: true }, noQuestions(), {}, works)).rejects.toThrow(
      '--client-id is missing',
    );
  });

  it('are asked again when an answer does not work, until it does', async () => {
    const tried: string[] = [];
    const fails: TryAnswers = (part, { clientSecret }) => {
      tried.push(`${part} ${clientSecret}`);
      const isWrong = part === 'creative force' && tried.length === 2;
      return Promise.resolve({ subject: part, state: isWrong ? 'fault' : 'ok', found: 'unauthorized' });
    };
    await askAll({ to: '.' }, personWith(replies, { 'Answer again?': true }), {}, fails);
    expect(tried.map((each) => each.split(' ')[0])).toEqual(['temporal', 'creative', 'creative', 'celtra']);
  });

  it('end without a file when an answer does not work and nobody keeps it', async () => {
    const fails: TryAnswers = (part) =>
      Promise.resolve({ subject: part, state: 'fault', found: 'no answer', advice: 'Start it.' });
    await expect(askAll({ to: '.' }, personWith(replies), {}, fails)).rejects.toThrow(
      'temporal: no answer. Start it. Nothing was written.',
    );
  });
});
