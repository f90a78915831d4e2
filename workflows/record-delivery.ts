import { CancellationScope, workflowInfo } from '@temporalio/workflow';

import type { AuditedFile, DeliveryEntry } from '../domain/audit/audit-entry';
import { deliveredFile } from './delivered-round';
import type { UploadedFile } from './upload-files';
import { forGood } from './profiles';
import type { TaskStory } from './task-story';

/**
 * Writes down for good what left the building. Also after a cancel; a record that cannot be written is remarked, because
 * the files have left all the same.
 */
export async function writeDown(
  story: TaskStory,
  event: DeliveryEntry['event'],
  files: readonly UploadedFile[],
  more: Pick<DeliveryEntry, 'submission' | 'plan' | 'sentence'>,
): Promise<void> {
  const isSubmitted = event === 'delivered';
  const entry: DeliveryEntry = {
    ...story.task,
    run: workflowInfo().firstExecutionRunId,
    round: story.round,
    event,
    at: new Date().toISOString(),
    ...more,
    files: files.map((file) => audited(file, isSubmitted, story)),
    actions: story.inbox.acts,
  };
  await CancellationScope.nonCancellable(async () => {
    try {
      await forGood('Write down what was delivered').recordDelivery(entry);
    } catch {
      story.remark('What was delivered could not be written to the audit; this run’s own record has it.');
    }
  });
}

function audited(file: UploadedFile, isSubmitted: boolean, story: TaskStory): AuditedFile {
  const { format, width, height, conversion, sha256, fetchedAt, downloads } = file.file;
  const { uploadedAt, uploads } = file.receipt ?? {};
  return {
    ...deliveredFile(file, story.plan.record),
    expectedKey: file.expected.expectedKey,
    state: isSubmitted ? 'submitted' : story.left.submission === 'unknown' ? 'sent' : 'uploaded',
    format,
    width,
    height,
    ...(fetchedAt && { fetchedAt }),
    ...(uploadedAt && { uploadedAt }),
    ...((downloads ?? uploads) && { attempts: { download: downloads, upload: uploads } }),
    ...(file.findings !== undefined && file.findings.length > 0 && { findings: file.findings }),
    ...(conversion && {
      conversions: conversion.steps.map((what) => ({
        what,
        sha256Before: conversion.before.sha256,
        sha256After: sha256,
      })),
    }),
  };
}
