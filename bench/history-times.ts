import type { TemporalConnection } from '../temporal';

/** How long the activities of one type took, over all runs, in milliseconds. */
export interface StepTimes {
  readonly count: number;
  /** From being scheduled to being started, of those that succeeded in their first attempt. */
  readonly waits: readonly number[];
  /** From the start of the last attempt to its end. */
  readonly runs: readonly number[];
  /** From being scheduled to the end, with all attempts. */
  readonly whole: readonly number[];
  /** Why the attempt before the last one failed, of those that needed several. */
  readonly failures: readonly string[];
}

/** Times by activity type; workflow tasks stand under `(workflow task)`. */
export type HistoryTimes = Readonly<Record<string, StepTimes>>;

interface Timestamp {
  readonly seconds?: unknown;
  readonly nanos?: number | null;
}

interface Step {
  readonly name: string;
  readonly scheduledAt: number;
  startedAt?: number;
  attempt?: number;
  failure?: string | undefined;
}

/** Reads the histories of the task workflows, at most so many. */
export async function historyTimes(temporal: TemporalConnection, atMost = 100): Promise<HistoryTimes> {
  const steps: { name: string; wait: number | undefined; run: number; whole: number; failure: string | undefined }[] =
    [];
  let read = 0;
  for await (const { workflowId, runId } of temporal.client.workflow.list({
    query: 'WorkflowType = "externalPostTask"',
  })) {
    if (read >= atMost) break;
    read += 1;
    const { events } = await temporal.client.workflow.getHandle(workflowId, runId).fetchHistory();
    const open = new Map<string, Step>();
    for (const event of events ?? []) {
      const at = millisecondsOf(event.eventTime);
      const scheduled = event.activityTaskScheduledEventAttributes;
      if (scheduled) open.set(String(event.eventId), { name: scheduled.activityType?.name ?? '?', scheduledAt: at });
      if (event.workflowTaskScheduledEventAttributes)
        open.set(String(event.eventId), { name: '(workflow task)', scheduledAt: at });
      const started = event.activityTaskStartedEventAttributes ?? event.workflowTaskStartedEventAttributes;
      if (started) {
        const step = open.get(String(started.scheduledEventId));
        if (step !== undefined) {
          step.startedAt = at;
          step.attempt = 'attempt' in started ? (started.attempt ?? 1) : 1;
          step.failure = event.activityTaskStartedEventAttributes?.lastFailure?.message ?? undefined;
        }
      }
      const ended = event.activityTaskCompletedEventAttributes ?? event.workflowTaskCompletedEventAttributes;
      const step = ended && open.get(String(ended.scheduledEventId));
      if (step?.startedAt === undefined) continue;
      const { name, scheduledAt, startedAt, attempt } = step;
      steps.push({
        name,
        wait: attempt === 1 ? startedAt - scheduledAt : undefined,
        run: at - startedAt,
        whole: at - scheduledAt,
        failure: step.failure,
      });
    }
  }
  const names = [...new Set(steps.map(({ name }) => name))];
  return Object.fromEntries(
    names.map((name): [string, StepTimes] => {
      const own = steps.filter((step) => step.name === name);
      return [
        name,
        {
          count: own.length / Math.max(1, read),
          waits: own.flatMap(({ wait }) => (wait === undefined ? [] : [wait])),
          runs: own.map(({ run }) => run),
          whole: own.map(({ whole }) => whole),
          failures: own.flatMap(({ failure }) => failure ?? []),
        },
      ];
    }),
  );
}

function millisecondsOf(time: Timestamp | null | undefined): number {
  return Number(time?.seconds ?? 0) * 1_000 + (time?.nanos ?? 0) / 1e6;
}
