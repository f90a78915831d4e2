import { mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import pino from 'pino';

import { createProgram } from '../../../cli/program';
import { redirectAddress } from '../../../starters/webhook/login-redirect';
import { createWebhookReceiver } from '../../../starters/webhook/webhook-receiver';
import { receiverLimits } from '../../starters/webhook/receiver-harness';
import { authorityStandIn, tokenKey } from '../../clients/creative-force/authority-stand-in';
import { secret } from '../../clients/creative-force/gateway-stand-in';
import { closingAfterEach, errorOf } from '../../clients/test-server';

const onClose = closingAfterEach();
const start = authorityStandIn();
let printed: string[];

beforeEach(() => {
  printed = [];
  jest.spyOn(console, 'log').mockImplementation((line: string) => printed.push(line));
  jest.spyOn(console, 'error').mockImplementation(() => undefined);
});
afterEach(() => jest.restoreAllMocks());

const run = async (...words: string[]) => (await createProgram(words)).parseAsync(['node', 'extpost', ...words]);

/** An authority, a receiver that serves its redirect, and an `extpost.yaml` that names both. */
async function stage({ grant = 'authorization code', hasPublicUrl = true } = {}) {
  const authority = await start();
  const receiver = createWebhookReceiver({
    ...receiverLimits,
    studios: {},
    headerRecorder: { record: () => Promise.resolve() },
    starter: { notify: () => Promise.reject(new Error('nobody expected an event')) },
    isTemporalReachable: () => Promise.resolve(true),
    logins: new Map([['acme', authority.login()]]),
    logger: pino({ level: 'silent' }),
  });
  const origin = await receiver.listen({ host: '127.0.0.1', port: 0 });
  onClose(() => receiver.close());
  const folder = await mkdtemp(join(tmpdir(), 'extpost-cli-login-'));
  onClose(() => rm(folder, { recursive: true, force: true }));
  const config = join(folder, 'extpost.yaml');
  const { tokenUrl, authorizeUrl, revocationUrl, baseUrl } = authority.settings;
  await writeFile(
    config,
    JSON.stringify({
      receiver: hasPublicUrl ? { publicUrl: origin, allowLocalRedirect: true } : {},
      studios: {
        acme: {
          creativeForce: {
            ...{ grant, baseUrl, tokenUrl, authorizeUrl, revocationUrl, clientId: 'app' },
            ...{ clientSecret: '${CF_SECRET}', tokenKey: '${EXTPOST_TOKEN_KEY}', tokenFolder: authority.folder },
          },
          celtra: { applicationId: 'a', secretKey: '${CF_SECRET}' },
          recipes: [],
        },
      },
    }),
  );
  process.env['CF_SECRET'] = secret;
  process.env['EXTPOST_TOKEN_KEY'] = tokenKey;
  onClose(() => {
    Reflect.deleteProperty(process.env, 'CF_SECRET');
    Reflect.deleteProperty(process.env, 'EXTPOST_TOKEN_KEY');
    return Promise.resolve();
  });
  return { authority, config, origin };
}

/** The address that the command has printed for the person. */
async function printedAddress(): Promise<string> {
  for (;;) {
    const address = /https?:\S+/.exec(printed.join('\n'))?.[0];
    if (address !== undefined) return address;
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
}

/** What the receiver answers to the browser that opens the printed address. */
async function openStartPage(address: string): Promise<{ url: URL; cookie: string }> {
  const { headers } = await fetch(address, { redirect: 'manual' });
  const [cookie = ''] = (headers.get('set-cookie') ?? '').split(';', 1);
  return { url: new URL(headers.get('location') ?? ''), cookie };
}

/** A browser that keeps cookies, on its way through a whole login. */
async function browse(address: string): Promise<{ url: URL; page: string }> {
  const { url, cookie } = await openStartPage(address);
  const back = (await fetch(url, { redirect: 'manual' })).headers.get('location') ?? '';
  return { url, page: await (await fetch(back, { headers: { cookie } })).text() };
}

describe('extpost login', () => {
  it('prints an address, waits for the receiver to get the redirect, and then says that the studio is logged in', async () => {
    const { authority, config, origin } = await stage();
    const login = run('login', 'acme', '--config', config);
    const address = await printedAddress();
    expect(address.startsWith(`${redirectAddress(origin, 'acme')}/start?ticket=`)).toBe(true);
    const { page, url } = await browse(address);
    expect(url.searchParams.get('redirect_uri')).toBe(redirectAddress(origin, 'acme'));
    expect(page).toContain('You are logged in');
    await login;
    expect(printed.at(-1)).toContain('Studio acme is logged in');
    await expect(authority.client().readJob('job-1')).resolves.toMatchObject({ code: 'JOB-1' });
    expect(await readdir(authority.folder)).toEqual(['acme.login.sealed']);
  });

  it('is not finished by another browser than the one that opened the printed address', async () => {
    const { config } = await stage();
    const login = run('login', 'acme', '--config', config);
    const address = await printedAddress();
    const { url, cookie } = await openStartPage(address);
    const back = (await fetch(url, { redirect: 'manual' })).headers.get('location') ?? '';
    const stranger = await fetch(back);
    expect([stranger.status, await stranger.text()]).toEqual([403, expect.stringContaining('another browser')]);
    expect((await fetch(address, { redirect: 'manual' })).status).toBe(403);
    expect(await (await fetch(back, { headers: { cookie } })).text()).toContain('You are logged in');
    await login;
  });

  it('ends with the reason when the login failed', async () => {
    const { config, origin } = await stage();
    const failed = errorOf(run('login', 'acme', '--config', config));
    const { url, cookie } = await openStartPage(await printedAddress());
    const query = new URLSearchParams({ error: 'access_denied', state: url.searchParams.get('state') ?? '' });
    const answer = await fetch(`${redirectAddress(origin, 'acme')}?${query.toString()}`, { headers: { cookie } });
    expect(answer.status).toBe(502);
    expect(await failed).toMatchObject({ exitCode: 1, message: expect.stringContaining('access_denied') });
  });

  it('ends when another login was begun for the same studio', async () => {
    const { authority, config } = await stage();
    const failed = errorOf(run('login', 'acme', '--config', config));
    await printedAddress();
    await authority.login().start('https://extpost.example.com/x', 60_000);
    expect(await failed).toMatchObject({ exitCode: 1, message: expect.stringContaining('Another') });
  });

  it('is not for a studio with another grant', async () => {
    const { config } = await stage({ grant: 'client credentials' });
    expect(await errorOf(run('login', 'acme', '--config', config))).toMatchObject({
      exitCode: 2,
      message: expect.stringContaining('set studios.acme.creativeForce.grant to "authorization code"'),
    });
  });

  it('names the setting that is missing for the redirect', async () => {
    const { config } = await stage({ hasPublicUrl: false });
    expect(await errorOf(run('login', 'acme', '--config', config))).toMatchObject({
      exitCode: 2,
      message: expect.stringContaining('receiver.publicUrl is missing'),
    });
  });

  it('names the studios there are for one that is not', async () => {
    const { config } = await stage();
    expect(await errorOf(run('login', 'amce', '--config', config))).toMatchObject({
      exitCode: 2,
      message: expect.stringMatching(/There is no studio "amce" in .*. It has acme\./) as string,
    });
  });
});

describe('extpost logout', () => {
  it('revokes and deletes, and has nothing to do the second time', async () => {
    const { authority, config } = await stage();
    const login = run('login', 'acme', '--config', config);
    await browse(await printedAddress());
    await login;
    await run('logout', 'acme', '--config', config);
    expect(printed.at(-1)).toContain('is revoked and deleted');
    expect(authority.revoked).toHaveLength(1);
    await run('logout', 'acme', '--config', config);
    expect(printed.at(-1)).toContain('nothing to revoke');
  });

  it('fails when the authority does not revoke, and deletes all the same', async () => {
    const { authority, config } = await stage();
    const login = run('login', 'acme', '--config', config);
    await browse(await printedAddress());
    await login;
    authority.refuseRevocation();
    expect(await errorOf(run('logout', 'acme', '--config', config))).toMatchObject({
      exitCode: 1,
      message: expect.stringContaining('is deleted here, but Creative Force has not revoked it'),
    });
    expect(await readdir(authority.folder)).toEqual([]);
  });
});
