import type { AuditedFile, DeliveryEntry } from '../../domain/audit/audit-entry';

/** A file of a delivered round. */
export function anAuditedFile(changes: Partial<AuditedFile> = {}): AuditedFile {
  return {
    expectedKey: 'shot-1/spec-1',
    label: 'Front, Feed',
    fileName: 'front-feed.jpg',
    recipeKey: 'Front/Feed',
    plan: { recipe: 'spring-social', recipeHash: 'abcdef0123456789', contentHash: 'v7', format: 'jpeg 90' },
    outputId: 'output-1',
    assetId: 'asset-1',
    bytes: 12_345,
    md5: '0cc175b9c0f1b6a831c399e269772661',
    sha256: 'ca978112ca1bbdcafac231b39a23dc4da786eff8147c4e72b9807785afee48bb',
    state: 'submitted',
    width: 1080,
    height: 1350,
    ...changes,
  };
}

/** What the workflow records after a submission took effect. */
export function anEntry(changes: Partial<DeliveryEntry> = {}): DeliveryEntry {
  return {
    studio: 'acme',
    taskId: '0b5f8f3e-0000-4000-8000-000000000001',
    contentCreationType: 'ecom',
    run: 'run-1',
    round: 0,
    event: 'delivered',
    at: '2026-11-03T09:15:00.000Z',
    plan: { hash: '1a2b3c4d', extras: 3 },
    submission: {
      begunAt: '2026-11-03T09:14:50.000Z',
      submittedAt: '2026-11-03T09:15:00.000Z',
      attempts: 2,
      effectiveAttempt: 1,
      knownFrom: 'task',
    },
    files: [anAuditedFile()],
    ...changes,
  };
}
