import type { Client } from '@temporalio/client';
import { defaultPayloadConverter, type Payload, WorkflowNotFoundError } from '@temporalio/common';
import type { History } from '@temporalio/common/lib/proto-utils';

import { pluralise } from '../../domain/shared/text';
import { exactDuration } from '../../domain/shared/time-text';
import { readable } from '../../temporal';
import { cancelNoticeSignal } from '../../workflows/external-post-task/messages/messages';
import { searchAttributes } from '../../workflows/search-attributes';
import type { TaskRun } from './query-status';

const TIMEOUT_MS = 60_000;
const MAX_RUNS = 100;

export type HistoryEvent = NonNullable<History['events']>[number];

/** All events of a task, from its first run to the given one. Needs no worker. */
export async function readTaskHistory(client: Client, { workflowId, runId }: TaskRun): Promise<HistoryEvent[]> {
  const events: HistoryEvent[] = [];
  let current = runId;
  for (let runs = 0; runs < MAX_RUNS; runs++) {
    const ofRun = await eventsOf(client, workflowId, current);
    events.unshift(...ofRun);
    const before = ofRun[0]?.workflowExecutionStartedEventAttributes?.continuedExecutionRunId;
    if (!before) break;
    current = before;
  }
  return events;
}

async function eventsOf(client: Client, workflowId: string, runId: string | undefined): Promise<HistoryEvent[]> {
  const handle = client.workflow.getHandle(workflowId, runId);
  try {
    const { events } = await client.withDeadline(Date.now() + TIMEOUT_MS, () => handle.fetchHistory());
    return await readable(client, events ?? []);
  } catch (error) {
    // The namespace keeps an ended run for a while only.
    if (error instanceof WorkflowNotFoundError) return [];
    throw error;
  }
}

export interface HistoryLine {
  /** ISO 8601. */
  readonly at: string;
  readonly kind: 'stage' | 'step' | 'event' | 'action' | 'run';
  /** The step's summary, the stage, or what somebody did. */
  readonly what: string;
  /** How it ended; absent while it is in progress. */
  readonly outcome?: string | undefined;
  readonly milliseconds?: number | undefined;
  readonly attempts?: number | undefined;
}

/** How a step ended, how long it took, and in how many attempts: `done, 0.4 s, 2 attempts`. */
export function stepOutcomeText({
  outcome,
  milliseconds = 0,
  attempts = 1,
}: Pick<HistoryLine, 'outcome' | 'milliseconds' | 'attempts'>): string {
  if (outcome === undefined) return 'in progress';
  const tried = attempts > 1 ? `, ${pluralise(attempts, 'attempt')}` : '';
  return `${outcome}, ${exactDuration(milliseconds)}${tried}`;
}

/** What happened to a task: its stages, its steps with their outcome, its events, and what people did. */
export function historyLines(events: readonly HistoryEvent[]): HistoryLine[] {
  const lines: HistoryLine[] = [];
  // Indices of steps and actions in `lines` by the id of the event that started them. Event ids start anew with each run.
  let steps = new Map<string, number>();
  const update = (startId: unknown, change: (step: HistoryLine) => Partial<HistoryLine>): void => {
    const index = steps.get(String(startId)) ?? -1;
    const step = lines[index];
    if (step !== undefined) lines[index] = { ...step, ...change(step) };
  };
  for (const event of events) {
    const at = eventTimeOf(event);
    if (event.workflowExecutionStartedEventAttributes) steps = new Map();
    const startedStep = stepName(event);
    if (startedStep !== undefined) {
      steps.set(String(event.eventId), lines.length);
      lines.push({ at, kind: 'step', what: startedStep, attempts: 1 });
    }
    const attempt = event.activityTaskStartedEventAttributes;
    if (attempt) update(attempt.scheduledEventId, () => ({ attempts: attempt.attempt ?? 1 }));
    const end = stepEnd(event);
    if (end !== undefined) {
      const { startId, outcome } = end;
      update(startId, (step) => ({ outcome, milliseconds: Date.parse(at) - Date.parse(step.at) }));
    }
    const refusal = event.workflowExecutionUpdateCompletedEventAttributes;
    if (refusal?.outcome?.failure) {
      const why = messageOf(refusal.outcome.failure);
      update(refusal.acceptedEventId, ({ what }) => ({ what: `${what}; refused: ${why}` }));
    }
    for (const [kind, what] of otherLines(event)) {
      if (kind === 'action') steps.set(String(event.eventId), lines.length);
      lines.push({ at, kind, what });
    }
  }
  return lines;
}

/** The name of the step that an event starts: an activity or a timer. */
function stepName(event: HistoryEvent): string | undefined {
  const { activityTaskScheduledEventAttributes: activity, timerStartedEventAttributes: timer } = event;
  const name = activity ? (activity.activityType?.name ?? 'a step') : timer ? 'Wait' : undefined;
  return name === undefined ? undefined : (textOf(event.userMetadata?.summary) ?? name);
}

