import { isCancellation, setCurrentDetails, sleep, upsertMemo } from '@temporalio/workflow';

import type { DeliveryEntry } from '../../domain/audit/audit-entry';
import { AUDIT_MEMO, type AuditReceipt, type NotedReceipt } from '../../domain/audit/audit-receipt';
import { lateAuditWrite } from '../activity-options';
import { errorText } from '../external-post-task/steps/step';

/** After an error that does not pass by itself, such as a studio that is no longer configured; its history lasts for years then. */
const AGAIN_AFTER = '6h';

/**
 * Writes an entry that could not be written to the audit at once, and does not give up. A workflow of its own, so that neither the
 * end nor a termination of its task loses the entry.
 */
export async function lateAuditEntry(entry: DeliveryEntry): Promise<AuditReceipt | undefined> {
  const { studio, taskId, round, event } = entry;
  const what = `The audit has no entry yet for task \`${taskId}\` of ${studio}: round ${round}, ${event}.`;
  setCurrentDetails(`${what} It is written as soon as the audit’s store is writable.`);
  for (;;) {
    try {
      const receipt = await lateAuditWrite('Record what was delivered').recordDelivery(entry);
      noteReceipt(studio, receipt);
      setCurrentDetails(receipt === undefined ? 'The audit is switched off.' : `Line ${receipt.sequence} has it.`);
      return receipt;
    } catch (error) {
      if (isCancellation(error)) throw error;
      setCurrentDetails(`${what} It could not be written and is tried again every six hours: ${errorText(error)}`);
      await sleep(AGAIN_AFTER, { summary: 'Wait before the audit is tried again' });
    }
  }
}

/** Notes in the run's memo where its last entry is; `extpost audit verify` compares it with the audit. */
export function noteReceipt(studio: string, receipt: AuditReceipt | undefined): void {
  if (receipt === undefined) return;
  const { sequence, hash } = receipt;
  upsertMemo({ [AUDIT_MEMO]: { studio, sequence, hash } satisfies NotedReceipt });
}
