import { isRecord } from '../../domain/shared/record';
import { createHash } from 'node:crypto';

import { z } from 'zod';

import type { ContentCreationType } from '../../domain/task/task';
import { isTaskAction } from '../../domain/task/task-event';
import type { TaskHints, TaskNotice } from '../../domain/task/task-event';

/** A parsed webhook body. A `path` is a JSON path such as `$.TaskId`. */
export type WebhookReading =
  | { readonly kind: 'task event'; readonly notice: TaskNotice }
  | { readonly kind: 'unknown action' }
  | { readonly kind: 'not an event'; readonly path: string; readonly expected: string };

const ZERO_GUID = '00000000-0000-0000-0000-000000000000';
const LAST_DATE_MS = 8.64e15;
const TASK_ID = 'a GUID other than zero, or a number';
const EVENT_ID = '1 to 100 letters, digits or any of . _ : - (and not the zero GUID)';
const NUMBER = 'a number, a text or null';

/** A GUID as documented, or a number (docs/reference/assumptions.md#values). */
const requiredId = z
  .preprocess(
    (value) => (typeof value === 'number' ? String(value) : value),
    z.union([z.guid(), z.string().regex(/^\d{1,20}$/)], { error: TASK_ID }),
  )
  .transform((text) => text.toLowerCase())
  .refine((text) => text !== ZERO_GUID, { error: TASK_ID });
// Only hints, so invalid values are ignored.
const optionalId = z
  .string()
  .regex(/^[\w-]{1,100}$/)
  .transform((text) => (text === ZERO_GUID ? undefined : text.toLowerCase()))
  .optional()
  .catch(undefined);
/** Shown in a title, so only harmless characters are allowed. */
const optionalCode = z
  .string()
  .regex(/^[\w.:/ -]{1,100}$/)
  .optional()
  .catch(undefined);
const optionalIds = z
  .preprocess((value) => (Array.isArray(value) ? (value as unknown[]) : [value]), z.array(optionalId))
  .transform((ids) => ids.filter((id) => id !== undefined))
  .transform((ids) => (ids.length === 0 ? undefined : ids));
const optionalInteger = z
  .union([
    z.int(),
    z
      .string()
      .regex(/^-?\d{1,15}$/)
      .transform(Number),
  ])
  .optional()
  .catch(undefined);
const numberOrText = z.union([z.number(), z.string()], { error: NUMBER }).nullish();

const actionSchema = z.object({ Action: z.string({ error: 'a text' }) }, { error: 'an object' });

/** The documented keys (docs/reference/creative-force.md#webhook-body); any other key is let through unseen. */
const eventSchema = z.object({
  Action: z.string(),
  PayloadId: z.preprocess(
    (value) => (typeof value === 'number' ? String(value) : value),
    z
      .string({ error: EVENT_ID })
      .regex(/^[\w.:-]{1,100}$/, { error: EVENT_ID })
      .refine((text) => text !== ZERO_GUID, { error: EVENT_ID }),
  ),
  TaskId: requiredId,
  EventDatetimeUtc: numberOrText.transform(moment),
  ClientId: optionalId,
  JobId: optionalId,
  ProductId: optionalId,
  StepId: optionalInteger,
  StepStatusId: optionalInteger,
  ProductionTypeId: optionalInteger,
  ContentCreationTypeId: numberOrText.transform(contentCreationType),
  EditorialProjectId: optionalId,
  EditorialDeliverableId: optionalIds,
  // Similar events carry these two.
  JobCode: optionalCode,
  ProductCode: optionalCode,
});

/**
 * The events of a body, mostly one. Never throws; faults contain nothing of the body. Events with a foreign action are not
 * validated further.
 */
export function readWebhookBody(body: Uint8Array): readonly [WebhookReading, ...WebhookReading[]] {
  const parsed = parseBody(body);
  if (parsed === undefined) return [notAnEvent('$', 'JSON in UTF-8, or a form')];
  const [first, ...others] = eventsOf(parsed, body);
  if (first === undefined) return [notAnEvent('$', 'an event, or a list of them')];
  if (others.length >= MOST_EVENTS) return [notAnEvent('$', `at most ${MOST_EVENTS} events`)];
  return [readEvent(first), ...others.map(readEvent)];
}

function readEvent({ path, json }: FoundEvent): WebhookReading {
  const action = actionSchema.safeParse(json);
  if (!action.success) return fault(action.error, path);
  if (!isTaskAction(action.data.Action)) return { kind: 'unknown action' };
  const event = eventSchema.safeParse(json);
  if (!event.success) return fault(event.error, path);
  return { kind: 'task event', notice: toNotice(event.data) };
}

