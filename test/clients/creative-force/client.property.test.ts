import fc from 'fast-check';

import type { RemoteCallError } from '../../../clients';
import { everyCall, propertyGuid, task, vendorTasks } from './every-call';
import { authorityStandIn, begin, logIn, openInBrowser } from './authority-stand-in';
import { ecomTask, gatewayStandIn, secret } from './gateway-stand-in';
import { anyResponse, anyJson, endOf, keysOf, mutated, send, withExtraKeys, type OddResponse } from './odd-responses';
import { sendJson } from '../test-server';
import { propertyRuns } from '../../support/property-runs';

/** Every key that the client reads somewhere. */
const knownKeys = keysOf([...everyCall.map(({ body }) => body), { metadata: {}, data: {} }]);

const start = gatewayStandIn();
const startAuthority = authorityStandIn();
/** A client whose gateway sends what `say` was given last. */
async function gateway() {
  let next: OddResponse = { status: 200, headers: {}, body: '' };
  const { client } = await start(
    {
      answer: (_, response) => {
        send(response, next);
      },
    },
    { propertyNames: { [propertyGuid]: 'Drop' } },
  );
  return {
    client,
    say: (answer: OddResponse) => {
      next = answer;
    },
    sayJson: (body: string) => {
      next = { status: 200, headers: {}, body };
    },
  };
}

describe.each(everyCall)(
  'Whatever Creative Force answers, $name ends with a result or a RemoteCallError',
  ({ body, make }) => {
    it('when the answer is any JSON', async () => {
      const { client, sayJson } = await gateway();
      await fc.assert(
        fc.asyncProperty(anyJson, async (json) => {
          sayJson(json);
          expect(await endOf(() => make(client))).toBeDefined();
        }),
        { numRuns: propertyRuns(60) },
      );
    });

    it('when values of a valid answer are odd', async () => {
      const { client, sayJson } = await gateway();
      await fc.assert(
        fc.asyncProperty(mutated(body), async (json) => {
          sayJson(json);
          expect(await endOf(() => make(client))).toBeDefined();
        }),
        { numRuns: propertyRuns(120) },
      );
    });

    it('when status, headers and text are any', async () => {
      const { client, say } = await gateway();
      await fc.assert(
        fc.asyncProperty(anyResponse(body), async (answer) => {
          say(answer);
          const end = await endOf(() => make(client));
          const retryAfterMs = 'error' in end ? (end.error.retryAfterMs ?? 0) : 0;
          expect(retryAfterMs).toBeGreaterThanOrEqual(0);
          expect(retryAfterMs).toBeLessThanOrEqual(3_600_000);
          expect(answer.status < 300 || 'error' in end).toBe(true);
        }),
        { numRuns: propertyRuns(80) },
      );
    });
  },
);

describe.each(everyCall)('Keys that nobody has heard of', ({ name, body, make }) => {
  it(`change nothing in what ${name} gives`, async () => {
    const { client, sayJson } = await gateway();
    sayJson(JSON.stringify(body));
    const plain = await make(client);
    await fc.assert(
      fc.asyncProperty(withExtraKeys(body, knownKeys), fc.boolean(), async (json, isWrapped) => {
        sayJson(isWrapped ? `{"metadata":{"code":0,"new":[]},"data":${json}}` : json);
        expect(await make(client)).toStrictEqual(plain);
      }),
      { numRuns: propertyRuns(60) },
    );
  });
});

describe('The token endpoint', () => {
  it('makes no call fail with anything but a RemoteCallError, whatever it answers', async () => {
    let next: OddResponse | undefined;
    let asked = 0;
    // A gateway that refuses every token has a new one asked for at every call.
    const { client } = await start({
      answer: (_, response) => sendJson(response, 401, {}),
      token: (response) => {
        asked += 1;
        if (next !== undefined) send(response, next);
      },
    });
    const runs = propertyRuns(150);
    const grant = { access_token: 'token', expires_in: 3600, token_type: 'Bearer' };
    const answer = fc.oneof(
      anyResponse(grant),
      fc.oneof(mutated(grant), anyJson).map((json) => ({ status: 200, headers: {}, body: json })),
    );
    await fc.assert(
      fc.asyncProperty(answer, async (token) => {
        next = token;
        expect(await endOf(() => client.readTask(ecomTask))).toHaveProperty('error');
      }),
      { numRuns: runs },
    );
    expect(asked).toBeGreaterThanOrEqual(runs);
  });
});

