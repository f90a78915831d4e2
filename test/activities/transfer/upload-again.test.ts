import { createHash, randomBytes } from 'node:crypto';
import { writeFile } from 'node:fs/promises';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';

import type { Info } from '@temporalio/activity';

import { sealUploadAddress } from '../../../activities/creative-force/address-seal';
import { getStudio } from '../../../activities/runtime/studios';
import { createSpool } from '../../../activities/transfer/spool';
import { uploadSpooledFile } from '../../../activities/transfer/upload-file';
import { TASK_ID } from '../../support/facts';
import { anActivity, asActivity, failureOf, folderForEach, placeIn, reportsOf, studiosWith } from '../activity-harness';

const folder = folderForEach();
const bytes = randomBytes(600_000);
/** What is sent before a refusal is waited for. */
const FIRST_BYTES = 16_384;

let store: Server;
/** How much of the file had come when the store refused it. */
let came: number[];

beforeEach(async () => {
  came = [];
  store = createServer((request, response) => {
    request.once('data', (chunk: Buffer) => {
      came.push(chunk.length);
      response.writeHead(403).end();
    });
    request.on('error', () => undefined);
  });
  await new Promise<void>((resolve) => store.listen(0, '127.0.0.1', resolve));
});
afterEach(async () => {
  store.closeAllConnections();
  await new Promise((resolve) => store.close(resolve));
});

/** Tries an upload that the store refuses; gives what the attempt reported. */
async function refusedUpload(info: Partial<Info>): Promise<unknown[]> {
  const studios = studiosWith();
  const spool = createSpool(folder(), 'queue');
  const fileId = 'a'.repeat(32);
  await writeFile(await placeIn(spool, TASK_ID, fileId), bytes);
  const md5 = createHash('md5').update(bytes).digest('hex');
  const measured = { bytes: bytes.length, md5, sha256: '', format: 'jpeg', width: 1, height: 1 };
  await spool.addFile(TASK_ID, { queue: 'queue', fileId, outputId: 'output', ...measured });
  const url = `http://127.0.0.1:${(store.address() as AddressInfo).port}/key`;
  const sealedAddress = sealUploadAddress(getStudio(studios, 'acme').seal, TASK_ID, { url, headers: {} });
  const environment = anActivity(info);
  const reports = reportsOf(environment);
  const request = { studio: 'acme', taskId: TASK_ID, fileId, sealedAddress };
  await failureOf(() => asActivity(uploadSpooledFile, studios, spool)(request), environment);
  return reports;
}

describe('an upload that is tried again', () => {
  it('listens for a refusal after its first bytes, because the one before may have been refused unheard', async () => {
    const [lastReport] = (await refusedUpload({ attempt: 1 })).slice(-1);
    await refusedUpload({ attempt: 2, heartbeatDetails: lastReport });
    expect([came[0] !== FIRST_BYTES, came[1]]).toEqual([true, FIRST_BYTES]);
  });

  it('listens when nothing is known of the one before', async () => {
    await refusedUpload({ attempt: 2 });
    expect(came).toEqual([FIRST_BYTES]);
  });

  it.each(['waiting to upload', 'upload'])(
    'sends at once when the worker of the one before was killed over it (%s)',
    async (phase) => {
      await refusedUpload({ attempt: 2, heartbeatDetails: { phase, of: bytes.length } });
      expect(came[0]).toBeGreaterThan(FIRST_BYTES);
    },
  );
});
