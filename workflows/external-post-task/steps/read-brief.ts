import { failureTypes } from '../../../domain/shared/failure-type';
import { readTaskBrief, withKnown } from '../../../domain/task/brief';
import type { Annotation, TaskReference } from '../../../domain/task/task';
import type { TaskHints } from '../../../domain/task/task-event';
import { gatewayRead } from '../../activity-options';
import type { Brief } from '../state/round-state';
import { failureTypeOf } from './activity-failure';
import { readTask } from './read-task';
import type { StepContext } from './step';

/** A brief before it is known what is due. */
export type BriefRead = Pick<Brief, 'facts' | 'annotations' | 'readAt'>;

/** Reads the task and what recipes need of it. `hints` are what events have told. */
export async function readBrief(context: StepContext, hints: TaskHints | undefined): Promise<BriefRead> {
  const { task: reference, settings, reporter } = context;
  const { studio } = reference;
  reporter.enter('Brief', 'Reading the task.');
  let readAt = 0;
  // A brief that has begun is completed before the next one begins: in a crowd the first tasks then reach Celtra at once.
  const detail = (summary: string) => gatewayRead(studio, summary, 'continue');
  const { facts, annotations, warnings } = await readTaskBrief(
    studio,
    {
      readTask: async () => {
        const task = await readTask(context, 'Read the task');
        readAt = Date.now();
        reporter.identify(task);
        return task;
      },
      readAnnotations: () => readAnnotations(reference),
      readSpecs: (specIds, summary) => detail(summary).readSpecs({ task: reference, specIds }),
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

/** Annotations are a help, not a need: a role without that permission still delivers. */
async function readAnnotations(task: TaskReference): Promise<readonly Annotation[] | undefined> {
  try {
    return await gatewayRead(task.studio, 'Read instructions and rejection notes').readAnnotations(task);
  } catch (error) {
    const type = failureTypeOf(error);
    if (type !== failureTypes.forbidden && type !== failureTypes.notFound) throw error;
    return undefined;
  }
}
