import { CancellationScope, startChild, workflowInfo } from '@temporalio/workflow';
import { WorkflowExecutionAlreadyStartedError } from '@temporalio/common';

import type { AuditedFile, DeliveryEntry } from '../../../domain/audit/audit-entry';
import { type AuditReceipt, LATE_AUDIT_ENTRY, lateAuditEntryId } from '../../../domain/audit/audit-receipt';
import type { DeliveredFile, DeliveredRound } from '../../../domain/delivery/delivery-record';
import { type PlanRecord, toDeliveredFilePlan } from '../../../domain/plan/plan-record';
import { auditWrite } from '../../activity-options';
import { noteReceipt } from '../../late-audit-entry/late-audit-entry';
import { searchAttributes } from '../../search-attributes';
import type { UploadedFile } from '../state/round-state';
import type { StatusReporter } from '../state/status-reporter';
import type { TaskState } from '../state/task-state';

export function toDeliveredRound(
  round: number,
  files: readonly UploadedFile[],
  plan: PlanRecord | undefined,
): DeliveredRound {
  return {
    round,
    submittedAt: new Date().toISOString(),
    ...(plan && { plan: { hash: plan.hash, extras: plan.extras } }),
    files: files.map((file) => toDeliveredFile(file, plan)),
  };
}

/** Also after a cancel. An entry that cannot be written now is left to a workflow that does not give it up. */
export async function recordDelivery(
  { task, round, actions, inFlightWrites }: TaskState,
  reporter: StatusReporter,
  entry: Pick<DeliveryEntry, 'event' | 'submission' | 'plan' | 'sentence'>,
  files: readonly UploadedFile[],
  plan: PlanRecord | undefined,
): Promise<void> {
  const wasSent = inFlightWrites.submission === 'unknown';
  const fileState = entry.event === 'delivered' ? 'submitted' : wasSent ? 'sent' : 'uploaded';
  const whole: DeliveryEntry = {
    ...task,
    run: workflowInfo().firstExecutionRunId,
    round: round.number,
    at: new Date().toISOString(),
    ...entry,
    files: files.map((file) => toAuditedFile(file, fileState, plan)),
    actions,
  };
  await CancellationScope.nonCancellable(async () => {
    try {
      noteReceipt(task.studio, await auditWrite('Record what was delivered').recordDelivery(whole));
    } catch {
      await writeLater(whole, reporter);
    }
  });
}

/** Returns once the entry is safe with Temporal. The warning is taken back when the entry is written while this run lasts. */
async function writeLater(entry: DeliveryEntry, reporter: StatusReporter): Promise<void> {
  const { studio, taskId } = entry;
  const workflowId = lateAuditEntryId(entry);
  const warning = `What was delivered could not be written to the audit yet; the workflow ${workflowId} writes it as soon as that is possible.`;
  reporter.warn(warning);
  try {
    const handle = await startChild<(entry: DeliveryEntry) => Promise<AuditReceipt | undefined>>(LATE_AUDIT_ENTRY, {
      workflowId,
      args: [entry],
      // It goes on when the task ends or is terminated.
      parentClosePolicy: 'ABANDON',
      staticSummary: `${studio}: audit entry that could not be written at once`,
      typedSearchAttributes: [
        { key: searchAttributes.studio, value: studio },
        { key: searchAttributes.taskId, value: taskId },
      ],
    });
    handle.result().then(
      () => {
        reporter.takeBackWarning(warning);
      },
      // Somebody ended that workflow; the warning stays.
      () => undefined,
    );
  } catch (error) {
    // The run before a reset had asked for the same entry.
    if (!(error instanceof WorkflowExecutionAlreadyStartedError)) throw error;
  }
}

function toDeliveredFile(
  { expected, file, assetId, blobHash }: UploadedFile,
  plan: PlanRecord | undefined,
): DeliveredFile {
  const line = plan?.lines.find(({ expectedKey }) => expectedKey === expected.expectedKey);
  const { width, height, bytes, md5, sha256, outputId } = file;
  return {
    label: expected.label,
    expectedKey: expected.expectedKey,
    fileName: expected.fileName,
    recipeKey: expected.key,
    ...(line && { plan: toDeliveredFilePlan(line) }),
    outputId,
    blobHash,
    assetId,
    width,
    height,
    bytes,
    md5,
    sha256,
  };
}

function toAuditedFile(uploaded: UploadedFile, state: AuditedFile['state'], plan: PlanRecord | undefined): AuditedFile {
  const { format, film, conversion, sha256, fetchedAt, downloads } = uploaded.file;
  const { uploadedAt, uploads } = uploaded.receipt ?? {};
  const { findings = [], assetKey, texts } = uploaded;
  const { framesPerSecond, seconds } = film ?? {};
  return {
    ...toDeliveredFile(uploaded, plan),
    state,
    format,
    ...(framesPerSecond !== undefined && { framesPerSecond }),
    ...(seconds !== undefined && { seconds }),
    ...(assetKey !== undefined && { assetKey }),
    ...(texts && { texts }),
    ...(fetchedAt && { fetchedAt }),
    ...(uploadedAt && { uploadedAt }),
    ...((downloads ?? uploads) && { attempts: { download: downloads, upload: uploads } }),
    ...(findings.length > 0 && { findings }),
    ...(conversion && {
      conversions: conversion.steps.map((what) => ({
        what,
        sha256Before: conversion.before.sha256,
        sha256After: sha256,
      })),
    }),
  };
}
