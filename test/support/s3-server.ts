import { spawn, type ChildProcess } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { createServer, type AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';

import { CreateBucketCommand, S3Client } from '@aws-sdk/client-s3';
import { request } from 'undici';

import { minioProgram } from './minio';
import { motoPython, whyNoMoto } from './moto';
import { startOneAtATime } from './one-at-a-time';

/** A third-party S3 server. */
export interface S3Server {
  readonly endpoint: string;
  /** Amazon's own client; closed with the server. */
  readonly client: S3Client;
  /** A new bucket, as a setting of `extpost.yaml`. */
  bucket(name: string): Promise<{ s3: S3Settings }>;
  stop(): Promise<void>;
}

interface S3Settings {
  readonly bucket: string;
  readonly endpoint: string;
  readonly region: string;
  readonly forcePathStyle: true;
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
}

/** A server's process and where it answers. */
interface Started {
  readonly child: ChildProcess;
  readonly port: number;
  /** Removes what it needed besides its process. */
  readonly clean: () => Promise<void>;
}

const OWN_KEYS = { accessKeyId: 'any-key', secretAccessKey: 'hush-hush' };

/** What a server does not do as Amazon does: check signatures and expiry, hold conditions of simultaneous writers. */
type Lack = 'signatures' | 'conditions';

/** A server that runs already, which EXTPOST_TEST_S3_ENDPOINT names. */
const given = {
  endpoint: process.env['EXTPOST_TEST_S3_ENDPOINT'],
  accessKeyId: process.env['EXTPOST_TEST_S3_ACCESS_KEY'] ?? OWN_KEYS.accessKeyId,
  secretAccessKey: process.env['EXTPOST_TEST_S3_SECRET_KEY'] ?? OWN_KEYS.secretAccessKey,
  lacks: (process.env['EXTPOST_TEST_S3_LACKS'] ?? '').split(',') as Lack[],
};

const group = describe;
const test = it;

/**
 * Tests against a server that EXTPOST_TEST_S3_ENDPOINT names, else against each one that is installed: moto and MinIO. Where none is, one
 * test says why.
 */
export function describeWithS3(
  name: string,
  tests: (start: () => Promise<S3Server>, lacks: readonly Lack[]) => void,
): void {
  const { endpoint } = given;
  if (endpoint !== undefined) {
    group(`${name}, ${endpoint},`, () => {
      tests(() => Promise.resolve(serverAt(endpoint, given)), given.lacks);
    });
    return;
  }
  const python = motoPython();
  const minio = minioProgram();
  if (python !== undefined) {
    group(`${name}, moto,`, () => {
      tests(() => startS3Server(() => startMoto(python)), ['signatures']);
    });
  }
  if (minio !== undefined) {
    group(`${name}, MinIO,`, () => {
      tests(() => startS3Server(() => startMinio(minio)), []);
    });
  }
  if (python !== undefined || minio !== undefined) return;
  const reason = whyNoMoto();
  group(name, () => {
    test(`is left out: ${reason}`, () => {
      process.stderr.write(`left out: ${name}: ${reason}\n`);
      expect([motoPython(), minioProgram()]).toEqual([undefined, undefined]);
    });
  });
}

/** Uses a server that runs. The names of buckets are unique, because it may keep those of an earlier run. */
function serverAt(endpoint: string, keys: typeof OWN_KEYS): S3Server {
  const place = { endpoint, region: 'us-east-1', forcePathStyle: true } as const;
  const { accessKeyId, secretAccessKey } = keys;
  const credentials = { accessKeyId, secretAccessKey };
  const client = new S3Client({
    ...place,
    requestChecksumCalculation: 'WHEN_REQUIRED',
    credentials: { ...credentials },
  });
  const run = randomBytes(4).toString('hex');
  return {
    endpoint,
    client,
    bucket: async (name) => {
      const bucket = `${name}-${run}`;
      await client.send(new CreateBucketCommand({ Bucket: bucket }));
      return { s3: { bucket, ...place, ...credentials } };
    },
    stop: () => {
      client.destroy();
      return Promise.resolve();
    },
  };
}

/** Starts a server on a free port. Throws with a reason when that fails. */
async function startS3Server(start: () => Promise<Started>): Promise<S3Server> {
  const { child, port, clean } = await start();
  const server = serverAt(`http://127.0.0.1:${port}`, OWN_KEYS);
  const stop = async (): Promise<void> => {
    await server.stop();
    if (child.exitCode === null) {
      const hasEnded = new Promise((resolve) => child.once('exit', resolve));
      child.kill();
      await hasEnded;
    }
    await clean();
  };
  try {
    await untilItAnswers(server.endpoint, child);
  } catch (error) {
    await stop();
    throw error;
  }
  return { ...server, stop };
}

async function startMoto(python: string): Promise<Started> {
  const port = await freePort();
  const child = spawn(python, ['-m', 'moto.server', '-H', '127.0.0.1', '-p', String(port)], { stdio: 'ignore' });
  const front = await startOneAtATime(port);
  return { child, port: front.port, clean: front.stop };
}

async function startMinio(program: string): Promise<Started> {
  const [port, consolePort] = [await freePort(), await freePort()];
  const folder = await mkdtemp(path.join(tmpdir(), 'extpost-minio-'));
  const addresses = ['--address', `127.0.0.1:${port}`, '--console-address', `127.0.0.1:${consolePort}`];
  const child = spawn(program, ['server', '--quiet', ...addresses, folder], {
    stdio: 'ignore',
    env: {
      ...process.env,
      MINIO_ROOT_USER: OWN_KEYS.accessKeyId,
      MINIO_ROOT_PASSWORD: OWN_KEYS.secretAccessKey,
      MINIO_UPDATE: 'off',
    },
  });
  return { child, port, clean: () => rm(folder, { recursive: true, force: true }) };
}

async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  await new Promise((resolve) => server.close(resolve));
  return port;
}

async function untilItAnswers(endpoint: string, child: ChildProcess): Promise<void> {
  const giveUpAt = Date.now() + 25_000;
  for (;;) {
    try {
      const { statusCode, body } = await request(endpoint);
      await body.dump();
      if (statusCode < 500) return;
    } catch {
      // It does not listen yet.
    }
    if (Date.now() > giveUpAt || child.exitCode !== null) {
      throw new Error('The S3 server was started and does not answer.');
    }
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
}
