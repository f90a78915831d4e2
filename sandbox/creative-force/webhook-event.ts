import { createHmac, randomUUID } from 'node:crypto';
import type { Studio, Task } from '../day/model';
import type { World } from '../world';
import { formOf, pickBy } from '../day/task-form';
import { letterCases, withLetterCase } from './vary-response';
import { contentCreationTypeIds } from './content-type';
import { deliverableIds, EXTERNAL_POST_STEP, stepStatus } from './task-json';
import type { SignatureMode, WebhookOptions } from './webhook-options';

export type WebhookAction = 'ExternalPostTaskReadyToWork' | 'ExternalPostTaskRejected';

/** An event with its serialised body, which retries and duplicates repeat exactly. */
export interface WebhookEvent {
  readonly task: Task;
  readonly action: WebhookAction;
  readonly payloadId: string;
  readonly body: string;
}

export interface DeliveryAttempt {
  /** The receiver's answer; `undefined` when there was none. */
  readonly status: number | undefined;
  readonly problem: string | undefined;
}

const ZERO_GUID = '00000000-0000-0000-0000-000000000000';

/** Creates an event (docs/reference/creative-force.md#webhook-body), stamped with an instant in Unix milliseconds. */
export function writeEvent(world: World, task: Task, action: WebhookAction, instant = world.now()): WebhookEvent {
  const { webhooks } = world.settings;
  const payloadId = randomUUID();
  const fields = {
    Action: action,
    PayloadId: payloadId,
    EventGroupName: 'ExternalPostTask',
    EventDatetimeUtc: instant,
    TaskId: task.taskId,
    ClientId: task.studio.workspaceId,
    StepId: EXTERNAL_POST_STEP,
    StepStatusId: stepStatus(world, task).id,
    ProductionTypeId: task.productionTypeId,
    ContentCreationTypeId: contentCreationTypeId(task, webhooks),
    ...idsOfContentType(task, webhooks),
    // Sister events carry the first two (docs/reference/creative-force.md#webhook-body); the last one is invented.
    ...(webhooks.unknownKeys && {
      WorkflowId: ZERO_GUID,
      ClientName: task.studio.title,
      IntroducedLater: { Since: '2027-01', Flags: ['x'], LaterTypeId: 9_907 },
    }),
  };
  const guidCase = webhooks.guidCase === 'byEvent' ? pickBy(payloadId, letterCases) : webhooks.guidCase;
  const body = JSON.stringify(fields, (_key, value: unknown) =>
    typeof value === 'string' && /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/.test(value)
      ? withLetterCase(value, guidCase)
      : value,
  );
  return { task, action, payloadId, body };
}

function contentCreationTypeId(task: Task, options: WebhookOptions): number | string | null | undefined {
  const id = contentCreationTypeIds[task.contentCreationType];
  const form = formOf(task, 'webhook flavour', options.contentCreationTypeIds);
  return { number: id, text: String(id), null: null, absent: undefined }[form];
}

/**
 * Which keys of the other flavour are null, empty, zero or absent is unknown
 * (docs/reference/creative-force.md#webhook-body).
 */
function idsOfContentType(task: Task, options: WebhookOptions): Record<string, unknown> {
  const { job, product, shapeVariant: flavour } = task;
  const { editorialDeliverableId, otherFlavourIds } = options;
  const habit =
    otherFlavourIds === 'byTask'
      ? ((['zero', 'null', 'absent', 'empty'] as const)[flavour] ?? 'null')
      : otherFlavourIds;
  const nothing = { zero: ZERO_GUID, null: null, absent: undefined, empty: '' }[habit];
  if (task.contentCreationType === 'ecom') {
    return {
      JobId: job.jobId,
      ProductId: product.productId,
      EditorialProjectId: nothing,
      EditorialDeliverableId: { zero: [], null: null, absent: undefined, empty: [] }[habit],
    };
  }
  const deliverables = deliverableIds(task);
  const shape = editorialDeliverableId === 'byTask' ? (flavour === 1 ? 'string' : 'array') : editorialDeliverableId;
  return {
    JobId: nothing,
    ProductId: nothing,
    EditorialProjectId: job.jobId,
    // The name is singular, so one id may come as plain text (docs/reference/creative-force.md#deliverable-ids).
    EditorialDeliverableId: { array: deliverables, string: product.productId, null: null, absent: undefined }[shape],
  };
}

/** HMAC-SHA256 over the raw body (docs/reference/creative-force.md#signature), as the studio's mode has it. */
export function signEvent(studio: Studio, body: string, options: WebhookOptions): string {
  const secret = options.secrets[studio.name] ?? studio.credentials.webhookSecret;
  const mode: SignatureMode = options.signatureModes[studio.name] ?? 'utf8-hex';
  const key = mode.startsWith('base64-') ? Buffer.from(secret, 'base64') : Buffer.from(secret, 'utf8');
  const signature = createHmac('sha256', key)
    .update(body)
    .digest(mode.endsWith('-hex') ? 'hex' : 'base64');
  return options.signaturePrefix ? `sha256=${signature}` : signature;
}
