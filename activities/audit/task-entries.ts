import { log } from '@temporalio/activity';

import { parseAuditLine } from '../../domain/audit/audit-chain';
import type { DeliveryEntry } from '../../domain/audit/audit-entry';
import { stopIn } from '../../domain/audit/task-entries';
import type { TerminatedRun } from '../../domain/sweep/sweep';
import type { TaskReference } from '../../domain/task/task';
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
        log.warn('A line of the audit cannot be trusted, so it is not used; run "extpost audit verify".', { place });
      } else if (line.entry.studio === studio && line.entry.taskId === taskId) {
        entries = [...entries, line.entry].slice(-MAX_ENTRIES);
      }
    }
    return entries;
  };
}

/** Notes that a person has terminated a task, which its workflow could not record. Never throws. */
export type NoteTermination = (task: TaskReference, terminated: TerminatedRun) => Promise<void>;

/** Each run is noted once, so that the task is left alone also when Temporal has forgotten the run. */
export function createTerminationNotes(audit: Pick<AuditLog, 'append'>, readEntries: ReadTaskEntries): NoteTermination {
  const noted = new Set<string>();
  return async ({ studio, taskId, contentCreationType }, { run, at }) => {
    if (noted.has(run)) return;
    try {
      const entries = await readEntries(studio, taskId);
      if (stopIn(entries)?.at !== at) {
        const sentence = 'Terminated in Temporal; what had been sent by then is in the entries before this one.';
        const task = { studio, taskId, contentCreationType };
        await audit.append({ ...task, run, round: 0, event: 'terminated', at, sentence, files: [] });
      }
      noted.add(run);
    } catch (error) {
      log.warn('The termination of a task could not be written to the audit; the next sweep tries again.', {
        studio,
        taskId,
        reason: String(error),
      });
    }
  };
}
