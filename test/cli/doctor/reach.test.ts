import { checkReach } from '../../../cli/doctor/studio-checks';
import { startServer, type TestServer } from '../../clients/test-server';

/** A server that answers /moved with a redirect, and every other path as a receiver answers a connection test. */
let server: TestServer;
beforeAll(async () => {
  server = await startServer(({ url }, response) => {
    response.writeHead(url === '/moved' ? 301 : 200, { location: '/elsewhere' }).end();
  });
});
afterAll(() => server.close());

describe('whether webhooks reach the receiver', () => {
  it.each([
    ['/webhooks', 'ok', 'leads to the receiver'],
    ['/moved', 'fault', 'answers 301'],
  ])('is said of the address %s: %s', async (path, state, words) => {
    const address = server.origin + path;
    expect(await checkReach(address)).toMatchObject({ state, found: `${address} ${words}` });
  });
});
