import { chooseLogin } from '../../../board/login/choose-login';
import { faultLines, load, smallFile } from '../../config/example-files';

const ENVIRONMENT = {
  CF_SECRET: 'cf-secret-value',
  CELTRA_SECRET: 'celtra-secret-value',
  PASSWORD: 'twelve letters',
  FEW: 'letters',
};

function file(board: string): string {
  return smallFile({ rest: `board: ${board}` });
}

async function chosen(board: string, isLoopback: boolean) {
  return chooseLogin((await load(file(board), ENVIRONMENT)).board, isLoopback);
}

const openIdConnect = 'openIdConnect: { issuer: "https://id.example.com", clientId: board }';

describe('the log-in of the board', () => {
  it.each([
    ['openid connect', `{ publicUrl: "https://board.example.com", login: { ${openIdConnect}, act: [team] } }`],
    ['proxy headers', '{ trustedProxies: [10.0.0.5], login: { proxyHeaders: {}, look: ["*"] } }'],
    ['password', '{ login: { password: "${PASSWORD}", isPublishedOnLoopback: true } }'],
  ])('is by %s on any address', async (kind, board) => {
    expect(await chosen(board, false)).toMatchObject({ method: { kind } });
  });

  it('is a link with a new key for each start where nothing is configured, on loopback', async () => {
    const [one, other] = [await chosen('{}', true), await chosen('{}', true)];
    expect(one).toMatchObject({ method: { kind: 'password', isInLink: true } });
    expect(one).not.toEqual(other);
  });

  it.each([
    ['nothing', '{ host: 192.0.2.1 }', 'would be open to everybody who reaches 192.0.2.1'],
    ['a password', '{ host: 192.0.2.1, login: { password: "${PASSWORD}" } }', 'is for a trial on one computer'],
  ])('is refused in words with %s on a public address', async (_what, board, fault) => {
    expect(await chosen(board, false)).toEqual({ fault: expect.stringContaining(fault) });
  });

  it.each([
    ['{}', 'names no way to log in'],
    ['{ act: ["*"] }', 'names no way to log in'],
    [`{ ${openIdConnect}, password: "\${PASSWORD}" }`, 'names 2 ways to log in'],
    [`{ ${openIdConnect}, act: [team] }`, 'board.publicUrl: this setting is missing'],
    ['{ proxyHeaders: {}, act: [team] }', 'board.trustedProxies: this setting is missing'],
    ['{ proxyHeaders: {} }', 'lets nobody in'],
    ['{ proxyHeaders: { nameHeader: "X User" }, act: [team] }', 'is not the name of a header'],
    ['{ password: "${FEW}" }', 'is too short'],
    ['{ password: "written here" }', 'a secret must not be in the file'],
    ['{ openIdConnect: { issuer: "http://id.example.com", clientId: board }, act: [a] }', 'must start with https://'],
  ])('is refused as %s', async (login, fault) => {
    expect((await faultLines(file(`{ login: ${login} }`), ENVIRONMENT)).join('\n')).toContain(fault);
  });
});
