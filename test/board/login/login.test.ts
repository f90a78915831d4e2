import type { FastifyInstance } from 'fastify';

import { createBoard } from '../../../board/server';
import type { ChosenLogin } from '../../../board/login/choose-login';
import type { Person } from '../../../board/login/access';
import { boardOptions } from '../board-harness';
import { tokenOf, visit } from '../visitor';

const PASSWORD = 'a password for a trial';
const withPassword: ChosenLogin = {
  method: { kind: 'password', password: PASSWORD, isInLink: false },
  rules: { look: [], act: ['*'] },
};

function asPerson(person: Person, studios?: ChosenLogin['rules']['studios']): ChosenLogin {
  return {
    method: { kind: 'proxy headers', read: () => ({ outcome: 'known', person }) },
    rules: { look: ['guests'], act: ['coordinators'], ...(studios && { studios }) },
  };
}

type Settings = Parameters<typeof boardOptions>[0];

async function open(login: ChosenLogin, settings: Settings = {}): Promise<FastifyInstance> {
  const board = await createBoard({ ...boardOptions(settings), login });
  board.get('/test/:studio/picture', () => 'a picture');
  board.post('/test/:studio/decide', () => 'decided');
  board.post('/test/try', { config: { needs: 'look' } }, () => 'tried');
  return board;
}

async function loggedIn(board: FastifyInstance, origin?: string) {
  const visitor = visit(board, origin);
  const token = tokenOf(await visitor.get('/log-in'));
  const answer = await visitor.post('/log-in', { _csrf: token, name: 'Ann', password: PASSWORD, to: '/nothing' });
  return { visitor, answer };
}

describe('a stranger', () => {
  it.each(['/', '/tasks/acme/1', '/test/acme/picture', '/nothing'])('is asked to log in at %s', async (url) => {
    const answer = await visit(await open(withPassword)).get(url);
    expect([answer.statusCode, answer.headers.location]).toEqual([303, `/log-in?to=${encodeURIComponent(url)}`]);
  });

  it('gets no session by looking at pages', async () => {
    expect((await visit(await open(withPassword)).get('/')).cookies).toEqual([]);
  });

  it('is asked by a page that refreshes a part of itself to load it again', async () => {
    const answer = await visit(await open(withPassword)).get('/', { 'hx-request': 'true' });
    expect([answer.statusCode, answer.headers['hx-refresh']]).toEqual([401, 'true']);
  });

  it('cannot post', async () => {
    expect((await visit(await open(withPassword)).post('/test/acme/decide', {})).statusCode).toBe(401);
  });

  it.each(['/health/live', '/log-in'])('is served %s', async (url) => {
    expect((await visit(await open(withPassword)).get(url)).statusCode).toBe(200);
  });
});

