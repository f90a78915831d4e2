import { actorText } from '../../domain/operator/identity';
import type { OperatorAction } from '../../domain/operator/operator-action';
import { causeInWords } from '../../domain/operator/cause-words';
import { shortId, stageText } from '../../starters';
import { shownTime } from '../shared/times';
import { otherNotes, outputViews, roundTitle } from './output-view';
import type { TaskReading } from './read-task-page';
import { taskAddress } from '../../domain/task/board-address';

/** The page of a task. `now`: Unix milliseconds. */
export function taskView(reading: TaskReading, now: number) {
  const { summary, status, record, unanswered = '', pictures } = reading;
  const { studio, taskId, title, product, flavour = '', ended } = summary;
  const { attention, waitingFor, deadline } = status ?? {};
  const cause = attention?.cause ?? (ended === undefined ? summary.cause : undefined);
  const due = deadline ?? (summary.due === undefined ? undefined : Date.parse(summary.due));
  const rejections = status?.rejections ?? [];
  return {
    address: taskAddress(summary),
    title: title ?? product ?? shortId(taskId),
    studio,
    taskId,
    flavour,
    stage: stageText(summary),
    isEnded: ended !== undefined,
    /** The cause of *needs attention* in words. */
    cause: cause === undefined ? '' : causeInWords(cause),
    needsSomebody: ended === undefined && cause !== undefined,
    isTryingAgain: status?.tryingAgain !== undefined,
    sentence: record?.sentence ?? status?.sentence ?? '',
    message: attention?.message ?? '',
    /** What people can do about the cause elsewhere. */
    advice: attention?.nextActions ?? [],
    waitsFor: waitingFor && {
      what: waitingFor.what,
      until: waitingFor.until === undefined ? undefined : shownTime(waitingFor.until, now),
    },
    next: status?.next ?? '',
    since: shownTime(status?.since ?? Date.parse(summary.stageSince), now),
    due: due === undefined ? undefined : shownTime(due, now),
    isLate: due !== undefined && due < now && ended === undefined,
    round: roundTitle(status?.round ?? summary.round),
    progress: status === undefined ? '' : `${status.delivered} of ${status.expected} files delivered in this round`,
    warnings: status?.warnings ?? [],
    unanswered,
    outputs: outputViews({
      task: summary,
      outputs: status?.outputs ?? [],
      rounds: status?.rounds ?? record?.rounds ?? [],
      rejections,
      pictures,
      now,
    }).toSorted((one, other) => Number(other.isRejected) - Number(one.isRejected)),
    /** Rejected rounds with what is said about more than one output. */
    rejections: rejections.toReversed().flatMap((rejection) => {
      const notes = otherNotes(rejection, now);
      return notes.length === 0
        ? []
        : [{ title: roundTitle(rejection.round), at: shownTime(rejection.at, now), notes }];
    }),
    decisions: (status?.actions ?? record?.actions ?? []).toReversed().map((action) => decisionView(action, now)),
    /** Changes whenever the task has moved on. */
    seen: taskFingerprint(reading),
  };
}

export type TaskView = ReturnType<typeof taskView>;

/** Tells whether a task has moved on since a page was made. */
export function taskFingerprint({ summary, status }: Pick<TaskReading, 'summary' | 'status'>): string {
  const { runId, stage, cause, round, ended } = summary;
  return [runId.slice(0, 8), stage, cause, round, ended, status?.revision ?? 0]
    .map((part) => String(part ?? ''))
    .join('|');
}

function decisionView(action: OperatorAction, now: number) {
  const { at, what, reason = '', rejectedReason = '' } = action;
  return { at: shownTime(Date.parse(at), now), who: actorText(action), what, reason, rejectedReason };
}
