import type { Client } from '@temporalio/client';
import { defaultPayloadConverter, type Payload, WorkflowNotFoundError } from '@temporalio/common';
import type { History } from '@temporalio/common/lib/proto-utils';

import { pluralise } from '../../domain/shared/text';
import { cancelNoticeSignal } from '../../workflows/external-post-task/messages/messages';
import { searchAttributes } from '../../workflows/search-attributes';
import { printable } from '../shared/terminal-text';
import type { TaskRun } from './query-status';

const TIMEOUT_MS = 60_000;
/** A task that went on as new runs this often has lived for years. */
const MAX_RUNS = 100;

export type HistoryEvent = NonNullable<History['events']>[number];

/** What has been written down of a task: all its events, from the run that began it to the last one. Needs no worker. */
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
    return (await client.withDeadline(Date.now() + TIMEOUT_MS, () => handle.fetchHistory())).events ?? [];
  } catch (error) {
    // The namespace keeps an ended run for a while only.
    if (error instanceof WorkflowNotFoundError) return [];
    throw error;
  }
}

/** One line of a task's history. */
export interface HistoryLine {
  /** ISO 8601. */
  readonly at: string;
  readonly kind: 'stage' | 'step' | 'event' | 'action' | 'run';
  /** In words: the step's summary, the stage, what somebody said. */
  readonly what: string;
  /** How it ended; absent while it is in progress. */
  readonly outcome?: string | undefined;
  /** From its beginning to its end. */
  readonly milliseconds?: number | undefined;
  /** How often it was tried; one attempt is not worth a word. */
  readonly attempts?: number | undefined;
}

/** A step that has begun, until its end is found. */
interface PendingStep {
  line: HistoryLine;
  attempts: number;
}

const stageAttribute = searchAttributes.stage.name;
const causeAttribute = searchAttributes.cause.name;

/** What happened to a task, one line each: its stages, its steps with their outcome, events, and what people did. */
export function historyLines(events: readonly HistoryEvent[]): HistoryLine[] {
  const lines: (HistoryLine | PendingStep)[] = [];
  // Ids of events begin anew with each run.
  let begun = new Map<string, PendingStep>();
  const begin = (event: HistoryEvent, what: string): void => {
    const step: PendingStep = { line: { at: eventTimeOf(event), kind: 'step', what }, attempts: 1 };
    begun.set(String(event.eventId), step);
    lines.push(step);
  };
  const end = (id: unknown, event: HistoryEvent, outcome: string): void => {
    const step = begun.get(String(id));
    if (step === undefined) return;
    const milliseconds = Date.parse(eventTimeOf(event)) - Date.parse(step.line.at);
    step.line = { ...step.line, outcome, milliseconds };
  };
  for (const event of events) {
    const at = eventTimeOf(event);
    const addLine = (kind: HistoryLine['kind'], what: string): void => {
      lines.push({ at, kind, what });
    };
    const started = event.workflowExecutionStartedEventAttributes;
    const scheduled = event.activityTaskScheduledEventAttributes;
    const attempt = event.activityTaskStartedEventAttributes;
    const completed = event.activityTaskCompletedEventAttributes;
    const failed = event.activityTaskFailedEventAttributes;
    const timedOut = event.activityTaskTimedOutEventAttributes;
    const cancelled = event.activityTaskCanceledEventAttributes;
    if (started) {
      begun = new Map();
      addLine('run', started.continuedExecutionRunId ? 'Continued as a new run' : 'Task started');
    }
    if (scheduled) begin(event, summaryOf(event) ?? scheduled.activityType?.name ?? 'a step');
    if (attempt) {
      const step = begun.get(String(attempt.scheduledEventId));
      if (step !== undefined) step.attempts = attempt.attempt ?? 1;
    }
    if (completed) end(completed.scheduledEventId, event, 'done');
    if (failed) end(failed.scheduledEventId, event, `failed: ${messageOf(failed.failure)}`);
    if (timedOut) end(timedOut.scheduledEventId, event, `gave up: ${messageOf(timedOut.failure)}`);
    if (cancelled) end(cancelled.scheduledEventId, event, 'cancelled');
    if (event.timerStartedEventAttributes) begin(event, summaryOf(event) ?? 'Wait');
    if (event.timerFiredEventAttributes) end(event.timerFiredEventAttributes.startedEventId, event, 'over');
    if (event.timerCanceledEventAttributes) end(event.timerCanceledEventAttributes.startedEventId, event, 'cancelled');
    for (const [kind, what] of messageLines(event)) addLine(kind, what);
  }
  return lines.map((line) => ('line' in line ? { ...line.line, attempts: line.attempts } : line));
}