describe('a log-in with the password', () => {
  it('leads to the page that was asked for', async () => {
    const { visitor, answer } = await loggedIn(await open(withPassword));
    expect([answer.statusCode, answer.headers.location]).toEqual([303, '/nothing']);
    expect((await visitor.get('/nothing')).body).toContain('Ann');
  });

  it.each([
    ['//elsewhere.example/', '/'],
    ['https://elsewhere.example/', '/'],
    ['/\\elsewhere.example', '/'],
    ['/\t/elsewhere.example', '/'],
    ['/.//elsewhere.example', '/'],
    ['/a/..//elsewhere.example', '/'],
    ['javascript:alert(1)', '/'],
    ['/log-out', '/'],
    ['/tasks/acme/1?round=2', '/tasks/acme/1?round=2'],
  ])('sends nobody to %s, but to %s', async (to, location) => {
    const visitor = visit(await open(withPassword));
    const token = tokenOf(await visitor.get('/log-in'));
    const answer = await visitor.post('/log-in', { _csrf: token, name: 'Ann', password: PASSWORD, to });
    expect(answer.headers.location).toBe(location);
  });

  it('is refused with another one', async () => {
    const visitor = visit(await open(withPassword));
    const token = tokenOf(await visitor.get('/log-in'));
    const answer = await visitor.post('/log-in', { _csrf: token, name: 'Ann', password: `${PASSWORD}.` });
    expect([answer.statusCode, answer.body.includes('That is not the password.')]).toEqual([403, true]);
    expect((await visitor.get('/')).statusCode).toBe(303);
  });

  it('may be tried ten times a minute', async () => {
    const visitor = visit(await open(withPassword));
    const token = tokenOf(await visitor.get('/log-in'));
    const attempts = Array.from({ length: 12 }, () => ({ _csrf: token, name: 'Ann', password: 'guess' }));
    const statuses: number[] = [];
    for (const fields of attempts) statuses.push((await visitor.post('/log-in', fields)).statusCode);
    expect(statuses).toEqual([...Array.from({ length: 10 }, () => 403), 429, 429]);
  });

  it('gives the session another id', async () => {
    const board = await open(withPassword);
    const visitor = visit(board);
    const token = tokenOf(await visitor.get('/log-in'));
    const before = visitor.cookies.get('extpost');
    await visitor.post('/log-in', { _csrf: token, name: 'Ann', password: PASSWORD });
    expect(before).toBeDefined();
    expect(visitor.cookies.get('extpost')).not.toBe(before);
    const old = await board.inject({ url: '/', headers: { host: '127.0.0.1', cookie: `extpost=${before}` } });
    expect(old.statusCode).toBe(303);
  });

  it('sets a cookie that no script reads and no other site sends', async () => {
    const { answer } = await loggedIn(await open(withPassword));
    const expected = { name: 'extpost', httpOnly: true, sameSite: 'Lax', path: '/' };
    expect(answer.cookies.at(-1)).toMatchObject(expected);
  });

  it('sets a cookie for https only where the board is reached by https', async () => {
    const board = await open(withPassword, { publicUrl: 'https://board.example.com' });
    const { answer } = await loggedIn(board, 'https://board.example.com');
    const expected = { name: '__Host-extpost', secure: true, httpOnly: true, sameSite: 'Lax', path: '/' };
    expect(answer.cookies.at(-1)).toMatchObject(expected);
  });

  it('ends with a log-out, also for a copy of the cookie', async () => {
    const board = await open(withPassword);
    const { visitor } = await loggedIn(board);
    const copy = visitor.cookies.get('extpost');
    const token = tokenOf(await visitor.get('/nothing'));
    expect((await visitor.post('/log-out', { _csrf: token })).statusCode).toBe(200);
    expect(visitor.cookies.get('extpost')).toBeUndefined();
    const again = await board.inject({ url: '/', headers: { host: '127.0.0.1', cookie: `extpost=${copy}` } });
    expect(again.statusCode).toBe(303);
  });
});

describe('the link of a board without a configured log-in', () => {
  const withLink: ChosenLogin = { ...withPassword, method: { kind: 'password', password: PASSWORD, isInLink: true } };

  it('logs in', async () => {
    const visitor = visit(await open(withLink));
    await visitor.get(`/log-in/link?${new URLSearchParams({ key: PASSWORD }).toString()}`);
    expect((await visitor.get('/test/acme/picture')).statusCode).toBe(200);
  });

  it('is refused with another key', async () => {
    expect((await visit(await open(withLink)).get('/log-in/link?key=guess')).statusCode).toBe(403);
  });

  it('does not exist where a password was configured', async () => {
    const url = `/log-in/link?${new URLSearchParams({ key: PASSWORD }).toString()}`;
    expect((await visit(await open(withPassword)).get(url)).headers.location).toContain('/log-in?to=');
  });
});

