import { activityInfo } from '@temporalio/activity';

import type { RequestTurn } from '../../clients';

const USUAL_LEVEL = 3;

/** The turn that the workflow has given to the activity that runs now: it counts here, too, where requests wait for the budget. */
export function turnOfActivity(): RequestTurn {
  const { priorityKey = USUAL_LEVEL, fairnessKey = '' } = activityInfo().priority ?? {};
  return { level: priorityKey, lane: fairnessKey };
}
