import type { Connection } from '@temporalio/client';

import { pluralise } from '../../domain/shared/text';

const DAY_MS = 86_400_000;
/** Long enough to read last month's tasks, and to know which were cancelled. */
const AFTER_REVIEW_MS = 30 * DAY_MS;

/** How long Temporal has to keep the ended tasks of a studio, in milliseconds. */
export function neededRetention(reviewWindowMs: number): number {
  return reviewWindowMs + AFTER_REVIEW_MS;
}

/** How long a namespace keeps ended workflows, in milliseconds; `undefined` when the server does not say. */
export async function readRetention(connection: Connection, namespace: string): Promise<number | undefined> {
  const { config } = await connection.workflowService.describeNamespace({ namespace });
  const seconds = Number(config?.workflowExecutionRetentionTtl?.seconds ?? 0);
  return seconds > 0 ? seconds * 1000 : undefined;
}

/** A warning when a namespace keeps the ended tasks of a studio for too short a time. */
export function retentionWarning(
  namespace: string,
  retentionMs: number | undefined,
  studio: { readonly name: string; readonly reviewWindowMs: number },
): string | undefined {
  const neededMs = neededRetention(studio.reviewWindowMs);
  if (retentionMs === undefined || retentionMs >= neededMs) return undefined;
  const needed = Math.ceil(neededMs / DAY_MS);
  return (
    `Namespace ${namespace} keeps ended tasks for ${inDays(retentionMs)}, and ${studio.name} needs ${pluralise(needed, 'day')} ` +
    `(reviewWindow plus 30 days). After that only the audit knows what was delivered, cancelled or abandoned. ` +
    `Raise it: temporal operator namespace update --namespace ${namespace} --retention ${needed}d, or in the settings of Temporal Cloud.`
  );
}

function inDays(ms: number): string {
  return pluralise(Math.floor((ms / DAY_MS) * 10) / 10, 'day');
}
