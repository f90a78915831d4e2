import { log } from '@temporalio/activity';

import { stopIn } from '../../domain/audit/task-entries';
import type { TerminatedRun } from '../../domain/sweep/sweep';
import type { TaskReference } from '../../domain/task/task';
import type { AuditLog } from './audit-log';
import type { ReadTaskEntries } from './task-entries';

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
        ...{ studio, taskId },
        reason: String(error),
      });
    }
  };
}
