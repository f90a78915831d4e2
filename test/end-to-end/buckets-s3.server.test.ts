import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';

import { DeleteObjectCommand, GetObjectCommand, ListObjectsV2Command, PutObjectCommand } from '@aws-sdk/client-s3';
import sharp from 'sharp';

import { createAuditLog, type AuditLog } from '../../activities';
import { exitCodes } from '../../cli/exit-codes';
import { createStore } from '../../clients';
import { firstTask, keepingStudios, saveInputs } from '../activities/inputs/inputs-harness';
import { runCommand } from '../cli/run-command';
import { ENVIRONMENT, smallFile } from '../config/example-files';
import { startQuickSandbox } from '../sandbox/start';
import { anEntry } from '../support/audit-facts';
import { describeWithS3, type S3Server } from '../support/s3-server';

type Bucket = Awaited<ReturnType<S3Server['bucket']>>;

describeWithS3('In a bucket of a store that somebody else wrote', (startS3Server, lacks) => {
  let server: S3Server;
  let folder: string;
  let buckets = 0;
  beforeAll(async () => {
    server = await startS3Server();
    folder = await mkdtemp(path.join(tmpdir(), 'extpost-buckets-'));
  });
  afterAll(async () => {
    await server.stop();
    await rm(folder, { recursive: true, force: true });
  });

  /** A separate bucket for each test, read by Amazon's own client. */
  const newBucket = async () => {
    const settings = await server.bucket(`bucket-${++buckets}`);
    const Bucket = settings.s3.bucket;
    const keys = async (): Promise<string[]> => {
      const { Contents = [] } = await server.client.send(new ListObjectsV2Command({ Bucket }));
      return Contents.map(({ Key = '' }) => Key);
    };
    const read = async (Key: string): Promise<Buffer> => {
      const { Body } = await server.client.send(new GetObjectCommand({ Bucket, Key }));
      return Buffer.from((await Body?.transformToByteArray()) ?? []);
    };
    const write = (Key: string, Body: string) => server.client.send(new PutObjectCommand({ Bucket, Key, Body }));
    const remove = (Key: string) => server.client.send(new DeleteObjectCommand({ Bucket, Key }));
    return { settings, keys, read, write, remove };
  };

  describe('inputs for designers', () => {
    const begin = async () => {
      const sandbox = await startQuickSandbox({ seed: 'inputs' });
      const bucket = await newBucket();
      const place = createStore({ s3: { ...bucket.settings.s3, prefix: 'desk' } });
      const inputs = {
        place,
        folder: '{{ studio.name }}/{{ product.code }}',
        name: '{{ input.folder }}/{{ input.name }}',
      };
      const studios = keepingStudios(sandbox, folder, { inputs });
      const { saved } = await saveInputs(studios, await firstTask(sandbox), {
        work: { folder: path.join(folder, 'work') },
      });
      const end = async (): Promise<void> => {
        place.close();
        await sandbox.stop();
      };
      return { ...bucket, saved, end };
    };

    it('are every picture and file, whole, with a brief and a manifest', async () => {
      const { saved, keys, read, end } = await begin();
      const result = await saved();
      const all = await keys();
      await end();
      const inFolder = (name: string): string => `desk/${result.folder}/${name}`;
      expect(all).toHaveLength(result.fetched + 2);
      expect(all).toEqual(expect.arrayContaining([inFolder('brief.md'), inFolder('manifest.json')]));
      const picture = await read(all.find((key) => key.endsWith('.tif')) ?? '');
      expect(await sharp(picture).metadata()).toMatchObject({ format: 'tiff', width: 800 });
      expect((await read(inFolder('brief.md'))).toString()).toContain('## Front');
    });

    it('are fetched once, except what is gone or was changed there', async () => {
      const { saved, keys, write, remove, end } = await begin();
      const { fetched } = await saved();
      const again = await saved();
      const [gone = '', changed = ''] = (await keys()).filter((key) => !/brief|manifest/.test(key));
      await remove(gone);
      await write(changed, 'changed');
      const mended = await saved();
      await end();
      expect(again).toMatchObject({ fetched: 0, kept: fetched });
      expect(mended).toMatchObject({ fetched: 2, kept: fetched - 2 });
    });
  });

  describe('the audit', () => {
    const opened: AuditLog[] = [];
    afterEach(() => {
      for (const log of opened.splice(0)) log.close();
    });
    const settingsOf = ({ s3 }: Bucket) => ({ s3: { ...s3, prefix: 'audit' } });
    const open = (bucket: Bucket): AuditLog => {
      const log = createAuditLog(settingsOf(bucket));
      opened.push(log);
      return log;
    };
    const verify = async (bucket: Bucket) => {
      const file = path.join(folder, 'extpost.yaml');
      const { s3 } = settingsOf(bucket);
      const store = { s3: { ...s3, secretAccessKey: '${S3_SECRET}' } };
      await writeFile(file, smallFile({ rest: `audit: ${JSON.stringify({ store })}` }));
      Object.assign(process.env, ENVIRONMENT, { S3_SECRET: s3.secretAccessKey });
      return runCommand('audit', 'verify', '--offline', '--config', file);
    };
    const three = async () => {
      const bucket = await newBucket();
      for (const round of [0, 1, 2]) await open(bucket.settings).append(anEntry({ round }));
      const lines = (await bucket.keys()).filter((key) => key.startsWith('audit/lines/acme/'));
      return { ...bucket, lines };
    };

    if (lacks.includes('conditions')) {
      it('is refused in words, because simultaneous writers could overwrite each other', async () => {
        const { settings } = await newBucket();
        const failed = open(settings).append(anEntry());
        await expect(failed).rejects.toThrow(
          /If-None-Match.*two writers at the same moment could overwrite each other/,
        );
      });
      return;
    }

    it('is one chain although several write, and none writes a round twice', async () => {
      const { settings } = await newBucket();
      const writers = [open(settings), open(settings), open(settings)];
      await writers[0]?.append(anEntry());
      for (const round of [0, 1, 2]) {
        // At the same moment.
        await Promise.all(
          writers.map((log, writer) => log.append(anEntry(round === 0 ? {} : { round, run: `run-${writer}` }))),
        );
      }
      const { out, exitCode } = await verify(settings);
      expect([exitCode, out]).toEqual([exitCodes.done, expect.stringMatching(/^acme: intact, 7 lines; /)]);
    });

    it('shows a line that was changed there, by its address', async () => {
      const { settings, lines, read, write } = await three();
      const [, second = ''] = lines;
      await write(second, (await read(second)).toString().replace('front-feed', 'back-feed'));
      const { out, exitCode } = await verify(settings);
      expect(exitCode).toBe(exitCodes.auditBroken);
      expect(out).toContain(`s3://${settings.s3.bucket}/${second}`);
      expect(out).toContain('its own SHA-256 does not match');
    });

    it('shows that the last line was removed there', async () => {
      const { settings, lines, remove } = await three();
      await remove(lines.at(-1) ?? '');
      const { out, exitCode } = await verify(settings);
      expect([exitCode, out.includes('Line 3 was written')]).toEqual([exitCodes.auditBroken, true]);
    });

    it('says, without the secret, that there is no such bucket', async () => {
      const { s3 } = (await newBucket()).settings;
      const failed = verify({ s3: { ...s3, bucket: 'elsewhere' } });
      const said = await failed.then(
        ({ err }) => err,
        (error: unknown) => String(error),
      );
      expect(said).toContain('NoSuchBucket');
      expect(said).not.toContain(s3.secretAccessKey);
    });
  });
});
