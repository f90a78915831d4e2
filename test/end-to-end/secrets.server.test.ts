import { createHmac } from 'node:crypto';
import type { IncomingHttpHeaders } from 'node:http';
import path from 'node:path';

import { request } from 'undici';

import { gatewayBudgetConfig } from '../../bench/gateway-budget-config';
import type { SandboxPlace } from '../../sandbox';
import { createAddressSeal } from '../../activities';
import { parseTaskWorkflowId, taskWorkflowId } from '../../domain/task/workflow-id';
import { deliverFileUpdate, statusQuery } from '../../workflows/external-post-task/messages/messages';
import { startS3StandIn, type S3StandIn } from '../clients/store/s3-stand-in';
import { eventually } from '../support/temporal';
import { freePort } from './command';
import { dayOfFile } from './day-of-file';
import { startEchoingProxy, type Echo, type EchoingProxy, type Passing } from './echoing-proxy';
import { filesOf, formsOf, pageOf, temporalPlaces, type Place } from './secret-places';

/** Secrets of the configuration, and from callers of the receiver, with the characters that encodings change. */
const planted = {
  clientSecret: 'planted/client+secret&of=acme',
  webhookSecret: 'planted/webhook+secret&of=acme',
  celtraSecret: 'planted-celtra-secret-of-acme',
  celtraSecretOfNordlicht: 'planted-celtra-secret-of-nordlicht',
  webhookSecretOfNordlicht: 'planted-webhook-secret-of-nordlicht',
  pastedToken: 'planted-pasted-token-of-nordlicht',
  caller: 'planted-by-a-caller-of-the-receiver',
  storeSecret: 'planted/store+secret&of=all',
  storeSession: 'planted-session-of-the-store',
  supplied: 'planted-address-of-a-supplied-file',
  moved: 'planted-address-that-a-redirect-leads-to',
};
const MOVED = `/moved/${planted.moved}?X-Amz-Signature=${planted.moved}`;

