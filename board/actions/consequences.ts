import type { TaskStatus } from '../../domain/task/task-status';
import type { ChosenAction } from './chosen-action';

/** What follows from an action that is asked about first, a sentence each. */
export function consequences({ kind, force }: ChosenAction, status: TaskStatus | undefined): readonly string[] {
  switch (kind) {
    case 'abandon':
      return [
        'The task is abandoned: nothing more is sent, and the sweep does not restart it.',
        sentSoFar(status),
        'In Creative Force the task stays as it is. Somebody has to finish it there.',
      ];
    case 'cancel':
      return [
        'The run of the task is cancelled at once, and what it has sent is recorded.',
        sentSoFar(status),
        'The sweep does not start it again; “Start it again” does.',
      ];
    case 'skip output':
      return skipping(status);
    case 'replace recipe':
      return [
        'The recipe is used for every output of the task, ignoring its “when”, also in later rounds.',
        'If Celtra has a creative for each output, they are delivered. Otherwise the task waits again and says what is missing.',
        'You can take it back until the files are submitted.',
      ];
    case 'resume':
      return force === true
        ? [
            'The same files are sent again, although the studio has rejected them.',
            'What was submitted cannot be taken back.',
          ]
        : [];
    default:
      return [];
  }
}

/** What Creative Force says to it (docs/reference/creative-force.md#submit). */
function skipping(status: TaskStatus | undefined): string[] {
  const undo = 'You can take it back until the files are submitted.';
  if (status === undefined || status.wantsAll === true) {
    const expected = status?.expected ?? 0;
    const count = expected > 1 ? `All but this one of ${expected} files` : 'The other files';
    return [
      `${count} are submitted. Creative Force expects all files of a task together, and can refuse fewer (“too few assets”).`,
      'If it refuses, nothing is delivered, and the task waits again with that answer.',
      undo,
    ];
  }
  if (isCorrection(status)) {
    return [
      'The studio has rejected this output and gets no new file for it, so it stays rejected in Creative Force.',
      undo,
    ];
  }
  return ['No other output is left to deliver, so nothing is delivered. The task stays open in Creative Force.', undo];
}

/** Whether what was delivered last was rejected. A task that was reset is delivered from the beginning instead. */
function isCorrection({ rounds = [], rejections = [] }: TaskStatus): boolean {
  const rejected = rejections.at(-1);
  if (rejected === undefined) return false;
  return rejected.round === (rounds.at(-1)?.round ?? rejected.round);
}

function sentSoFar(status: TaskStatus | undefined): string {
  const rounds = status?.rounds?.length ?? 0;
  return rounds === 0 ? 'Nothing was submitted so far.' : 'What was submitted stays in Creative Force.';
}
