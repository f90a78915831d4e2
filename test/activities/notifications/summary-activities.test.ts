import type { AuditLog } from '../../../activities';
import { createAuditLog } from '../../../activities/audit/audit-activities';
import { createSummaryActivities } from '../../../activities/notifications/summary-activities';
import { createBucketAudit } from '../../../activities/audit/bucket-audit';
import { memoryBucket } from '../../clients/store/memory-bucket';
import { anEntry } from '../../support/audit-facts';
import { folderForEach, run, studiosWith } from '../activity-harness';

const folder = folderForEach();

const now = Date.now();
const hours = (count: number): number => count * 3_600_000;
const at = (ago: number): string => new Date(now - hours(ago)).toISOString();
const waiting = { waiting: [{ cause: 'no creative', count: 2 }], late: 1 };

function open(kind: 'a folder' | 'a bucket'): AuditLog {
  return kind === 'a folder'
    ? createAuditLog({ folder: folder() })
    : createBucketAudit(memoryBucket(new Map(), 'audit'), []);
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
