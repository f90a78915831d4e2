import { readTaskBrief, withKnown } from '../../../domain/task/brief';
import type { TaskHints } from '../../../domain/task/task-event';
import { gatewayRead, planning } from '../../activity-options';
import type { Brief } from '../state/round-state';
import { readTask } from './read-task';
import type { StepContext } from './step';

/** A brief before it is known what is due. */
export type BriefRead = Pick<Brief, 'facts' | 'annotations' | 'readAt'>;

/** Reads the task and what recipes need of it. `hints` are what events have told, `isFresh`: no spec from a cache. */
export async function readBrief(
  context: StepContext,
  hints: TaskHints | undefined,
  isFresh: boolean,
): Promise<BriefRead> {
  const { task: reference, settings, reporter } = context;
  const { studio } = reference;
  reporter.enter('Brief', 'Reading the task.');
  let readAt = 0;
  const reading = gatewayRead(studio, 'Read the task and its notes').readTaskAndNotes(reference);
  // A brief that has begun is completed before the next one begins: in a crowd the first tasks then reach Celtra at once.
  const detail = (summary: string) => gatewayRead(studio, summary, 'continue');
  const { facts, annotations, warnings } = await readTaskBrief(
    studio,
    {
      readTask: async () => {
        const { task } = await reading;
        readAt = Date.now();
        reporter.taskRead(task);
        reporter.identify(task);
        return task;
      },
      readAnnotations: async () => (await reading).annotations,
      readSpecs: async (specIds, summary) => {
        const known = isFresh ? [] : await planning('Look up known output specs').knownSpecs({ studio, specIds });
        const missing = specIds.filter((id) => known.every(({ specId }) => specId !== id));
        if (missing.length === 0) return known;
        return [
          ...known,
          ...(await detail(summary).readSpecs({ task: reference, specIds: missing, ...(isFresh && { isFresh }) })),
        ];
      },
      readInputAssets: (assetIds, summary) => detail(summary).readInputAssets({ studio, assetIds }),
      readJob: (jobId, summary) => detail(summary).readJob({ studio, jobId }),
      readProduct: (productId, summary) => detail(summary).readProduct({ studio, productId }),
      readProject: (projectId, summary) => detail(summary).readProject({ studio, projectId }),
      readDeliverable: (deliverableId, summary) => detail(summary).readDeliverable({ studio, deliverableId }),
    },
    settings,
    hints,
  );
  reporter.warn(...warnings);
  reporter.identify(facts.task, facts);
  return { facts, annotations: annotations ?? [], readAt };
}

/** The same brief with the task as it is now. */
export async function refreshBrief(
  context: StepContext,
  brief: BriefRead,
  hints: TaskHints | undefined,
): Promise<BriefRead> {
  const now = await readTask(context, 'Check whether the task has changed');
  return { ...brief, facts: { ...brief.facts, task: withKnown(now, brief.facts, hints) }, readAt: Date.now() };
}
