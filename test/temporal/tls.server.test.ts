import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { connect, type AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { createServer, type Server } from 'node:tls';

import { NativeConnection } from '@temporalio/worker';
import { generate } from 'selfsigned';

import { openTemporal, type TemporalConnection } from '../../temporal';
import { testTemporalAddress } from '../starters/test-temporal';

/** The dev server speaks no TLS, so one that does stands before it, as a load balancer may. */

type Certificate = Awaited<ReturnType<typeof generate>>;

let folder: string;
let authority: Certificate;
let ofServer: Certificate;
const servers: Server[] = [];
const connections: TemporalConnection[] = [];
const file = (name: string) => path.join(folder, name);

beforeAll(async () => {
  folder = await mkdtemp(path.join(tmpdir(), 'extpost-tls-'));
  authority = await generate([{ name: 'commonName', value: 'authority.example' }], {
    algorithm: 'sha256',
    extensions: [
      { name: 'basicConstraints', cA: true, critical: true },
      { name: 'keyUsage', keyCertSign: true, digitalSignature: true, critical: true },
    ],
  });
  ofServer = await signed('temporal.example');
  const ofClient = await signed('extpost.example');
  await writeFile(file('ca.pem'), authority.cert);
  await writeFile(file('client.pem'), ofClient.cert);
  await writeFile(file('client.key'), ofClient.private);
});
afterEach(async () => {
  await Promise.all(connections.splice(0).map((one) => one.close()));
  for (const server of servers.splice(0)) server.close();
});
afterAll(() => rm(folder, { recursive: true }));

function signed(name: string): Promise<Certificate> {
  return generate([{ name: 'commonName', value: name }], {
    algorithm: 'sha256',
    ca: { key: authority.private, cert: authority.cert },
    extensions: [
      { name: 'basicConstraints', cA: false },
      { name: 'extKeyUsage', serverAuth: true, clientAuth: true },
      { name: 'subjectAltName', altNames: [{ type: 2, value: name }] },
    ],
  });
}

/** A server with a certificate; `isMutual`: its callers need one, too. */
async function tlsAddress(isMutual: boolean): Promise<string> {
  const [host = '', port = ''] = testTemporalAddress().split(':');
  const server = createServer(
    {
      key: ofServer.private,
      cert: ofServer.cert,
      ca: authority.cert,
      requestCert: isMutual,
      rejectUnauthorized: isMutual,
      ALPNProtocols: ['h2'],
    },
    (socket) => {
      const upstream = connect({ host, port: Number(port) });
      socket.on('error', () => upstream.destroy()).on('close', () => upstream.destroy());
      upstream.on('error', () => socket.destroy()).on('close', () => socket.destroy());
      socket.pipe(upstream).pipe(socket);
    },
  ).on('tlsClientError', () => undefined);
  servers.push(server);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return `127.0.0.1:${(server.address() as AddressInfo).port}`;
}

/** What the environment of a process says, as docs/reference/temporal-server.md#tls describes it. */
const trusting = () => ({
  TEMPORAL_CONFIG_FILE: '/nonexistent/temporal.toml',
  TEMPORAL_TLS: 'true',
  TEMPORAL_TLS_SERVER_CA_CERT_PATH: file('ca.pem'),
  TEMPORAL_TLS_SERVER_NAME: 'temporal.example',
});
const proving = () => ({
  ...trusting(),
  TEMPORAL_TLS_CLIENT_CERT_PATH: file('client.pem'),
  TEMPORAL_TLS_CLIENT_KEY_PATH: file('client.key'),
});

function open(address: string, environment: Record<string, string>): TemporalConnection {
  const temporal = openTemporal({ address, environment });
  connections.push(temporal);
  return temporal;
}

const reaches = async (address: string, environment: Record<string, string>) => ({
  client: await open(address, environment).isReachable(2_000),
  worker: await NativeConnection.connect(open(address, environment).connectionOptions).then(
    async (connection) => {
      await connection.close();
      return true;
    },
    () => false,
  ),
});
const both = { client: true, worker: true };
const neither = { client: false, worker: false };

describe('a Temporal with TLS', () => {
  it('is reached by clients and workers that know who has signed its certificate', async () => {
    expect(await reaches(await tlsAddress(false), trusting())).toEqual(both);
  });

  it.each<[string, Record<string, string>]>([
    ['is signed by nobody they know', { TEMPORAL_TLS_SERVER_CA_CERT_PATH: '' }],
    ['is of another name', { TEMPORAL_TLS_SERVER_NAME: 'elsewhere.example' }],
  ])('is not reached when its certificate %s', async (_why, changes) => {
    expect(await reaches(await tlsAddress(false), { ...trusting(), ...changes })).toEqual(neither);
  });

  it('is not reached in clear text', async () => {
    const environment = { TEMPORAL_CONFIG_FILE: '/nonexistent/temporal.toml' };
    expect(await reaches(await tlsAddress(false), environment)).toEqual(neither);
  });
});

describe('a Temporal with mTLS', () => {
  it('is reached with a certificate of one’s own', async () => {
    expect(await reaches(await tlsAddress(true), proving())).toEqual(both);
  });

  it('is not reached without one', async () => {
    expect(await reaches(await tlsAddress(true), trusting())).toEqual(neither);
  });
});
