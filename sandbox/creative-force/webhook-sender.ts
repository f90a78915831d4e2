import { createHmac, randomUUID } from 'node:crypto';
import { Agent, request } from 'undici';
import type { Task } from '../day/model';
import type { World } from '../world';
import { contentCreationTypeIds } from './flavour';
import { deliverableIds, EXTERNAL_POST_STEP, stepStatusId } from './task-json';

export type WebhookAction = 'ExternalPostTaskReadyToWork' | 'ExternalPostTaskRejected';

export interface Attempt {
  /** The receiver's answer; `undefined` when there was none. */
  readonly status: number | undefined;
  readonly problem: string | undefined;
}

/** An event with its final bytes: retries and duplicates repeat it exactly. */
export interface WebhookEvent {
  readonly task: Task;
  readonly action: WebhookAction;
  readonly payloadId: string;
  readonly body: string;
}

export interface WebhookSender {
  /** Sends now, and again later as long as nobody answers 2xx. Resolves with the first attempt. */
  send(event: WebhookEvent): Promise<Attempt>;
  close(): Promise<void>;
}

const LONGEST_RETRY_AFTER_MS = 60_000;
const ZERO_GUID = '00000000-0000-0000-0000-000000000000';

/** Writes an event (creative-force.md §7.4); the keys that may be null, empty, zero or absent are so in turn. */
export function writeEvent(world: World, task: Task, action: WebhookAction): WebhookEvent {
  const payloadId = randomUUID();
  const body = JSON.stringify({
    Action: action,
    PayloadId: payloadId,
    EventGroupName: 'ExternalPostTask',
    EventDatetimeUtc: world.now(),
    TaskId: task.taskId,
    ClientId: task.studio.workspaceId,
    StepId: EXTERNAL_POST_STEP,
    StepStatusId: stepStatusId(task),
    ProductionTypeId: task.productionTypeId,
    ContentCreationTypeId: contentCreationTypeIds[task.contentCreationType],
    ...idsOfFlavour(task),
    WorkflowId: ZERO_GUID,
    ClientName: task.studio.title,
  });
  return { task, action, payloadId, body };
}

/** Which keys of the other flavour are null, empty, zero or absent is unknown (creative-force.md §7.4). */
function idsOfFlavour(task: Task): Record<string, unknown> {
  const { job, product, flavour } = task;
  if (task.contentCreationType === 'ecom') {
    return {
      JobId: job.jobId,
      ProductId: product.productId,
      EditorialProjectId: [null, ZERO_GUID, undefined, ''][flavour],
      EditorialDeliverableId: [[], null, undefined, []][flavour],
    };
  }
  const nothing = [ZERO_GUID, null, undefined, ''][flavour];
  return {
    JobId: nothing,
    ProductId: nothing,
    EditorialProjectId: job.jobId,
    // The name is singular, so one id may come as plain text (creative-force.md §15 row 4).
    EditorialDeliverableId: flavour === 1 ? product.productId : deliverableIds(task),
  };
}

/** HMAC-SHA256 over the raw body, key as shown, lower-case hex (creative-force.md §7.3). */
function signBody(secret: string, body: string): string {
  return createHmac('sha256', secret).update(body).digest('hex');
}

export function createWebhookSender(world: World): WebhookSender {
  const agent = new Agent();
  const { retryDelaysMs, attempts, timeoutMs } = world.settings.webhooks;

  const attemptOnce = async (event: WebhookEvent): Promise<Attempt & { readonly retryAfter?: string | undefined }> => {
    const { studio } = event.task;
    const url = world.webhookUrls.get(studio.name);
    if (url === undefined) return { status: undefined, problem: `No webhook address is set for ${studio.name}.` };
    try {
      const answer = await request(url, {
        method: 'POST',
        dispatcher: agent,
        headersTimeout: timeoutMs,
        bodyTimeout: timeoutMs,
        headers: {
          'content-type': 'application/json; charset=utf-8',
          'user-agent': 'CreativeForce-Webhooks/1.0',
          'x-cf-signature': signBody(studio.credentials.webhookSecret, event.body),
        },
        body: event.body,
      });
      await answer.body.dump();
      const retryAfter = answer.headers['retry-after'];
      return {
        status: answer.statusCode,
        problem: undefined,
        retryAfter: typeof retryAfter === 'string' ? retryAfter : undefined,
      };
    } catch (error) {
      return { status: undefined, problem: error instanceof Error ? error.message : String(error) };
    }
  };

  const attempt = async (event: WebhookEvent, number: number): Promise<Attempt> => {
    const { retryAfter, ...answer } = await attemptOnce(event);
    world.chronicle.record({
      at: world.now(),
      kind: 'webhook',
      studio: event.task.studio.name,
      taskId: event.task.taskId,
      action: event.action,
      payloadId: event.payloadId,
      attempt: number,
      ...answer,
    });
    const isTaken = answer.status !== undefined && answer.status >= 200 && answer.status < 300;
    if (!isTaken && number < attempts) {
      const step = retryDelaysMs[Math.min(number, retryDelaysMs.length) - 1] ?? 0;
      world.agenda.after(waitAsked(retryAfter, world.now()) ?? step, () => void attempt(event, number + 1));
    }
    return answer;
  };

  return { send: (event) => attempt(event, 1), close: () => agent.destroy() };
}

/** `Retry-After` in milliseconds: seconds or an HTTP date. */
function waitAsked(retryAfter: string | undefined, now: number): number | undefined {
  if (retryAfter === undefined) return undefined;
  const wait = /^\d+$/.test(retryAfter) ? Number(retryAfter) * 1000 : Date.parse(retryAfter) - now;
  return Number.isFinite(wait) ? Math.min(LONGEST_RETRY_AFTER_MS, Math.max(0, wait)) : undefined;
}