/** This many first calls of each kind are answered by an error that echoes the call; later ones pass. */
const faults: readonly {
  readonly call: RegExp;
  readonly answers: readonly (readonly [number, Echo, to?: string])[];
}[] = [
  { call: /^POST \/connect\/token/, answers: [[500, 'oauth']] },
  {
    call: /^GET \S+\/tasks\?/,
    answers: [
      [503, 'error list'],
      [403, 'error list'],
      [403, 'status code'],
    ],
  },
  {
    call: /^GET \S+\/annotation/,
    answers: [
      [403, 'problem details'],
      [500, 'text'],
    ],
  },
  {
    call: /^GET \S+\/tasks\/[^/]+$/,
    answers: [
      [503, 'error list'],
      [429, 'html'],
      [200, 'cut off'],
      [401, 'text'],
    ],
  },
  { call: /^POST \S+\/bulk-get-specs/, answers: [[502, 'html']] },
  {
    call: /^PUT \S+\/start/,
    answers: [
      [400, 'status code'],
      [302, 'redirect'],
      [500, 'problem details'],
    ],
  },
  {
    call: /^POST \S+\/get-presigned-url/,
    answers: [
      [500, 'status code'],
      [400, 'error list'],
    ],
  },
  {
    call: /^POST \S+\/submit-assets/,
    answers: [
      [500, 'error list'],
      [400, 'problem details'],
    ],
  },
  {
    call: /^POST \/api\/export/,
    answers: [
      [500, 'error list'],
      [503, 'html'],
      [200, 'cut off'],
      [401, 'text'],
    ],
  },
  {
    call: /^GET \/assets\//,
    answers: [
      [503, 'text'],
      [302, 'redirect'],
      [403, 'xml'],
      [302, 'redirect', MOVED],
    ],
  },
  { call: /^GET \/moved\//, answers: [[403, 'xml']] },
  {
    call: /^GET \/supplied\//,
    answers: [
      [503, 'text'],
      [302, 'redirect'],
      [403, 'xml'],
    ],
  },
  {
    call: /^GET \/inputs\//,
    answers: [
      [503, 'text'],
      [302, 'redirect'],
      [403, 'xml'],
    ],
  },
  {
    call: /^PUT \/t\//,
    answers: [
      [503, 'xml'],
      [403, 'xml'],
      [400, 'html'],
    ],
  },
];
const count = faults.reduce((sum, { answers }) => sum + answers.length, 0);

let proxies: EchoingProxy[];
let s3: S3StandIn;
/** How many calls of each kind there were. */
const asked = new Map<RegExp, number>();
/** Requests to the bucket that were answered by an echo, by the first part of their key. */
const echoedByBucket: Record<string, number> = { audit: 0, inputs: 0 };
let metricsPort: string;
let healthPort: string;
let temporalMetricsPort: string;
/** Every secret of the day: those that were planted, and those that appeared while it ran. */
const secrets = new Map<string, string>();
const seenKinds = new Set<string>();

const day = dayOfFile(async (folder) => {
  [metricsPort, healthPort, temporalMetricsPort] = [await freePort(), await freePort(), await freePort()];
  for (const [name, value] of Object.entries(planted)) secrets.set(value, `planted ${name}`);
  s3 = await startS3StandIn();
  s3.interfere = ({ headers }, key) => {
    const [part = ''] = key.split('/');
    const echoed = echoedByBucket[part] ?? 2;
    if (echoed >= 2) return undefined;
    echoedByBucket[part] = echoed + 1;
    learn('a signature to a bucket', /Signature=(\w+)/.exec(headers.authorization ?? '')?.[1]);
    return 'echo';
  };
  return {
    sandbox: {
      seed: 'secrets',
      day: { tasks: 8, spreadMs: 0, verdictAfterMs: 100, lostWebhooks: 0, duplicateWebhooks: 0 },
      celtra: { rendersTakePolls: 1, pictures: 'flat' },
      credentials: {
        acme: {
          clientSecret: planted.clientSecret,
          webhookSecret: planted.webhookSecret,
          celtraSecretKey: planted.celtraSecret,
        },
        nordlicht: {
          celtraSecretKey: planted.celtraSecretOfNordlicht,
          webhookSecret: planted.webhookSecretOfNordlicht,
        },
      },
    },
    environment: throughProxies,
    config: (sandbox) => {
      const { studios, worker, ...rest } = gatewayBudgetConfig(sandbox, { requestsPerSecond: 15, reviewWindow: '1h' });
      const waits = { assetKnown: { first: '1s', max: '2s', giveUp: '30s' } };
      const { acme, nordlicht } = studios;
      // What needs attention because of an error goes on soon.
      const retries = { first: '1s', factor: 1, max: '1s' };
      return {
        ...rest,
        sweep: { every: '1s' },
        logging: { level: 'trace' },
        audit: { store: bucket('audit') },
        receiver: { metricsPort: Number(metricsPort), recordHeaders: 100 },
        worker: { ...worker, healthPort: Number(healthPort), temporalMetricsPort: Number(temporalMetricsPort) },
        studios: {
          acme: {
            ...acme,
            retries,
            inputs: { saveTo: { folder: path.join(folder, 'designers') } },
            creativeForce: { ...acme?.creativeForce, ...waits },
          },
          nordlicht: {
            ...nordlicht,
            retries,
            inputs: { saveTo: bucket('inputs') },
            creativeForce: {
              ...nordlicht?.creativeForce,
              ...waits,
              grant: 'pasted token',
              accessToken: '${PASTED_TOKEN}',
            },
          },
        },
      };
    },
  };
});
beforeAll(async () => {
  await day().begin();
  await sendOddWebhooks();
  await supplyFile();
  const isWritten = (key: RegExp): boolean => [...s3.objects.keys()].some((one) => key.test(one));
  await eventually(
    () =>
      Promise.resolve(
        faults
          .filter(({ call, answers }) => (asked.get(call) ?? 0) < answers.length)
          .map(({ call }) => `${String(call)}: ${asked.get(call) ?? 0}`),
      ),
    ({ length }) => length === 0 && isWritten(/^audit\/lines\//) && isWritten(/^inputs\/.*brief\.md$/),
    { withinMs: 60_000 },
  );
}, 300_000);
afterAll(async () => {
  for (const proxy of proxies) await proxy.close();
  await s3.server.close();
});

/** Puts a proxy before each stand-in, and collects further secrets from what passes. */
async function throughProxies(sandbox: SandboxPlace): Promise<NodeJS.ProcessEnv> {
  const fault = ({ method, url, headers }: Passing) => {
    learn('an Authorization header', headers.authorization);
    const kind = faults.find(({ call }) => call.test(`${method} ${url}`));
    if (kind === undefined) return undefined;
    const turn = asked.get(kind.call) ?? 0;
    asked.set(kind.call, turn + 1);
    const [status, as, to] = kind.answers[turn] ?? [];
    return status === undefined || as === undefined ? undefined : { status, as, to };
  };
  const store = await startEchoingProxy({ target: sandbox.storeUrl, fault });
  const files = await startEchoingProxy({ target: sandbox.celtraFilesUrl, fault });
  const realToken = await tokenOfNordlicht(sandbox);
  const change = (headers: IncomingHttpHeaders) =>
    headers.authorization === `Bearer ${planted.pastedToken}`
      ? { ...headers, authorization: `Bearer ${realToken}` }
      : headers;
  const read = (_passing: Passing, text: string) => {
    for (const [, token] of text.matchAll(/"access_token":"([^"]+)"/g)) learn('an access token', token);
    for (const [, signature] of text.matchAll(/X-Amz-Signature=([0-9a-f]+)/g)) learn('a signature', signature);
    for (const [, token] of text.matchAll(/\/assets\/([\w-]{20,})/g)) learn('an asset address', token);
    return text.replaceAll(sandbox.storeUrl, store.origin).replaceAll(sandbox.celtraFilesUrl, files.origin);
  };
  const gateway = await startEchoingProxy({ target: new URL(sandbox.creativeForceUrl).origin, fault, change, read });
  const celtra = await startEchoingProxy({ target: new URL(sandbox.celtraUrl).origin, fault, read });
  proxies = [store, files, gateway, celtra];
  return {
    SANDBOX_CREATIVE_FORCE_URL: `${gateway.origin}/v1`,
    SANDBOX_TOKEN_URL: `${gateway.origin}/connect/token`,
    SANDBOX_CELTRA_URL: `${celtra.origin}/api`,
    PASTED_TOKEN: planted.pastedToken,
    STORE_SECRET: planted.storeSecret,
    STORE_SESSION: planted.storeSession,
  };
}

/** A place in a bucket, with its secrets by name. */
function bucket(prefix: string) {
  return {
    s3: {
      bucket: 'works',
      prefix,
      endpoint: s3.server.origin,
      forcePathStyle: true,
      accessKeyId: 'our-key',
      secretAccessKey: '${STORE_SECRET}',
      sessionToken: '${STORE_SESSION}',
    },
  };
}

/** Supplies a file for the creative that one task lacks, as `extpost task deliver-file` does: by a sealed address. */
async function supplyFile(): Promise<void> {
  const [, files] = proxies;
  const { workflow } = day().temporal.client;
  const tasks = day()
    .sandbox.ledger()
    .tasks.map((task) => workflow.getHandle(taskWorkflowId(task)));
  const [waiting] = await eventually(
    async () => {
      const statuses = await Promise.all(
        tasks.map(async (handle) => {
          const status = await handle.query(statusQuery).catch(() => undefined);
          return { handle, attention: status?.attention };
        }),
      );
      return statuses.filter(({ attention }) => attention?.cause === 'no creative');
    },
    ({ length }) => length > 0,
    { withinMs: 40_000 },
  );
  const expected = /No creative for ([^:(]+?\d+:\d+|[^:(]+?)[ .:(]/.exec(waiting?.attention?.message ?? '')?.[1] ?? '';
  const url = `${files?.origin ?? ''}/supplied/${planted.supplied}.jpg?X-Amz-Signature=${planted.supplied}`;
  const studio = day().sandbox.studios.find(({ name }) => waiting?.handle.workflowId.includes(`/${name}/`) === true);
  const { taskId } = parseTaskWorkflowId(waiting?.handle.workflowId ?? '') ?? { taskId: '' };
  const sealedUrl = createAddressSeal(studio?.clientSecret ?? '').seal(url, { taskId, purpose: 'supplied file' });
  await waiting?.handle.executeUpdate(deliverFileUpdate, { args: [{ by: 'Ha', expected, sealedUrl }] });
}

function learn(kind: string, value: string | undefined): void {
  if (value === undefined) return;
  seenKinds.add(kind);
  // Without its scheme, "Bearer" or "Basic".
  secrets.set(value.replace(/^\w+ /, ''), kind);
}

async function tokenOfNordlicht({ tokenUrl, studios }: SandboxPlace): Promise<string> {
  const { clientId, clientSecret } = studios.find(({ name }) => name === 'nordlicht') ?? {};
  const answer = await request(tokenUrl, {
    method: 'POST',
    headers: { 'content-type': 'application/x-www-form-urlencoded' },
    body: new URLSearchParams({
      grant_type: 'client_credentials',
      client_id: clientId ?? '',
      client_secret: clientSecret ?? '',
      scope: 'cfgateway',
    }).toString(),
  });
  const { access_token: token } = (await answer.body.json()) as { access_token: string };
  learn('an access token', token);
  return token;
}

/** Calls to the receiver by a stranger, and by somebody who has the secret but sends a wrong body. */
async function sendOddWebhooks(): Promise<void> {
  const send = async (studio: string, body: string, headers: Record<string, string>): Promise<void> => {
    const answer = await request(`${day().receiverUrl}/webhooks/creative-force/${studio}`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', ...headers },
      body,
    });
    expect(await answer.body.text()).not.toContain('planted');
  };
  const signed = (body: string) => ({
    'x-cf-signature': createHmac('sha256', planted.webhookSecret).update(body).digest('hex'),
  });
  await send(planted.caller, '{}', {});
  await send(`acme/../${planted.caller}?token=${planted.caller}`, '{}', {});
  await send('acme', planted.webhookSecret, {
    'x-cf-signature': planted.webhookSecret,
    authorization: `Bearer ${planted.caller}`,
    cookie: `session=${planted.caller}`,
    'user-agent': planted.caller,
  });
  for (const body of [
    planted.caller,
    JSON.stringify({ [planted.caller]: planted.caller }),
    JSON.stringify({ Action: planted.caller, PayloadId: 1, TaskId: { [planted.caller]: 1 } }),
    JSON.stringify({
      Action: planted.caller,
      PayloadId: planted.caller,
      TaskId: '11111111-1111-4111-8111-111111111111',
    }),
  ]) {
    await send('acme', body, { ...signed(body), authorization: `Bearer ${planted.caller}` });
  }
}

describe('the secrets of a day full of errors', () => {
  it('are many, and every kind of error echoed them', () => {
    // The store with inputs, the file host with redirects and supplied files, the gateway, Celtra.
    expect(proxies.map((proxy) => proxy.echoed())).toEqual([6, 8, count - 6 - 8 - 4, 4]);
    expect(echoedByBucket).toEqual({ audit: 2, inputs: 2 });
    expect([...seenKinds].sort()).toEqual([
      'a signature',
      'a signature to a bucket',
      'an Authorization header',
      'an access token',
      'an asset address',
    ]);
  });

  it('are in no log line, file, history, description or metric', async () => {
    const places: Place[] = [
      { name: 'log of the worker', text: day().printed('worker') },
      { name: 'log of the receiver', text: day().printed('receiver') },
      ...(await filesOf(day().folder)),
      ...[...s3.objects].map(([key, bytes]) => ({ name: `object ${key}`, text: bytes.toString('latin1') })),
      ...(await temporalPlaces(day().temporal.client)),
      await pageOf(`http://127.0.0.1:${healthPort}/metrics`),
      await pageOf(`http://127.0.0.1:${metricsPort}/metrics`),
      await pageOf(`http://127.0.0.1:${temporalMetricsPort}/metrics`),
    ];
    const found = [...secrets].flatMap(([secret, kind]) =>
      formsOf(secret).flatMap((form) =>
        places.filter(({ text }) => text.includes(form)).map(({ name }) => `${kind} in ${name}`),
      ),
    );
    expect([...new Set(found)]).toEqual([]);
    // The places that were searched hold what the day left behind.
    for (const [name, word] of [
      ['log of the worker', 'Activity failed'],
      ['log of the receiver', 'bad signature'],
      ['first-deliveries.jsonl', 'acme'],
      ['history of extpost/acme/', '[removed]'],
      ['description of extpost/acme/', 'ExtpostStage'],
      ['current details of extpost/', 'Creative Force refused the start'],
      ['schedule ', 'listingSweep'],
      ['history of extpost-sweep/', 'Edit'],
      ['designers', 'brief'],
      ['object audit/lines/', 'delivered'],
      ['object inputs/', '# '],
      [`${healthPort}/metrics`, 'extpost_gateway_requests_total'],
      [`${metricsPort}/metrics`, 'extpost_webhooks_total'],
      [`${temporalMetricsPort}/metrics`, 'temporal_'],
    ] as const) {
      const text = places.filter((place) => place.name.includes(name)).map((place) => place.text);
      expect([name, text.join('\n').includes(word)]).toEqual([name, true]);
    }
  });

  it('nor are similar ones in a recorded history or example of this repository', async () => {
    const root = path.join(__dirname, '..', '..');
    const recorded = await Promise.all(
      ['test/replay/histories', 'examples', 'docs'].map((name) => filesOf(path.join(root, name))),
    );
    const places = recorded.flat().filter(({ name }) => /\.(json|ya?ml|md)$/.test(name));
    const looksSecret = /X-Amz-Signature=[0-9a-f]{16}|[Bb]earer [\w.~+/-]{20}|Basic [\w+/]{20}|\beyJ[\w-]{10,}\./;
    expect(places.length).toBeGreaterThan(5);
    const decoded = places.map(({ name, text }) => ({
      name,
      text: text.replace(/"data": ?"([\w+/=]+)"/g, (_, data: string) => Buffer.from(data, 'base64').toString()),
    }));
    expect(decoded.filter(({ text }) => looksSecret.test(text)).map(({ name }) => name)).toEqual([]);
  });
});
