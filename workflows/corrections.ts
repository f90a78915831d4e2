import { workflowInfo } from '@temporalio/workflow';

import { attentionFor, attentionForRejection } from '../domain/operator/attention';
import { isCorrection } from '../domain/task/due-set';
import type { DeliveredFile } from '../domain/delivery/delivery-record';
import { expectedOutputKey, expectedOutputLabel } from '../domain/task/expected-output';
import { lifecycleOf } from '../domain/task/lifecycle-policy';
import { deliveredPixels } from '../domain/render/pixel-comparison';
import { specOf } from '../domain/task/task-facts';
import { rejectionNotes } from '../domain/task/rejection-notes';
import type { StudioSettings } from '../domain/task/studio-settings';
import { pluralise } from '../domain/shared/text';
import type { Brief } from './brief';
import type { UploadedFile } from './upload-files';
import { NeedsAttention } from './needs-attention';
import { toPixelFacts } from './pixel-facts';
import { recordRead } from './profiles';
import type { RoundMemory } from './round-memory';
import type { TaskStory } from './task-story';

/** Whether this round answers a rejection, by what the task, its annotations or an event say. */
export function answersRejection({ facts: { task }, annotations, due }: Brief, memory: RoundMemory): boolean {
  const wasReturned = due.some(({ expected }) => expected.assetId !== undefined);
  return isCorrection(task, annotations) || (memory.isCorrection && wasReturned);
}

/**
 * Lets corrections go out only once their pixels have changed, or a person says so: the same pixels again would heal
 * nothing (docs/reference/assumptions.md#corrections). Shows what was written about them, by position.
 */
export async function mayCorrect(
  story: TaskStory,
  settings: StudioSettings,
  brief: Brief,
  memory: RoundMemory,
): Promise<void> {
  story.showNotes(rejectionNotes(brief.facts, brief.annotations));
  if (memory.mayCorrect) return;
  const before = await deliveredBefore(story, brief);
  const { maxRounds } = lifecycleOf(settings);
  if (story.round > maxRounds && !memory.mayExceed) {
    throw new NeedsAttention(
      attentionFor(
        'too many rounds',
        `Creative Force has sent this task back ${pluralise(story.round, 'time')}, and maxRounds allows ${maxRounds}.`,
      ),
    );
  }
  const labels = brief.due.map((output) => expectedOutputLabel(output, specOf(brief.facts, output)));
  throw new NeedsAttention(attentionForRejection(labels), deliveredPixels(before));
}

/** Refuses to send the very bytes that were rejected, unless a person has said so. */
export function refuseUnchanged(
  story: TaskStory,
  brief: Brief,
  memory: RoundMemory,
  files: readonly UploadedFile[],
): void {
  if (memory.isForced || !answersRejection(brief, memory)) return;
  const before = new Map(lastDelivered(story).map((file) => [file.expectedKey, file]));
  const same = files.filter(({ expected, file }) => before.get(expected.expectedKey)?.sha256 === file.sha256);
  if (same.length === 0) return;
  const labels = same.map(({ expected: { label }, file: { sha256 } }) => `${label} (SHA-256 ${sha256.slice(0, 8)}…)`);
  memory.mayCorrect = false;
  throw new NeedsAttention(
    attentionFor('unchanged', `Celtra still gives the very bytes that were rejected: ${labels.join('; ')}.`),
    same.map(toPixelFacts),
  );
}

/** What was last delivered of the due set; when a rejection has begun this run, by the record of the one before. */
async function deliveredBefore(story: TaskStory, { due }: Brief): Promise<DeliveredFile[]> {
  if (story.rounds.length === 0 && story.earlier === undefined) {
    const { workflowId, runId, firstExecutionRunId } = workflowInfo();
    const earlier = await recordRead('Read what was delivered before').readEarlierRecord({
      workflowId,
      notRuns: [runId, firstExecutionRunId],
    });
    const rounds = earlier?.rounds ?? [];
    story.earlier = rounds;
    story.goToRound(Math.max(story.round, rounds.length));
  }
  const keys = new Set(due.map(({ expected }) => expectedOutputKey(expected)));
  return lastDelivered(story).filter(({ expectedKey }) => expectedKey !== undefined && keys.has(expectedKey));
}

/** The newest delivery of each expected output. */
function lastDelivered({ earlier = [], rounds }: TaskStory): DeliveredFile[] {
  const files = [...earlier, ...rounds].flatMap((round) => round.files);
  return [...new Map(files.map((file) => [file.expectedKey ?? file.label, file])).values()];
}
