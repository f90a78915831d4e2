import { ActivityNotFoundError, type Client } from '@temporalio/client';
import { ApplicationFailure } from '@temporalio/common';
import type { ActivityInterceptorsFactory } from '@temporalio/worker';
import type { Logger } from 'pino';

import { GATEWAY_QUIET_MS, HOLD_GATEWAY } from '../../activities';
import { failureTypes } from '../../domain/shared/failure-type';
import { summariseList } from '../../domain/shared/text';
import { aroundActivities } from '../metrics/activity-failures';
import type { WorkerMetrics } from '../metrics/worker-metrics';
import { findCrashedProcesses, type ActivityJournal, type CrashedProcess, type JournalEntry } from './activity-journal';

const NOT_REPORTED = 'The activities of a killed worker are noticed only by missed heartbeats.';

export interface ReportOptions {
  readonly folder: string;
  readonly client: Client;
  readonly metrics: Pick<WorkerMetrics, 'activityFailed'>;
  readonly logger: Pick<Logger, 'info' | 'warn'>;
}

/** Keeps each activity in the journal while it runs; local activities are part of a workflow task. */
export function journalActivities(journal: ActivityJournal, runsWorkflows: boolean): ActivityInterceptorsFactory {
  return aroundActivities(async (info, run) => {
    const { workflowExecution, isLocal, namespace, activityType: activity, base64TaskToken: taskToken } = info;
    if (isLocal || workflowExecution === undefined) return run();
    const end = await journal.begin({ namespace, activity, taskToken, ...workflowExecution, runsWorkflows });
    try {
      return await run();
    } finally {
      end();
    }
  });
}

/** Has the server retry activities of killed workers at once. It no longer knows tokens of attempts that have ended. */
export async function reportLostActivities(options: ReportOptions): Promise<void> {
  try {
    const crashed = await findCrashedProcesses(options.folder);
    await Promise.all(crashed.map((process) => reportProcess(process, options)));
  } catch (error) {
    options.logger.warn({ err: error }, NOT_REPORTED);
  }
}

async function reportProcess({ activities, clear }: CrashedProcess, options: ReportOptions): Promise<void> {
  const { client, metrics, logger } = options;
  const own = activities.filter(({ entry }) => entry.namespace === client.options.namespace);
  const runs = new Map<string, typeof own>();
  for (const one of own) runs.set(one.entry.runId, [...(runs.get(one.entry.runId) ?? []), one]);
  const lost: string[] = [];
  const reportRun = async (ofRun: typeof own): Promise<void> => {
    // One after the other, because a report that is refused undoes the reset of the sticky queue.
    for (const { entry, remove } of ofRun) {
      if (entry.runsWorkflows) await resetStickyQueue(client, entry);
      if (await failActivity(entry, options)) lost.push(entry.activity);
      // Removed only now: if this worker is killed before, the next one reports it.
      await remove();
    }
  };
  await Promise.all([...runs.values()].map(reportRun));
  if (own.length === activities.length) await clear();
  for (const activity of lost) metrics.activityFailed(activity, failureTypes.workerLost);
  if (lost.length > 0) logger.info(`A worker was killed; its activities are retried at once: ${summariseList(lost)}.`);
}

/** The failure of an activity whose worker was killed: if it may be retried, it is retried at once. */
export function workerLostFailure(activity: string): ApplicationFailure {
  return ApplicationFailure.create({
    message: `The worker was killed during ${activity}; the worker that was started after it reports that.`,
    type: failureTypes.workerLost,
    // The next holder must not send at once: what the killed one has sent still counts at the gateway.
    nextRetryDelay: activity === HOLD_GATEWAY ? GATEWAY_QUIET_MS : 1,
  });
}

/** Returns whether the server still waited for this attempt. */
async function failActivity(entry: JournalEntry, { client, logger }: ReportOptions): Promise<boolean> {
  const { taskToken, activity } = entry;
  try {
    await client.activity.fail(Buffer.from(taskToken, 'base64'), workerLostFailure(activity));
    return true;
  } catch (error) {
    if (!(error instanceof ActivityNotFoundError)) logger.warn({ err: error, activity }, NOT_REPORTED);
    return false;
  }
}

/** Lets any worker take the next workflow task, instead of the dead one that has the workflow in its cache. */
async function resetStickyQueue(client: Client, { namespace, workflowId, runId }: JournalEntry): Promise<void> {
  // Fails if the run has ended, and then there is no next workflow task.
  await client.workflowService
    .resetStickyTaskQueue({ namespace, execution: { workflowId, runId } })
    .catch(() => undefined);
}
