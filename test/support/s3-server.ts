import { spawn, type ChildProcess } from 'node:child_process';
import { createServer, type AddressInfo } from 'node:net';

import { CreateBucketCommand, S3Client } from '@aws-sdk/client-s3';
import { request } from 'undici';

import { motoPython, whyNoMoto } from './moto';
import { startOneAtATime } from './one-at-a-time';

/** A third-party S3 server (moto), empty. It accepts any credentials. */
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

const group = describe;
const test = it;

/** Tests against moto. They run where it is installed (test/support/moto.ts); else one test says why not. */
export function describeWithS3(name: string, tests: () => void): void {
  if (motoPython() !== undefined) {
    group(name, tests);
    return;
  }
  const reason = whyNoMoto();
  group(name, () => {
    test(`is left out: ${reason}`, () => {
      process.stderr.write(`left out: ${name}: ${reason}\n`);
      expect(motoPython()).toBeUndefined();
    });
  });
}

/** Starts moto on a free port. Throws with a reason when that fails. */
export async function startS3Server(): Promise<S3Server> {
  const python = motoPython();
  if (python === undefined) throw new Error(whyNoMoto());
  const port = await freePort();
  const child = spawn(python, ['-m', 'moto.server', '-H', '127.0.0.1', '-p', String(port)], { stdio: 'ignore' });
  const front = await startOneAtATime(port);
  const endpoint = `http://127.0.0.1:${front.port}`;
  const place = { endpoint, region: 'us-east-1', forcePathStyle: true } as const;
  const keys = { accessKeyId: 'any-key', secretAccessKey: 'hush-hush' };
  const client = new S3Client({ ...place, requestChecksumCalculation: 'WHEN_REQUIRED', credentials: { ...keys } });
  try {
    await untilItAnswers(`http://127.0.0.1:${port}`, child);
  } catch (error) {
    child.kill();
    await front.stop();
    throw error;
  }
  return {
    endpoint,
    client,
    bucket: async (bucket) => {
      await client.send(new CreateBucketCommand({ Bucket: bucket }));
      return { s3: { bucket, ...place, ...keys } };
    },
    stop: async () => {
      client.destroy();
      await front.stop();
      const hasEnded = new Promise((resolve) => child.once('exit', resolve));
      child.kill();
      await hasEnded;
    },
  };
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
      await (await request(endpoint)).body.dump();
      return;
    } catch {
      if (Date.now() > giveUpAt || child.exitCode !== null) throw new Error('moto was started and does not answer.');
      await new Promise((resolve) => setTimeout(resolve, 100));
    }
  }
}
