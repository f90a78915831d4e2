import { ActivityNotFoundError, type Client } from '@temporalio/client';
import { ApplicationFailure } from '@temporalio/common';
import type { ActivityInterceptorsFactory } from '@temporalio/worker';
import type { Logger } from 'pino';

import { failureTypes } from '../../domain/shared/failure-type';
import { summariseList } from '../../domain/shared/text';
import type { WorkerMetrics } from '../metrics/worker-metrics';
import { findCrashedProcesses, type CrashedProcess, type ActivityJournal, type JournalEntry } from './activity-journal';

const NOT_REPORTED = 'What a killed worker had under way is noticed by missed heartbeats only.';

export interface ReportOptions {
  readonly folder: string;
  readonly client: Client;
  readonly metrics: Pick<WorkerMetrics, 'activityFailed'>;
  readonly logger: Pick<Logger, 'info' | 'warn'>;
}

/** Notes each activity while it is under way. Local ones are no affair of the server’s: they belong to a workflow task. */
export function journalActivities(notes: ActivityJournal, runsWorkflows: boolean): ActivityInterceptorsFactory {
  return ({ info }) => ({
    inbound: {
      execute: async (input, next) => {
        const { workflowExecution, isLocal, namespace, activityType: activity, base64TaskToken: taskToken } = info;
        if (isLocal || workflowExecution === undefined) return next(input);
        const end = await notes.begin({ namespace, activity, taskToken, ...workflowExecution, runsWorkflows });
        try {
          return await next(input);
        } finally {
          end();
        }
      },
    },
  });
}

/**
 * Tells the server that what killed workers of this folder had under way is lost, so that it goes on at once and not when the
 * heartbeat time-out has passed. What has ended since, or was tried again, the server does not know by that name any more.
 */
export async function reportLostActivities(options: ReportOptions): Promise<void> {
  const { folder, logger } = options;
  try {
    const dead = await findCrashedProcesses(folder);
    await Promise.all(dead.map((left) => reportProcess(left, options)));
  } catch (error) {
    logger.warn({ err: error }, NOT_REPORTED);
  }
}

async function reportProcess({ activities, clear }: CrashedProcess, options: ReportOptions): Promise<void> {
  const { client, metrics, logger } = options;
  const { namespace } = client.options;
  const own = activities.filter(({ underWay }) => underWay.namespace === namespace);
  const runs = new Map<string, typeof own>();
  for (const one of own) runs.set(one.underWay.runId, [...(runs.get(one.underWay.runId) ?? []), one]);
  // One after the other for each run: what is no news undoes that the run was taken from the dead worker.
  const told = await Promise.all(
    [...runs.values()].map(async (ofRun) => {
      const lost: string[] = [];
      for (const { underWay, forget } of ofRun) {
        if (underWay.runsWorkflows) await resetStickyQueue(client, underWay);
        if (await failActivity(underWay, options)) lost.push(underWay.activity);
        // Only now: if this worker is killed meanwhile, the next one tells of it.
        await forget();
      }
      return lost;
    }),
  );
  if (own.length === activities.length) await clear();
  const lost = told.flat();
  for (const activity of lost) metrics.activityFailed(activity, failureTypes.workerLost);
  if (lost.length === 0) return;
  logger.info(`A worker was killed; what it had under way is tried again at once: ${summariseList(lost)}.`);
}

/** How the server is told: it tries again at once, if it may. */
export function workerLostFailure(activity: string): ApplicationFailure {
  return ApplicationFailure.create({
    message: `The worker was killed during ${activity}; the one that was started after it says so.`,
    type: failureTypes.workerLost,
    nextRetryDelay: 1,
  });
}

/** Says that an activity is lost. What has ended since, or was tried again, is no news. */
async function failActivity(
  { taskToken, activity }: JournalEntry,
  { client, logger }: ReportOptions,
): Promise<boolean> {
  try {
    await client.activity.fail(Buffer.from(taskToken, 'base64'), workerLostFailure(activity));
    return true;
  } catch (error) {
    if (!(error instanceof ActivityNotFoundError)) logger.warn({ err: error, activity }, NOT_REPORTED);
    return false;
  }
}

/** What follows goes to any worker at once, instead of waiting for the dead one, which had the workflow in memory. */
async function resetStickyQueue(client: Client, { namespace, workflowId, runId }: JournalEntry): Promise<void> {
  // A run that has ended needs none.
  await client.workflowService
    .resetStickyTaskQueue({ namespace, execution: { workflowId, runId } })
    .catch(() => undefined);
}
