import { activityInfo, Context, log } from '@temporalio/activity';

import { RENDER_PROGRESS, type RenderNote } from '../domain/render-note';

/** Tells this activity's own workflow how far it is. It is for people only, so that it fails never stops the work. */
export async function tellWorkflow(note: Omit<RenderNote, 'waitId'>): Promise<void> {
  const { workflowExecution, activityId } = activityInfo();
  if (workflowExecution === undefined) return;
  try {
    await Context.current()
      .client.workflow.getHandle(workflowExecution.workflowId, workflowExecution.runId)
      .signal(RENDER_PROGRESS, { ...note, waitId: activityId } satisfies RenderNote);
  } catch (error) {
    log.debug('The workflow could not be told how far the renders are.', { reason: String(error) });
  }
}