function toNotice(event: z.infer<typeof eventSchema>): TaskNotice {
  const { ClientId: workspaceId } = event;
  return {
    action: event.Action,
    payloadId: event.PayloadId,
    taskId: event.TaskId,
    contentCreationType: event.ContentCreationTypeId,
    happenedAt: event.EventDatetimeUtc,
    workspaceId,
    hints: unlessBlank({
      jobId: event.JobId,
      jobCode: event.JobCode,
      productId: event.ProductId,
      productCode: event.ProductCode,
      stepId: event.StepId,
      stepStatusId: event.StepStatusId,
      productionTypeId: event.ProductionTypeId,
      projectId: event.EditorialProjectId,
      deliverableIds: event.EditorialDeliverableId,
    }),
  };
}

function unlessBlank(hints: TaskHints): TaskHints | undefined {
  return Object.values(hints).some((hint) => hint !== undefined) ? hints : undefined;
}

const contentCreationTypes: Readonly<Record<string, ContentCreationType>> = {
  1: 'ecom',
  ecom: 'ecom',
  2: 'editorial',
  editorial: 'editorial',
};

/** 1 is ecom, 2 editorial (docs/reference/creative-force.md#enumerations); for other values both are tried. */
function contentCreationType(type: number | string | null | undefined): ContentCreationType | undefined {
  const name = String(type).trim().toLowerCase();
  return Object.hasOwn(contentCreationTypes, name) ? contentCreationTypes[name] : undefined;
}

/** Numbers below it are seconds. */
const LEAST_MILLISECONDS = 1e11;

/** ISO 8601 with a space or `T`, also without signs between the digits. */
const ISO = /^(\d{4})-?(\d\d)-?(\d\d)[T ](\d\d):?(\d\d):?(\d\d(?:\.\d+)?)? ?(Z|[+-]\d\d:?\d\d)?$/i;
/** The date of an HTTP header (RFC 9110 §5.6.7). */
const HTTP_DATE = /^(?:[a-z]{3}, )?\d{1,2} [a-z]{3} \d{4} \d\d:\d\d:\d\d (?:gmt|utc)$/i;

/** Unix milliseconds, as documented; seconds, ISO 8601 and HTTP dates are understood, too. The field ends in `Utc`, so a time without a zone is UTC. */
function moment(printed: number | string | null | undefined): number | undefined {
  const text = String(printed ?? '').trim();
  const iso = text.replace(ISO, (_, year, month, day, hour, minute, second = '00', zone = 'Z') =>
    [`${year}-${month}-${day}`, `${hour}:${minute}:${second}${zone}`].join('T'),
  );
  const number = /^\d+(?:\.\d+)?$/.test(text)
    ? Number(text)
    : ISO.test(text) || HTTP_DATE.test(text)
      ? Date.parse(iso)
      : Number.NaN;
  const ms = Math.round(number < LEAST_MILLISECONDS ? number * 1000 : number);
  return ms > 0 && ms <= LAST_DATE_MS ? ms : undefined;
}

