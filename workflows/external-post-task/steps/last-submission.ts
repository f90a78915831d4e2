import { noteIds, submissionOfRounds, taskBefore, type LastSubmission } from '../../../domain/delivery/last-submission';
import type { Annotation } from '../../../domain/task/task';
import type { UploadedFile } from '../state/round-state';
import type { TaskState } from '../state/task-state';
import { deliveredSoFar } from './earlier-deliveries';

/** What was submitted last, by this run or by one before it. */
export function lastSubmission(
  state: Pick<TaskState, 'lastSubmission' | 'earlierRounds' | 'deliveredRounds'>,
): LastSubmission | undefined {
  return state.lastSubmission ?? submissionOfRounds(deliveredSoFar(state));
}

/** What was submitted, and what Creative Force had said until then. */
export function submissionOf(
  { round, newestEventAt, lastSubmission: before }: TaskState,
  files: readonly UploadedFile[],
  begunAt: string,
): LastSubmission {
  const { brief } = round;
  return {
    at: Date.parse(begunAt),
    assets: {
      ...before?.assets,
      ...Object.fromEntries(files.map(({ expected, assetId }) => [expected.expectedKey, assetId])),
    },
    notesBefore: noteIds(brief?.annotations ?? []),
    newestEventBefore: newestEventAt,
    before: brief && taskBefore(brief.facts.task),
  };
}

/** The last submission, with what has been said of it until now as known. */
export function lookedAt(state: TaskState, annotations: readonly Annotation[]): LastSubmission | undefined {
  const submission = lastSubmission(state);
  const newestEventBefore = state.newestEventAt ?? submission?.newestEventBefore;
  return submission && { ...submission, notesBefore: noteIds(annotations), newestEventBefore };
}
