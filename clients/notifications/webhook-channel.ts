import { createHmac, randomUUID } from 'node:crypto';

import type { Dispatcher } from 'undici';

import type { Message } from '../../domain/notification/message';
import { postJson, type PostSettings } from '../http/post-json';
import type { NotificationChannel } from './notification-channel';

export interface WebhookSettings extends PostSettings {
  /** `whsec_` and Base64, as in Standard Webhooks; absent means that nothing is signed. */
  readonly secret?: string | undefined;
}

/** Any program that takes JSON. Signed as https://www.standardwebhooks.com says, for which there are libraries. */
export function createWebhookChannel(
  settings: WebhookSettings,
  { dispatcher, toText }: { readonly dispatcher: Dispatcher; readonly toText: (message: Message) => string },
): NotificationChannel {
  return {
    name: 'webhook',
    send: async (message, { id = randomUUID(), signal } = {}) => {
      const { secret } = settings;
      await postJson(
        settings,
        { ...message, text: toText(message) },
        {
          system: 'the webhook for notifications',
          dispatcher,
          signal,
          ...(secret !== undefined && { headersFor: (body: string) => signatureHeaders(secret, id, body) }),
        },
      );
    },
  };
}

function signatureHeaders(secret: string, id: string, body: string): Record<string, string> {
  const timestamp = String(Math.floor(Date.now() / 1000));
  const key = Buffer.from(secret.replace(/^whsec_/, ''), 'base64');
  const signature = createHmac('sha256', key).update(`${id}.${timestamp}.${body}`).digest('base64');
  return { 'webhook-id': id, 'webhook-timestamp': timestamp, 'webhook-signature': `v1,${signature}` };
}
