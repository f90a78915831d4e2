import type { AuditLog } from '../../../activities';
import { createAuditLog } from '../../../activities/audit/audit-activities';
import { createSummaryActivities } from '../../../activities/notifications/summary-activities';
import { startS3StandIn, type S3StandIn } from '../../clients/store/s3-stand-in';
import { anEntry } from '../../support/audit-facts';
import { folderForEach, run, studiosWith } from '../activity-harness';

const folder = folderForEach();
let s3: S3StandIn;
beforeEach(async () => {
  s3 = await startS3StandIn();
});
afterEach(() => s3.server.close());

const now = Date.now();
const hours = (count: number): number => count * 3_600_000;
const at = (ago: number): string => new Date(now - hours(ago)).toISOString();
const waiting = { waiting: [{ cause: 'no creative', count: 2 }], late: 1 };

function open(kind: 'a folder' | 'a bucket'): AuditLog {
  const { origin: endpoint } = s3.server;
  const bucket = { endpoint, accessKeyId: 'our-key', secretAccessKey: 'hush-hush', forcePathStyle: true };
  return createAuditLog(kind === 'a folder' ? { folder: folder() } : { s3: { ...bucket, bucket: 'works' } });
}

function summarise(audit: AuditLog | undefined) {
  const sources = { audit, countWaiting: () => Promise.resolve(waiting) };
  const { summariseDay } = createSummaryActivities(studiosWith(), sources);
  return run(summariseDay, { studio: 'acme', from: now - hours(24), until: now });
}

describe.each(['a folder', 'a bucket'] as const)('a summary by the audit in %s', (kind) => {
  it('counts deliveries and corrections of the day, and nothing else', async () => {
    const audit = open(kind);
    await audit.append(anEntry({ taskId: 'before', at: at(30) }));
    await audit.append(anEntry({ taskId: 'one', at: at(3) }));
    await audit.append(anEntry({ taskId: 'two', at: at(2) }));
    await audit.append(anEntry({ taskId: 'two', round: 1, at: at(1) }));
    await audit.append(anEntry({ taskId: 'three', event: 'abandoned', at: at(1) }));
    expect(await summarise(audit)).toMatchObject({ delivered: 2, corrected: 1, ...waiting });
    audit.close();
  });
});

it('a summary without an audit does not know what was delivered', async () => {
  const summary = await summarise(undefined);
  expect(summary).toMatchObject(waiting);
  expect(summary).not.toHaveProperty('delivered');
});