describe('a form', () => {
  const coordinator = asPerson({ identity: 'ann', groups: ['coordinators'] });

  it('is taken with the token of its page', async () => {
    const visitor = visit(await open(coordinator));
    const token = tokenOf(await visitor.get('/nothing'));
    expect((await visitor.post('/test/acme/decide', { _csrf: token })).body).toBe('decided');
  });

  it.each([
    ['without a token', {}, {}],
    ['with another token', { _csrf: 'guess' }, {}],
    ['from another site', undefined, { 'sec-fetch-site': 'cross-site' }],
    ['from another host of the same site', undefined, { 'sec-fetch-site': 'same-site' }],
    ['from another origin', undefined, { origin: 'https://elsewhere.example' }],
    ['from a sandboxed frame', undefined, { origin: 'null' }],
  ])('is refused %s', async (_how, fields, headers) => {
    const visitor = visit(await open(coordinator));
    const token = tokenOf(await visitor.get('/nothing'));
    const answer = await visitor.post('/test/acme/decide', fields ?? { _csrf: token }, headers);
    expect([answer.statusCode, answer.body.includes('nothing was done')]).toEqual([403, true]);
  });

  it('is refused with the token of another session', async () => {
    const board = await open(coordinator);
    const token = tokenOf(await visit(board).get('/nothing'));
    const other = visit(board);
    await other.get('/nothing');
    expect((await other.post('/test/acme/decide', { _csrf: token })).statusCode).toBe(403);
  });

  it('is refused when its log-out has no token', async () => {
    const visitor = visit(await open(coordinator));
    await visitor.get('/nothing');
    expect((await visitor.post('/log-out', {})).statusCode).toBe(403);
  });
});

describe('who only looks', () => {
  const guest = asPerson({ identity: 'gus', groups: ['guests'] });

  it.each([
    ['/test/acme/decide', 403],
    ['/test/try', 200],
  ])('posts to %s and gets %d', async (url, status) => {
    const visitor = visit(await open(guest));
    const token = tokenOf(await visitor.get('/nothing'));
    expect((await visitor.post(url, { _csrf: token })).statusCode).toBe(status);
  });
});

describe('who sees one studio', () => {
  const ofAcme = asPerson({ identity: 'ann', groups: ['coordinators', 'acme'] }, { acme: ['acme'], other: ['others'] });

  it.each([
    ['acme', 200],
    ['other', 404],
    ['none', 404],
    ['constructor', 404],
  ])('asks for a picture of %s and gets %d', async (studio, status) => {
    expect((await visit(await open(ofAcme)).get(`/test/${studio}/picture`)).statusCode).toBe(status);
  });

  it('decides about no other', async () => {
    const visitor = visit(await open(ofAcme));
    const token = tokenOf(await visitor.get('/nothing'));
    expect((await visitor.post('/test/other/decide', { _csrf: token })).statusCode).toBe(404);
  });

  it('is told the same of another studio as of a page that does not exist', async () => {
    const visitor = visit(await open(ofAcme));
    const bodies = await Promise.all(
      ['/test/other/picture', '/nothing'].map(async (url) =>
        (await visitor.get(url)).body.replaceAll(/value="[^"]*"/g, ''),
      ),
    );
    expect(bodies[0]).toBe(bodies[1]);
  });
});

describe('somebody without a role', () => {
  it('is told under which name and groups they are known', async () => {
    const answer = await visit(await open(asPerson({ identity: 'sam', groups: ['sales'] }))).get('/');
    expect([answer.statusCode, answer.body]).toEqual([403, expect.stringContaining('logged in as sam')]);
  });
});

describe('every page', () => {
  it('forbids scripts and styles in it, frames around it, and other places for its forms', async () => {
    const { headers } = await visit(await open(withPassword)).get('/log-in');
    expect(headers).toMatchObject({
      'content-security-policy':
        "default-src 'self';object-src 'none';base-uri 'none';form-action 'self';frame-ancestors 'none'",
      'x-content-type-options': 'nosniff',
      'referrer-policy': 'same-origin',
      'cross-origin-opener-policy': 'same-origin',
      'cross-origin-resource-policy': 'same-origin',
      'cache-control': 'no-store',
    });
  });

  it.each([
    [undefined, undefined],
    ['https://board.example.com', 'max-age=31536000'],
  ])('of a board at %s asks for https with %s', async (publicUrl, header) => {
    const answer = await visit(await open(withPassword, { publicUrl })).get('/log-in');
    expect(answer.headers['strict-transport-security']).toBe(header);
  });
});
