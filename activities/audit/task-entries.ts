import { log as activityLog } from '@temporalio/activity';

import { parseAuditLine } from '../../domain/audit/audit-chain';
import type { DeliveryEntry } from '../../domain/audit/audit-entry';
import type { AuditLog } from './audit-log';

/** More entries than a task of a year has. */
const MAX_ENTRIES = 200;

/** Reads the audit entries of a task, oldest first. */
export type ReadTaskEntries = (studio: string, taskId: string) => Promise<readonly DeliveryEntry[]>;

/** The newest entries of each task; a line that was changed or cut off is left out. */
export function createTaskEntriesReader(audit: Pick<AuditLog, 'linesOfTask' | 'keys'>): ReadTaskEntries {
  return async (studio, taskId) => {
    let entries: readonly DeliveryEntry[] = [];
    for await (const { place, text = '' } of audit.linesOfTask(studio, taskId)) {
      const line = parseAuditLine(text, audit.keys);
      if ('fault' in line) {
        activityLog.warn('A line of the audit cannot be trusted, so it is not used; run "extpost audit verify".', {
          place,
        });
      } else if (line.entry.studio === studio && line.entry.taskId === taskId) {
        entries = [...entries, line.entry].slice(-MAX_ENTRIES);
      }
    }
    return entries;
  };
}