/** What a body holds: JSON, JSON in lines, or the fields of a form. `undefined` for anything else, and for what is no UTF-8. */
function parseBody(body: Uint8Array): unknown {
  let text: string;
  try {
    text = new TextDecoder('utf-8', { fatal: true }).decode(body).trim();
  } catch {
    return undefined;
  }
  const json = parseJson(text);
  if (json !== undefined) return json;
  if (/^[[{]/.test(text)) {
    const lines = text.split(/\r?\n/).filter((line) => line.trim() !== '');
    const events = lines.slice(0, MOST_EVENTS + 1).map(parseJson);
    return events.includes(undefined) ? undefined : events;
  }
  return /^[\w.%[\]-]+=/.test(text) ? Object.fromEntries(new URLSearchParams(text)) : undefined;
}

/** JSON.parse keeps `__proto__` as an ordinary key, and the schemas copy only known keys. */
function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

interface FoundEvent {
  /** Its JSON path in the body. */
  readonly path: string;
  readonly json: unknown;
}

const MOST_EVENTS = 100;
const envelopeNames = ['Data', 'Payload', 'Event', 'Body', 'Detail', 'Message'] as const;
const actionNames = ['Event', 'EventType', 'EventName', 'Type'] as const;
const listNames = ['Events', 'Payloads', 'Items', 'Records', ...envelopeNames] as const;

/** The events of a body: the body itself, the members of a list, or what stands in an envelope. */
function eventsOf(json: unknown, body: Uint8Array): readonly FoundEvent[] {
  if (Array.isArray(json)) return listed('$', json as unknown[], {}, body);
  const outer = withDocumentedKeys(json);
  const name = isRecord(outer) && !hasTask(outer) ? listNames.find((one) => Array.isArray(outer[one])) : undefined;
  if (name === undefined || !isRecord(outer)) return [{ path: '$', json: withEventId(eventOf(json), body) }];
  const { PayloadId: _, ...given } = Object.fromEntries(Object.entries(outer).filter(([, part]) => !isContainer(part)));
  return listed(`$.${name}`, outer[name] as unknown[], given, body);
}

/** Of several, one without an id has that of its own bytes and its time, or all would have the same. */
function listed(
  path: string,
  list: unknown[],
  given: Readonly<Record<string, unknown>>,
  body: Uint8Array,
): FoundEvent[] {
  const isAlone = list.length === 1;
  const { EventDatetimeUtc: time } = given;
  return list.map((one, index) => {
    const event = withEventId(eventOf(one), isAlone ? body : Buffer.from(JSON.stringify([time, one])));
    return {
      path: isAlone ? '$' : `${path}[${index}]`,
      json: isRecord(event) ? { ...given, ...event } : event,
    };
  });
}

function isContainer(value: unknown): boolean {
  return typeof value === 'object' && value !== null;
}

/** The event itself, which may stand in an envelope beside its own description, also as text. */
function eventOf(json: unknown): unknown {
  const outer = withDocumentedKeys(json);
  if (!isRecord(outer)) return outer;
  const parts = partsOf(outer, MOST_LEVELS);
  const found = parts.find((part) => hasTask(part) && Object.hasOwn(part, 'Action')) ?? parts.find(hasTask);
  const taskId = found === undefined ? parts.map(({ Task: task }) => idOfTask(task)).find(isPresent) : undefined;
  const event: Readonly<Record<string, unknown>> = isPresent(taskId)
    ? { ...parts.reduceRight((inner, part) => ({ ...inner, ...part }), {}), TaskId: taskId }
    : { ...outer, ...found };
  const action = actionNames.map((name) => event[name]).find((said) => typeof said === 'string' && isTaskAction(said));
  return Object.hasOwn(event, 'Action') || action === undefined ? event : { ...event, Action: action };
}

const MOST_LEVELS = 3;

/** An object and those in it, the outer ones first; a text may hold one, too. */
function partsOf(event: Readonly<Record<string, unknown>>, levels: number): Readonly<Record<string, unknown>>[] {
  const inner = Object.values(event)
    .map((part) => withDocumentedKeys(typeof part === 'string' ? textualObject(part) : part))
    .filter(isRecord);
  return [event, ...inner, ...(levels <= 1 ? [] : inner.flatMap((part) => partsOf(part, levels - 1).slice(1)))];
}

/** The id of a task that stands in an object of its own: `{ task: { id } }`, in JSON:API below `data`. */
function idOfTask(task: unknown): unknown {
  const { Data: data, Id: id } = isRecord(task) ? (withDocumentedKeys(task) as Record<string, unknown>) : { Id: task };
  return id ?? (isRecord(data) ? idOfTask(data) : undefined);
}

function isPresent(id: unknown): boolean {
  return id !== undefined && id !== null && id !== '';
}

function textualObject(text: string): unknown {
  return text.startsWith('{') ? parseJson(text) : undefined;
}

function hasTask(event: unknown): boolean {
  return isRecord(event) && Object.hasOwn(event, 'TaskId');
}

/** An event without an id has that of its bytes: whoever sends it again sends the same. */
function withEventId(event: unknown, body: Uint8Array): unknown {
  if (!isRecord(event)) return event;
  const { PayloadId: given } = event;
  const isAbsent = given === undefined || given === null || given === '' || given === ZERO_GUID;
  return isAbsent ? { ...event, PayloadId: createHash('sha256').update(body).digest('hex') } : event;
}

/** The documented spelling of keys: `taskId`, `task_id`, `TASK-ID` and `taskID` become `TaskId`. Of two the documented one counts. */
function withDocumentedKeys(json: unknown): unknown {
  if (!isRecord(json)) return json;
  const entries = Object.entries(json);
  return Object.fromEntries([...entries.map(([key, value]) => [documentedKey(key), value] as const), ...entries]);
}

const documentedKeys: ReadonlyMap<string, string> = new Map(
  [...Object.keys(eventSchema.shape), ...listNames, ...actionNames, 'Task', 'Id'].map((key) => [
    key.toLowerCase(),
    key,
  ]),
);

function documentedKey(key: string): string {
  return documentedKeys.get(key.replaceAll(/[_ -]/g, '').toLowerCase()) ?? key;
}

function fault(error: z.ZodError, at: string): WebhookReading {
  const [issue] = error.issues;
  const path = (issue?.path ?? []).map((key) => (typeof key === 'number' ? `[${key}]` : `.${String(key)}`)).join('');
  return notAnEvent(`${at}${path}`, issue?.message ?? 'an event');
}

function notAnEvent(path: string, expected: string): WebhookReading {
  return { kind: 'not an event', path, expected };
}
