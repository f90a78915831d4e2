import { createHmac } from 'node:crypto';

import fastify from 'fastify';
import type { FastifyInstance } from 'fastify';
import pino from 'pino';

import type { TaskReference } from '../../../domain/task/task';
import type { TaskEvent } from '../../../domain/task/task-event';
import { createWebhookReceiver } from '../../../starters/webhook/webhook-receiver';
import type { WebhookStudio } from '../../../starters/webhook/answer-event';
import type { WebhookReceiverOptions } from '../../../starters/webhook/webhook-receiver';

export const secret = 'the secret of acme';
export const taskId = 'a3b4c5d6-1111-4222-8333-944445555666';
export const event = {
  Action: 'ExternalPostTaskReadyToWork',
  PayloadId: '5f0a3c1e-7b52-4a0e-9d43-0c1d5a9b7e10',
  TaskId: taskId,
};
export const workflowId = `extpost/acme/${taskId}`;

export const studio = (webhookSecrets: string[], changes: Partial<WebhookStudio> = {}): WebhookStudio => ({
  webhookSecrets,
  signatureMode: 'auto',
  ...changes,
});

/** The limits of `receiver` that extpost.yaml sets unless it says otherwise. */
export const receiverLimits = {
  bodyLimit: 256 * 1024,
  maxConnections: 2_048,
  maxConnectionsPerPeer: 1_024,
  trustedProxies: [],
  servesHealth: true,
  temporalTimeoutMs: 5_000,
  eventsOfStudio: { burst: 1_000, perSecond: 20 },
  maxUnconfirmedTasks: 1_000,
  beginPerSecond: 3,
  maxEventAgeMs: 30 * 24 * 60 * 60 * 1000,
};

export let notified: { task: TaskReference; event: TaskEvent }[];
export let logged: string;
export let recorded: string[];
export let receiver: FastifyInstance;
let origin: string;

export async function serve(changes: Partial<WebhookReceiverOptions> = {}): Promise<void> {
  await receiver.close();
  receiver = createWebhookReceiver({
    ...receiverLimits,
    studios: { acme: studio([secret]), newcomer: studio([]) },
    headerRecorder: {
      record: (name, isSigned) => {
        recorded.push(`${name} ${isSigned ? 'signed' : 'unsigned'}`);
        return Promise.resolve();
      },
    },
    starter: {
      notify: (task, taskEvent) => {
        notified.push({ task, event: taskEvent });
        return Promise.resolve({ workflowId, runId: 'a run' });
      },
    },
    isTemporalReachable: () => Promise.resolve(true),
    logger: pino({ level: 'trace' }, { write: (line: string) => (logged += line) }),
    ...changes,
  });
  origin = await receiver.listen({ host: '127.0.0.1', port: 0 });
}

export const sign = (body: string, key = secret) => createHmac('sha256', key).update(body).digest('hex');

export async function call(path: string, init: RequestInit = {}) {
  const response = await fetch(origin + path, init);
  const text = await response.text();
  return { status: response.status, headers: response.headers, text };
}

export function post(body: string, headers: Record<string, string> = {}, studio = 'acme') {
  return call(`/webhooks/creative-force/${studio}`, {
    method: 'POST',
    body,
    headers: { 'content-type': 'application/json', 'x-cf-signature': sign(body), ...headers },
  });
}

/** A receiver for each test of a file, with nothing noted yet; closed after it. */
export function receiverForEach(): void {
  beforeEach(async () => {
    receiver = fastify();
    notified = [];
    logged = '';
    recorded = [];
    await serve();
  });
  afterEach(() => receiver.close());
}
