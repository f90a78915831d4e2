import { z } from 'zod';

import type { ContentCreationType } from '../../domain/task/task';
import { isTaskAction } from '../../domain/task/task-event';
import type { TaskNotice } from '../../domain/task/task-event';

/** A parsed webhook body. A `path` is a JSON path such as `$.TaskId`. */
export type WebhookReading =
  | { readonly kind: 'task event'; readonly notice: TaskNotice }
  | { readonly kind: 'unknown action' }
  | { readonly kind: 'not an event'; readonly path: string; readonly expected: string };

const ZERO_GUID = '00000000-0000-0000-0000-000000000000';
const LAST_DATE_MS = 8.64e15;
const GUID = 'a GUID other than zero';
const EVENT_ID = '1 to 100 letters, digits or any of . _ : - (and not the zero GUID)';
const NUMBER = 'a number, a text or null';

const requiredGuid = z
  .guid({ error: GUID })
  .transform((text) => text.toLowerCase())
  .refine((text) => text !== ZERO_GUID, { error: GUID });
// Only shown to people, so invalid values are ignored.
const optionalId = z
  .string()
  .transform((text) => (text === '' || text === ZERO_GUID ? undefined : text.toLowerCase()))
  .optional()
  .catch(undefined);
/** Shown in a title, so only harmless characters are allowed. */
const optionalCode = z
  .string()
  .regex(/^[\w.:/ -]{1,100}$/)
  .optional()
  .catch(undefined);
const optionalNumber = z
  .union([z.number(), z.string()], { error: NUMBER })
  .nullish()
  .transform((value) => (value === null || value === undefined || value === '' ? undefined : Number(value)));

const actionSchema = z.object({ Action: z.string({ error: 'a text' }) }, { error: 'an object' });

/** The documented keys (docs/reference/creative-force.md#webhook-body); any other key is let through unseen. */
const eventSchema = z.object({
  Action: z.string(),
  PayloadId: z
    .string({ error: EVENT_ID })
    .regex(/^[\w.:-]{1,100}$/, { error: EVENT_ID })
    .refine((text) => text !== ZERO_GUID, { error: EVENT_ID }),
  TaskId: requiredGuid,
  ContentCreationTypeId: optionalNumber,
  EventDatetimeUtc: optionalNumber,
  ClientId: optionalId,
  ProductCode: optionalCode,
});

/** Never throws; faults contain nothing of the body. Bodies with a foreign action are not validated further. */
export function readWebhookBody(body: Uint8Array): WebhookReading {
  const json = parseJson(body);
  if (json === undefined) return { kind: 'not an event', path: '$', expected: 'JSON in UTF-8' };
  const action = actionSchema.safeParse(json);
  if (!action.success) return fault(action.error);
  if (!isTaskAction(action.data.Action)) return { kind: 'unknown action' };
  const event = eventSchema.safeParse(json);
  if (!event.success) return fault(event.error);
  return { kind: 'task event', notice: toNotice(event.data) };
}

function toNotice(event: z.infer<typeof eventSchema>): TaskNotice {
  return {
    action: event.Action,
    payloadId: event.PayloadId,
    taskId: event.TaskId,
    contentCreationType: contentCreationType(event.ContentCreationTypeId),
    happenedAt: moment(event.EventDatetimeUtc),
    workspaceId: event.ClientId,
    productCode: event.ProductCode,
  };
}

/** 1 is ecom, 2 editorial (docs/reference/creative-force.md#enumerations); the task itself settles other values. */
function contentCreationType(id: number | undefined): ContentCreationType {
  return id === 2 ? 'editorial' : 'ecom';
}

function moment(ms: number | undefined): number | undefined {
  return ms !== undefined && Number.isInteger(ms) && ms > 0 && ms <= LAST_DATE_MS ? ms : undefined;
}

/** JSON.parse keeps `__proto__` as an ordinary key, and the schemas copy only known keys. */
function parseJson(body: Uint8Array): unknown {
  try {
    return JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(body));
  } catch {
    return undefined;
  }
}

function fault(error: z.ZodError): WebhookReading {
  const [issue] = error.issues;
  const path = (issue?.path ?? []).map((key) => (typeof key === 'number' ? `[${key}]` : `.${String(key)}`)).join('');
  return { kind: 'not an event', path: `$${path}`, expected: issue?.message ?? 'an event' };
}
