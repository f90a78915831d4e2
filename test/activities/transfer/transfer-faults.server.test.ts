import { createHash, randomBytes } from 'node:crypto';
import { existsSync } from 'node:fs';
import { mkdtemp, readdir, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';

import type { ApplicationFailure } from '@temporalio/common';

import { sealUploadAddress } from '../../../activities/creative-force/address-seal';
import { getStudio } from '../../../activities/runtime/studios';
import { createSpool, type SpoolLimits } from '../../../activities';
import { uploadSpooledFile } from '../../../activities/transfer/upload-file';
import type { Sandbox, SandboxOptions } from '../../../sandbox';
import { startQuickSandbox } from '../../sandbox/start';
import { Vendor } from '../../sandbox/vendor';
import { TASK_ID } from '../../support/facts';
import { CeltraRound, type Ending } from '../celtra/celtra-round';
import {
  anActivity,
  asActivity,
  failureOf,
  folderForEach,
  placeIn,
  reportsOf,
  ampleLimits,
  run,
  studiosWith,
} from '../activity-harness';

type CeltraKnobs = NonNullable<SandboxOptions['celtra']>;
type Fault = NonNullable<CeltraKnobs['faults']>[number];

const folder = folderForEach();

describe('a download of a round', () => {
  let round: CeltraRound;
  beforeAll(async () => {
    round = await CeltraRound.begin(await mkdtemp(path.join(tmpdir(), 'extpost-faults-')));
  });
  afterAll(() => round.end());

  const sha256Of = (ending: Ending): (string | undefined)[] => {
    if ('failure' in ending) throw ending.failure;
    return round.ids.map((id) => ending.files.get(id)?.sha256);
  };
  const play = (knobs: CeltraKnobs, limits?: SpoolLimits): Promise<Ending> =>
    round.playIn(
      spool(),
      { ranges: true, etags: 'stable', contentLength: true, fileBytes: null, faults: [], ...knobs },
      limits,
    );
  const spool = (): string => path.join(folder(), 'spool');
  const right = (): string[] => round.wanted.map(({ sha256 }) => sha256);

  // Single faults are tested to the end, judged by the ledger, in test/end-to-end/delivery-faults.
  it('brings the right bytes although the host redirects to the file', async () => {
    expect(sha256Of(await play({ faults: [{ kind: 'redirect', to: 'here' }] }))).toEqual(right());
  });

  it.each<[string, CeltraKnobs]>([
    ['the server serves no ranges', { ranges: false }],
    ['every answer has another ETag', { etags: 'change' }],
    ['there is no ETag and no length', { etags: 'none', contentLength: false }],
  ])('brings the right bytes after a reset where %s', async (_case, knobs) => {
    const faults: Fault[] = [{ kind: 'reset', times: 1 }];
    expect(sha256Of(await play({ ...knobs, faults }))).toEqual(right());
  });

  it.each<[string, Fault, { type: string; says: string }]>([
    ['gzip that nobody asked for', { kind: 'gzip' }, { type: 'ContractChanged', says: 'encoding gzip' }],
    [
      'a redirect into a private network',
      { kind: 'redirect', to: 'private' },
      { type: 'Refused', says: 'private network' },
    ],
    [
      'a redirect to where clouds keep their keys',
      { kind: 'redirect', to: 'metadata' },
      { type: 'Refused', says: 'private network' },
    ],
    [
      'redirects without end',
      { kind: 'redirect', to: 'loop' },
      { type: 'ContractChanged', says: 'more than 5 redirects' },
    ],
    ['nothing but pages', { kind: 'page' }, { type: 'Refused', says: 'an HTML page instead of the file' }],
    ['nothing but halves', { kind: 'cut file' }, { type: 'NotAPicture', says: 'although the transfer was complete' }],
    ['nothing but expired addresses', { kind: 'expired' }, { type: 'Refused', says: 'each freshly given by Celtra' }],
  ])('fails in words for %s, and leaves nothing in the spool', async (_case, fault, { type, says }) => {
    const ending = await play({ faults: [fault] });
    expect(ending).toMatchObject({ failure: { type, nonRetryable: true, message: expect.stringContaining(says) } });
    // Without a folder there is nothing in it.
    const left = existsSync(spool()) ? await readdir(spool(), { recursive: true }) : [];
    expect(left.filter((name) => /\.(bytes|part)/.test(name))).toEqual([]);
  });

  it('waits with a reason while the spool is full', async () => {
    const ending = await play({ fileBytes: 100_000 }, { ...ampleLimits, maxTotalBytes: 150_000 });
    expect('failure' in ending && ending.failure).toMatchObject({
      type: 'SpoolFull',
      nextRetryDelay: 30_000,
      message: expect.stringMatching(
        /^There is no space for \d+ bytes .* at most 150000 bytes .* waits until there is space/,
      ),
    });
  });

  it('waits with a reason while the disk is full', async () => {
    const ending = await play({}, { ...ampleLimits, keepFree: 1e18 });
    expect('failure' in ending && ending.failure).toMatchObject({
      type: 'SpoolFull',
      nonRetryable: false,
      message: expect.stringContaining('worker.spool.keepFree'),
    });
  });
});

describe('an upload to the store', () => {
  const bytes = randomBytes(600_000);
  let sandbox: Sandbox;
  let vendor: Vendor;
  beforeEach(async () => {
    sandbox = await startQuickSandbox();
    vendor = new Vendor(sandbox);
  });
  afterEach(() => sandbox.stop());

  /** A file in the spool, an address for it, and the one attempt after the other that Temporal would make. */
  async function begin({ faults = [] }: { faults?: unknown[] } = {}) {
    const promise = await vendor.promise([{ fileName: 'a.jpg', bytes }]);
    const [file] = promise.files;
    if (file === undefined) throw new Error('No place was promised.');
    if (faults.length > 0) await vendor.control('POST', '/faults', faults);
    const studios = studiosWith();
    const spool = createSpool(folder(), 'queue', ampleLimits);
    const fileId = 'a'.repeat(32);
    await writeFile(await placeIn(spool, TASK_ID, fileId), bytes);
    const md5 = createHash('md5').update(bytes).digest('hex');
    const measured = { bytes: bytes.length, md5, sha256: '', format: 'jpeg', width: 1, height: 1 };
    await spool.addFile(TASK_ID, { queue: 'queue', fileId, outputId: 'output', ...measured });
    const sealedAddress = sealUploadAddress(getStudio(studios, 'acme').seal, TASK_ID, {
      url: file.presignedUrl,
      headers: { ...promise.headers, 'content-type': file.contentType },
    });
    const uploadFile = asActivity(uploadSpooledFile, studios, spool);
    const request = { studio: 'acme', taskId: TASK_ID, fileId, sealedAddress };
    return {
      url: file.presignedUrl,
      attempt: (environment = anActivity()) => run(uploadFile, request, environment),
      fail: (environment = anActivity()): Promise<ApplicationFailure> =>
        failureOf(() => uploadFile(request), environment),
      stored: async (): Promise<Buffer> => {
        const assets = await vendor.gateway('POST', '/assets/bulk-get-assets', { assetIds: [file.tempAssetId] });
        const [asset] = assets.json as { fileUrl: string }[];
        return Buffer.from(await (await fetch(asset?.fileUrl ?? '')).arrayBuffer());
      },
    };
  }

  it.each<[string, object, string]>([
    ['says SlowDown', { answer: 'errorList' }, 'Throttled'],
    ['says 503', { answer: 'html', status: 503 }, 'Transient'],
    ['resets the connection', { answer: 'reset' }, 'Transient'],
    ['stores the file and its answer is lost', { answer: 'answerLost' }, 'Transient'],
    ['says that bytes were damaged', { answer: 'errorList', status: 400, code: 'BadDigest' }, 'Transient'],
    ['says that it waited too long', { answer: 'errorList', status: 400, code: 'RequestTimeout' }, 'Transient'],
  ])('is made again with the same bytes when it %s', async (_case, fault, type) => {
    const { attempt, fail, stored } = await begin({ faults: [{ endpoint: 'putFile', ...fault }] });
    expect(await fail()).toMatchObject({ type, nonRetryable: false });
    await attempt();
    expect((await stored()).equals(bytes)).toBe(true);
  });

  it('asks for another address when this one has expired', async () => {
    await sandbox.stop();
    sandbox = await startQuickSandbox({ creativeForce: { presignedLifetimeMs: -1 } });
    vendor = new Vendor(sandbox);
    const { fail } = await begin();
    // The first attempt may still be sending when the store closes the connection; the second one listens first.
    const failure = await fail(anActivity({ attempt: 2 }));
    expect(failure).toMatchObject({ type: 'AddressRefused', message: expect.stringContaining('expired') });
  });

  it('fails without a retry when the store does not understand the request', async () => {
    const { fail } = await begin({
      faults: [{ endpoint: 'putFile', answer: 'errorList', status: 501, code: 'NotImplemented' }],
    });
    expect(await fail()).toMatchObject({ type: 'Refused', nonRetryable: true });
  });

  it('is never chunked, which the store would answer with 501', async () => {
    const { attempt, stored } = await begin();
    await attempt();
    expect((await stored()).equals(bytes)).toBe(true);
  });

  it('fails with a reason when the bytes are damaged time after time', async () => {
    const fault = { endpoint: 'putFile', answer: 'errorList', status: 400, code: 'BadDigest', times: 'always' };
    const { fail } = await begin({ faults: [fault] });
    expect(await fail(anActivity({ attempt: 3 }))).toMatchObject({
      type: 'Refused',
      nonRetryable: true,
      message: expect.stringContaining('tried 3 times'),
    });
  });

  it('shows nothing of the address in failures and heartbeats', async () => {
    const answers = ['errorList', 'html', 'reset', 'answerLost'].map((answer) => ({ endpoint: 'putFile', answer }));
    const { url, fail, attempt } = await begin({ faults: answers });
    const environment = anActivity();
    const told: unknown[] = reportsOf(environment);
    for (const _ of answers) {
      const { message, stack, details } = await fail(environment);
      told.push([message, stack, details]);
    }
    await attempt(environment);
    const { pathname, searchParams } = new URL(url);
    const secrets = [pathname, ...pathname.split('/'), ...searchParams.values()].filter(({ length }) => length >= 12);
    const all = JSON.stringify(told);
    expect(secrets.length).toBeGreaterThan(1);
    expect(secrets.filter((secret) => all.includes(secret))).toEqual([]);
    expect(all).toContain('"phase":"upload"');
  });
});
