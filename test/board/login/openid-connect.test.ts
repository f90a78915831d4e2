import { chooseLogin } from '../../../board/login/choose-login';
import { createBoard } from '../../../board/server';
import { closingAfterEach } from '../../clients/test-server';
import { load, smallFile } from '../../config/example-files';
import { boardOptions } from '../board-harness';
import { tokenOf, visit, type Visitor } from '../visitor';
import { type Provider, type ProviderOptions, startProvider } from './provider';

const onClose = closingAfterEach();
const coordinators = { email: 'ann@studio.example', groups: ['coordinators'] };

async function open(options: ProviderOptions, settings = '', environment: NodeJS.ProcessEnv = {}) {
  const provider = await startProvider(options);
  onClose(() => provider.close());
  const login = `{ openIdConnect: { issuer: "${provider.origin}", clientId: board${settings} }, look: [guests], act: [coordinators] }`;
  const rest = `board: { publicUrl: "http://127.0.0.1:8180", login: ${login} }`;
  const secrets = { CF_SECRET: 'cf-secret-value', CELTRA_SECRET: 'celtra-secret-value', ...environment };
  const { board: written } = await load(smallFile({ rest }), secrets);
  const chosen = chooseLogin(written, true);
  if ('fault' in chosen) throw new Error(chosen.fault);
  const board = await createBoard({ ...boardOptions(written), login: chosen });
  return { provider, board, visitor: visit(board) };
}

/** From a page to the provider and back. */
async function logIn(visitor: Visitor, provider: Provider, to = '/nothing') {
  const start = await visitor.get(`/log-in/start?${new URLSearchParams({ to }).toString()}`);
  return visitor.get(provider.authorize(start.headers.location ?? ''));
}

describe('a log-in by OpenID Connect', () => {
  it('leads by the provider to the page that was asked for', async () => {
    const { visitor, provider } = await open({ claims: coordinators });
    const answer = await logIn(visitor, provider);
    expect([answer.statusCode, answer.headers.location]).toEqual([303, '/nothing']);
    expect((await visitor.get('/nothing')).body).toContain('ann@studio.example');
  });

  it('asks for a code with PKCE, state and nonce', async () => {
    const { visitor, provider } = await open({});
    const { searchParams } = new URL((await visitor.get('/log-in/start')).headers.location ?? '');
    expect(Object.fromEntries(searchParams)).toEqual({
      response_type: 'code',
      client_id: 'board',
      redirect_uri: 'http://127.0.0.1:8180/log-in/return',
      scope: 'openid email profile',
      state: expect.stringMatching(/^[\w-]{43}$/),
      nonce: expect.stringMatching(/^[\w-]{43}$/),
      code_challenge: expect.stringMatching(/^[\w-]{43}$/),
      code_challenge_method: 'S256',
    });
    expect(provider.seen.map(({ url }) => url)).toEqual(['/.well-known/openid-configuration']);
  });

  it.each([
    [['client_secret_basic', 'client_secret_post'], 'in the header'],
    [['client_secret_post'], 'in the form'],
    [undefined, 'in the header'],
  ])('sends its secret as %j wants it, %s', async (supported, place) => {
    const options = { claims: coordinators, metadata: { token_endpoint_auth_methods_supported: supported } };
    const { visitor, provider } = await open(options, ', clientSecret: "${OIDC_SECRET}"', {
      OIDC_SECRET: 'the secret',
    });
    await logIn(visitor, provider);
    const sent = provider.seen.find(({ url }) => url === '/token');
    const isInHeader = sent?.headers.authorization?.startsWith('Basic ') === true;
    expect([isInHeader, sent?.body.includes('client_secret=')]).toEqual([
      place === 'in the header',
      place === 'in the form',
    ]);
  });

  it('asks the userinfo endpoint for what the ID token leaves out', async () => {
    const { visitor, provider } = await open({
      claims: { email: 'ann@studio.example' },
      userInfo: { groups: 'coordinators' },
    });
    expect((await logIn(visitor, provider)).statusCode).toBe(303);
  });

  it.each([
    ['the address that the provider has checked', { ...coordinators, email_verified: true }, 'ann@studio.example'],
    [
      'the user name, when nobody has checked the address',
      { ...coordinators, email_verified: false, preferred_username: 'ann' },
      'ann',
    ],
    ['the subject, when there is nothing else', { groups: ['guests'] }, 'subject-1'],
  ])('knows a person by %s', async (_what, claims, name) => {
    const { visitor, provider } = await open({ claims });
    await logIn(visitor, provider);
    expect((await visitor.get('/nothing')).body).toContain(`<span>${name}`);
  });

  it.each([
    ['its code was issued for another browser', { claims: coordinators }],
    ['its ID token is for somebody else', { claims: { ...coordinators, aud: 'another client' } }],
    ['its ID token has another nonce', { claims: { ...coordinators, nonce: 'another' } }],
    ['its ID token is from another provider', { claims: { ...coordinators, iss: 'https://elsewhere.example' } }],
    ['its ID token has expired', { claims: { ...coordinators, exp: 1_000_000_000 } }],
    ['its ID token has another signature', { claims: coordinators, isForged: true }],
    ['the provider refuses the code', { tokenError: { error: 'invalid_grant', error_description: 'too late' } }],
  ])('fails when %s', async (what, options) => {
    const { visitor, board, provider } = await open(options);
    const from = what.includes('another browser') ? visit(board) : visitor;
    const start = await visitor.get('/log-in/start');
    const answer = await from.get(provider.authorize(start.headers.location ?? ''));
    expect([400, 403]).toContain(answer.statusCode);
    expect((await from.get('/')).headers.location).toContain('/log-in?to=');
  });

  it('does not come back twice', async () => {
    const { visitor, provider } = await open({ claims: coordinators });
    const back = provider.authorize((await visitor.get('/log-in/start')).headers.location ?? '');
    expect((await visitor.get(back)).statusCode).toBe(303);
    expect((await visitor.get(back)).statusCode).toBe(400);
  });

  it('tells who has no role so, and lets them not in', async () => {
    const { visitor, provider } = await open({ claims: { email: 'sam@studio.example', groups: ['sales'] } });
    const answer = await logIn(visitor, provider);
    expect([answer.statusCode, answer.body]).toEqual([403, expect.stringContaining('You are in sales')]);
    expect((await visitor.get('/')).statusCode).toBe(303);
  });

  it('says that the provider does not answer, and asks it again the next time', async () => {
    const { visitor, provider } = await open({ metadata: { issuer: 'https://elsewhere.example' } });
    const answers = [await visitor.get('/log-in/start'), await visitor.get('/log-in/start')];
    expect(answers.map(({ statusCode }) => statusCode)).toEqual([502, 502]);
    expect(provider.seen).toHaveLength(2);
  });

  it('offers to end the session at the provider, too', async () => {
    const end = 'https://id.example.com/end';
    const { visitor, provider } = await open({ claims: coordinators, metadata: { end_session_endpoint: end } });
    await logIn(visitor, provider);
    const answer = await visitor.post('/log-out', { _csrf: tokenOf(await visitor.get('/nothing')) });
    expect(answer.body).toContain(`href="${end}?`);
  });
});
