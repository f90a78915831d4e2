import { activityInfo } from '@temporalio/activity';

import { parseTaskWorkflowId } from '../../domain/task/workflow-id';
import { FakeWorld } from './fake-world';

/** The fake worlds of tasks that run in parallel: an activity finds its own by the studio in its workflow id. */
export class Worlds {
  private readonly byStudio = new Map<string, FakeWorld>();
  private readonly none = new FakeWorld();

  add(studio: string, world: FakeWorld): void {
    this.byStudio.set(studio, world);
  }

  /** The world of the calling activity; for `TestTemporal.serve`. */
  readonly current = (): FakeWorld => this.byStudio.get(studioOfCaller() ?? '') ?? this.none;
}

function studioOfCaller(): string | undefined {
  try {
    return parseTaskWorkflowId(activityInfo().workflowExecution?.workflowId ?? '')?.studio;
  } catch {
    // Called outside of any activity, when the workers collect the activities' names.
    return undefined;
  }
}