describe('The authority of a login', () => {
  it('makes every login and call end with a message or a RemoteCallError, whatever it answers', async () => {
    let next: OddResponse | undefined;
    const { login, client, clock } = await startAuthority({
      token: (_, response) => {
        if (next !== undefined) send(response, next);
        return next !== undefined;
      },
      revocation: (response) => {
        send(response, next ?? { status: 200, headers: {}, body: '' });
      },
    });
    const grant = { access_token: 'token', refresh_token: 'next', expires_in: 3600, token_type: 'Bearer', scope: 'a' };
    const answer = fc.oneof(
      anyResponse(grant),
      fc.oneof(mutated(grant), anyJson).map((json) => ({ status: 200, headers: {}, body: json })),
    );
    await fc.assert(
      fc.asyncProperty(answer, async (odd) => {
        next = undefined;
        await logIn(login());
        clock.now += 3_600_000;
        next = odd;
        expect(await endOf(() => client().readJob('job-1'))).toBeDefined();
        const { url, browser } = await begin(login());
        expect((await login().finish(await openInBrowser(url), browser)).outcome).toMatch(/^(?:logged in|failed)$/);
        expect(await endOf(() => login().logOut())).toBeDefined();
      }),
      { numRuns: propertyRuns(60) },
    );
  });
});

describe('A deadline', () => {
  it('that is read can be written as a date, whatever number it was', async () => {
    const { client, sayJson } = await gateway();
    const deadline = fc.oneof(
      fc.double(),
      fc.double().map(String),
      fc.integer().map((days) => days * 86_400_000),
    );
    await fc.assert(
      fc.asyncProperty(deadline, async (deadlineUtc) => {
        sayJson(JSON.stringify({ ...task, deadlineUtc }));
        const read = await client.readTask(ecomTask).catch(() => undefined);
        expect(new Date(read?.deadline ?? 0).toJSON()).toEqual(expect.any(String));
      }),
      { numRuns: propertyRuns(100) },
    );
  });
});

describe('Ids that came from an answer', () => {
  it('can be asked for, whatever text they are, or are refused before anything is sent', async () => {
    const { client, sayJson } = await gateway();
    sayJson('1');
    const text = fc.oneof(fc.string({ unit: 'binary' }), fc.constantFrom('\ud800', '..', '', '%', '\u0000', '/../..'));
    await fc.assert(
      fc.asyncProperty(text, async (id) => {
        const ends = [
          await endOf(() => client.readJob(id)),
          await endOf(() => client.listTasks({ ...vendorTasks, vendorId: id })),
        ];
        expect(ends.every((end) => 'error' in end)).toBe(true);
      }),
      { numRuns: propertyRuns(100) },
    );
  });
});

describe('A secret in an error answer', () => {
  it('is in no error, not even half of it, wherever it stands', async () => {
    const { client, say } = await gateway();
    // Words are cut at 300 characters, excerpts at 1 KiB and their source at 16 KiB.
    const length = fc.oneof(...[300, 1_024, 16_384].map((cut) => fc.integer({ min: cut - 60, max: cut + 10 })));
    const key = fc.constantFrom('message', 'code', 'title', 'detail', 'error', 'requestId', 'errorMessage');
    await fc.assert(
      fc.asyncProperty(length, length, key, fc.boolean(), async (before, after, name, isJson) => {
        const words = `${'a '.repeat(before).slice(0, before)}${secret}${'.'.repeat(after)}`;
        say({ status: 400, headers: {}, body: isJson ? JSON.stringify({ [name]: words }) : words });
        const end = await endOf(() => client.readTask(ecomTask));
        expect('error' in end && JSON.stringify([end.error, end.error.message])).not.toContain(secret.slice(0, 4));
      }),
      { numRuns: propertyRuns(150) },
    );
  });
});

describe('An answer of many megabytes', () => {
  const fault = async (json: string) => {
    const { client, sayJson } = await gateway();
    sayJson(json);
    return (await endOf(() => client.listTasks(vendorTasks))) as { error: RemoteCallError };
  };

  it('that is one long secret is an error without it', async () => {
    const { error } = await fault(`{"secret":"${'a'.repeat(12_000_000)}`);
    expect(error).toMatchObject({ kind: 'unreadable' });
    expect(error.excerpt).toBe('{"secret":[removed]');
  });

  it('with nothing but faults names the first of them', async () => {
    const { error } = await fault(`[${'0,'.repeat(130_000)}0]`);
    expect(error.message).toContain('$[0]');
  });
});