/** What is not a step: stages, events of Creative Force, what people said, the end. */
function messageLines(event: HistoryEvent): [HistoryLine['kind'], string][] {
  const fields = event.upsertWorkflowSearchAttributesEventAttributes?.searchAttributes?.indexedFields;
  const stage = decodePayload(fields?.[stageAttribute]);
  const cause = decodePayload(fields?.[causeAttribute]);
  const signal = event.workflowExecutionSignaledEventAttributes;
  const update = event.workflowExecutionUpdateAcceptedEventAttributes?.acceptedRequest;
  const ended = endText(event);
  return [
    ...(typeof stage === 'string' ? [['stage', stage] as const] : []),
    ...(typeof cause === 'string' ? [['stage', `Because of: ${cause}`] as const] : []),
    // Who cancels stands in the cancel's own line.
    ...(signal && signal.signalName !== cancelNoticeSignal.name
      ? [['event', signalText(signal.signalName ?? '', decodePayload(signal.input?.payloads?.[0]))] as const]
      : []),
    ...(update
      ? [['action', updateText(update.input?.name ?? '', decodePayload(update.input?.args?.payloads?.[0]))] as const]
      : []),
    ...(event.workflowExecutionCancelRequestedEventAttributes
      ? [['action', cancelText(event.workflowExecutionCancelRequestedEventAttributes)] as const]
      : []),
    ...(ended === undefined ? [] : [['run', ended] as const]),
  ].map(([kind, what]) => [kind, what]);
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
  if (name !== 'taskEvent') return `Told "${name}"`;
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

function cancelText({ identity, cause }: { identity?: string | null; cause?: string | null }): string {
  return `${identity ?? 'Somebody'}: cancel${reasonText(cause)}`;
}

function reasonText(reason: unknown): string {
  return typeof reason === 'string' && reason !== '' ? ` (${reason})` : '';
}

function messageOf(failure: { message?: string | null; cause?: unknown } | null | undefined): string {
  return failure?.message ?? 'no reason was given';
}

function summaryOf(event: HistoryEvent): string | undefined {
  const summary = decodePayload(event.userMetadata?.summary);
  return typeof summary === 'string' ? summary : undefined;
}

/** What a payload says; nothing for one that lies elsewhere, as large ones do. */
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

/** The history of a task, a line each: when, what, and how it ended. */
export function historyText(lines: readonly HistoryLine[]): string {
  return lines.map((line) => printable(`${clock(line.at)}  ${lineText(line)}`)).join('\n');
}

function lineText(line: HistoryLine): string {
  const { kind, what } = line;
  if (kind === 'stage') return `= ${what}`;
  if (kind === 'event') return `> ${what}`;
  if (kind === 'action') return `! ${what}`;
  if (kind === 'run') return `* ${what}`;
  return `  ${what}: ${outcomeOfStep(line)}`;
}

function outcomeOfStep({ outcome, milliseconds, attempts = 1 }: HistoryLine): string {
  if (outcome === undefined) return 'in progress';
  const tried = attempts > 1 ? `, ${pluralise(attempts, 'attempt')}` : '';
  return `${outcome}, ${duration(milliseconds ?? 0)}${tried}`;
}

/** `0.4 s`, `75 s`, `3 h 12 min`. */
function duration(milliseconds: number): string {
  const seconds = milliseconds / 1000;
  if (seconds < 100) return `${seconds < 10 ? seconds.toFixed(1) : Math.round(seconds)} s`;
  const minutes = Math.round(seconds / 60);
  return minutes < 60 ? `${minutes} min` : `${Math.floor(minutes / 60)} h ${minutes % 60} min`;
}

function clock(at: string): string {
  return at.slice(0, 19).replace('T', ' ') + 'Z';
}
