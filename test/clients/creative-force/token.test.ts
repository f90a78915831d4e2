import { RemoteCallError } from '../../../clients/remote-call-error';
import { ecomTask, gatewayStandIn, ids, secret } from './gateway-stand-in';
import { errorOf, sendJson } from '../test-server';

const start = gatewayStandIn();
const job = (response: Parameters<typeof sendJson>[0]) => {
  sendJson(response, 200, { jobId: ids.asset, jobCode: 'JOB-1' });
};

describe('The token of a studio', () => {
  it('is asked for once, however many calls wait for it', async () => {
    const { client, tokenRequests } = await start({
      answer: (_, response) => {
        job(response);
      },
    });
    await Promise.all(Array.from({ length: 20 }, () => client.readJob(ids.asset)));
    expect(tokenRequests).toHaveLength(1);
  });

  it('is asked for with a form, the client credentials and the scope of the gateway', async () => {
    const { client, tokenRequests } = await start({
      answer: (_, response) => {
        job(response);
      },
    });
    await client.readJob(ids.asset);
    const [request] = tokenRequests;
    expect(request?.headers['content-type']).toBe('application/x-www-form-urlencoded');
    expect(request?.headers['user-agent']).toMatch(/^extpost\/\d+\.\d+\.\d+/);
    expect(Object.fromEntries(new URLSearchParams(request?.body.toString()))).toEqual({
      grant_type: 'client_credentials',
      client_id: 'app',
      client_secret: secret,
      scope: 'cfgateway',
    });
  });

  it('is asked for with a Basic header when the setting says so', async () => {
    const { client, tokenRequests } = await start(
      {
        answer: (_, response) => {
          job(response);
        },
      },
      { credentialsIn: 'header' },
    );
    await client.readJob(ids.asset);
    const [request] = tokenRequests;
    expect(request?.headers.authorization).toBe(`Basic ${Buffer.from(`app:${secret}`).toString('base64')}`);
    expect(request?.body.toString()).toBe('grant_type=client_credentials&scope=cfgateway');
  });

  it.each([0, -5, '0', 'soon', {}, null, 1e300])('is not asked for at each call when its life is %j', async (life) => {
    const { client, tokenRequests } = await start({
      answer: (_, response) => {
        job(response);
      },
      token: (response) => sendJson(response, 200, { access_token: 'a-token', expires_in: life }),
    });
    for (const _time of [1, 2, 3]) await client.readJob(ids.asset);
    expect(tokenRequests).toHaveLength(1);
  });

  it('is renewed 60 seconds before its end', async () => {
    let now = 1_000_000;
    const { client, calls } = await start(
      {
        answer: (_, response) => {
          job(response);
        },
      },
      {},
      () => now,
    );
    await client.readJob(ids.asset);
    now += 3_539_000;
    await client.readJob(ids.asset);
    now += 1_000;
    await client.readJob(ids.asset);
    expect(calls.map(({ headers }) => headers.authorization)).toEqual([
      'Bearer token-number-1',
      'Bearer token-number-1',
      'Bearer token-number-2',
    ]);
  });

  it('is dropped and asked for again once after a 401', async () => {
    const { client, calls } = await start({
      answer: (seen, response) => {
        if (seen.headers.authorization === 'Bearer token-number-1') sendJson(response, 401, {});
        else job(response);
      },
    });
    await expect(client.readJob(ids.asset)).resolves.toMatchObject({ code: 'JOB-1' });
    expect(calls).toHaveLength(2);
  });

  it('is not asked for a third time when the fresh one is refused too', async () => {
    const { client, tokenRequests } = await start({ answer: (_, response) => sendJson(response, 401, {}) });
    expect(await errorOf(client.readJob(ids.asset))).toMatchObject({ kind: 'unauthorized', status: 401 });
    expect(tokenRequests).toHaveLength(2);
  });

  it('is renewed for a 403 once, and not again for the next 403 soon after', async () => {
    const { client, tokenRequests } = await start({ answer: (_, response) => sendJson(response, 403, {}) });
    expect(await errorOf(client.readJob(ids.asset))).toMatchObject({ kind: 'forbidden', status: 403 });
    expect(tokenRequests).toHaveLength(2);
    await errorOf(client.readJob(ids.asset));
    expect(tokenRequests).toHaveLength(2);
  });

  it('refused at its endpoint means unauthorized, in a message without the secret', async () => {
    const { client } = await start({
      token: (response) => sendJson(response, 400, { error: 'invalid_client', client_secret: secret, note: secret }),
    });
    const error = await errorOf(client.readTask(ecomTask));
    expect(error).toMatchObject({ kind: 'unauthorized', code: 'invalid_client', endpoint: 'POST /connect/token' });
    expect(JSON.stringify([error, (error as Error).message, (error as Error).stack])).not.toContain(secret);
  });

  it('is never quoted, not even when its answer is odd', async () => {
    const { client } = await start({ token: (response) => sendJson(response, 200, { token: 'a-secret-token-value' }) });
    const error = await errorOf(client.readTask(ecomTask));
    expect(error).toBeInstanceOf(RemoteCallError);
    expect(error).toMatchObject({ kind: 'contract', excerpt: undefined });
    expect((error as Error).message).not.toContain('a-secret-token-value');
  });

  it('does not keep a caller waiting who has given up', async () => {
    let release = () => undefined as unknown;
    const { client } = await start({
      token: (response) => {
        release = () => response.end('{"access_token":"late-token","expires_in":3600}');
      },
      answer: (_, response) => {
        job(response);
      },
    });
    const giveUp = new AbortController();
    const impatient = errorOf(client.readJob(ids.asset, giveUp.signal));
    const patient = client.readJob(ids.asset);
    giveUp.abort(new Error('enough'));
    expect(await impatient).toEqual(new Error('enough'));
    const wait = setInterval(() => release(), 5);
    await expect(patient).resolves.toMatchObject({ code: 'JOB-1' });
    clearInterval(wait);
  });
});