function stepEnd(event: HistoryEvent): { readonly startId: unknown; readonly outcome: string } | undefined {
  const completed = event.activityTaskCompletedEventAttributes;
  if (completed) return { startId: completed.scheduledEventId, outcome: 'done' };
  const failed = event.activityTaskFailedEventAttributes;
  if (failed) return { startId: failed.scheduledEventId, outcome: `failed: ${messageOf(failed.failure)}` };
  const timedOut = event.activityTaskTimedOutEventAttributes;
  if (timedOut) return { startId: timedOut.scheduledEventId, outcome: `gave up: ${messageOf(timedOut.failure)}` };
  const cancelled = event.activityTaskCanceledEventAttributes;
  if (cancelled) return { startId: cancelled.scheduledEventId, outcome: 'cancelled' };
  const fired = event.timerFiredEventAttributes;
  if (fired) return { startId: fired.startedEventId, outcome: 'over' };
  const cancelledTimer = event.timerCanceledEventAttributes;
  return cancelledTimer ? { startId: cancelledTimer.startedEventId, outcome: 'cancelled' } : undefined;
}

/** What is not a step: runs, stages, events of Creative Force, operator actions. */
function otherLines(event: HistoryEvent): [HistoryLine['kind'], string][] {
  const lines: [HistoryLine['kind'], string | undefined][] = [];
  const started = event.workflowExecutionStartedEventAttributes;
  if (started) lines.push(['run', started.continuedExecutionRunId ? 'Continued as a new run' : 'Task started']);
  const fields = event.upsertWorkflowSearchAttributesEventAttributes?.searchAttributes?.indexedFields;
  const cause = textOf(fields?.[searchAttributes.cause.name]);
  const isTriedAgain = decodePayload(fields?.[searchAttributes.tryingAgain.name]) === true;
  lines.push(['stage', textOf(fields?.[searchAttributes.stage.name])], ['stage', cause && `Because of: ${cause}`]);
  lines.push(['stage', isTriedAgain ? 'Trying again' : undefined]);
  const signal = event.workflowExecutionSignaledEventAttributes;
  // The line of the cancellation itself names who cancels.
  if (signal && signal.signalName !== cancelNoticeSignal.name) {
    lines.push(['event', signalText(signal.signalName ?? '', decodePayload(signal.input?.payloads?.[0]))]);
  }
  const update = event.workflowExecutionUpdateAcceptedEventAttributes?.acceptedRequest?.input;
  if (update) lines.push(['action', updateText(update.name ?? '', decodePayload(update.args?.payloads?.[0]))]);
  const cancel = event.workflowExecutionCancelRequestedEventAttributes;
  if (cancel) lines.push(['action', `${cancel.identity ?? 'Somebody'}: cancel${reasonText(cancel.cause)}`]);
  lines.push(['run', endText(event)]);
  return lines.flatMap(([kind, what]) => (what === undefined ? [] : [[kind, what]]));
}

function endText(event: HistoryEvent): string | undefined {
  const record = event.workflowExecutionCompletedEventAttributes;
  if (record) {
    const { outcome, sentence } = fieldsOf(decodePayload(record.result?.payloads?.[0]));
    return typeof sentence === 'string' ? `Ended, ${String(outcome)}: ${sentence}` : 'Ended';
  }
  if (event.workflowExecutionFailedEventAttributes) {
    return `Failed: ${messageOf(event.workflowExecutionFailedEventAttributes.failure)}`;
  }
  const terminated = event.workflowExecutionTerminatedEventAttributes;
  if (terminated) return `Terminated by ${terminated.identity ?? 'somebody'}${reasonText(terminated.reason)}`;
  if (event.workflowExecutionCanceledEventAttributes) return 'Cancelled';
  return event.workflowExecutionTimedOutEventAttributes ? 'Timed out' : undefined;
}

function signalText(name: string, argument: unknown): string {
  const { kind, source } = fieldsOf(argument);
  if (name !== 'taskEvent') return `Signal "${name}"`;
  return `Creative Force: ${String(kind)} (by ${String(source)})`;
}

function updateText(name: string, argument: unknown): string {
  const { by, reason, expected, outputId, from, force } = fieldsOf(argument);
  const about = [
    typeof expected === 'string' && expected,
    typeof outputId === 'string' && `output ${outputId}`,
    typeof from === 'string' && `from ${from}`,
    force === true && 'with force',
  ].filter((part) => part !== false);
  const what = about.length === 0 ? name : `${name} ${about.join(', ')}`;
  return `${typeof by === 'string' ? by : 'Somebody'}: ${what}${reasonText(reason)}`;
}

function reasonText(reason: unknown): string {
  return typeof reason === 'string' && reason !== '' ? ` (${reason})` : '';
}

function messageOf(failure: { message?: string | null; cause?: unknown } | null | undefined): string {
  return failure?.message ?? 'no reason was given';
}

function textOf(payload: Payload | null | undefined): string | undefined {
  const text = decodePayload(payload);
  return typeof text === 'string' ? text : undefined;
}

/** The value of a payload; `undefined` for a large one, which is stored elsewhere. */
function decodePayload(payload: Payload | null | undefined): unknown {
  if (!payload) return undefined;
  try {
    return defaultPayloadConverter.fromPayload<unknown>(payload);
  } catch {
    return undefined;
  }
}

function fieldsOf(value: unknown): Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null ? (value as Record<string, unknown>) : {};
}

function eventTimeOf({ eventTime }: HistoryEvent): string {
  const milliseconds = Number(eventTime?.seconds ?? 0) * 1000 + Math.floor((eventTime?.nanos ?? 0) / 1_000_000);
  return new Date(milliseconds).toISOString();
}
