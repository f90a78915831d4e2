import type { Dispatcher } from 'undici';

import type { GroupNotification, Notification, StudioNotification } from '../domain/operator/notification';
import { responseError } from './http/call-error';
import { sendRequest, type HttpCall } from './http/send-request';

/** Where notifications of a studio go. The bearer is a secret, and the path of the address may be one. */
export interface NotificationSettings {
  readonly url: string;
  readonly bearer?: string | undefined;
}

export interface NotificationClient {
  /** Posts one notification as JSON; any 2xx counts as accepted. Throws `RemoteCallError`. */
  post(notification: GroupNotification | Notification | StudioNotification, signal?: AbortSignal): Promise<void>;
}

const limits = {
  maxBodyBytes: 65_536,
  timeouts: { headersMs: 10_000, bodyMs: 10_000, totalMs: 20_000 },
} as const;

export function createNotificationClient(
  { url, bearer }: NotificationSettings,
  { dispatcher }: { readonly dispatcher: Dispatcher },
): NotificationClient {
  const address = new URL(url);
  const secrets = [bearer ?? '', address.search, address.pathname].filter((secret) => secret.length > 1);
  return {
    async post(notification, signal) {
      const call: HttpCall = {
        system: 'notifications',
        endpoint: `POST ${address.origin}`,
        method: 'POST',
        url: address,
        headers: {
          'content-type': 'application/json',
          ...(bearer !== undefined && { authorization: `Bearer ${bearer}` }),
        },
        body: JSON.stringify(notification),
        // A read, because a notification sent twice does less harm than none.
        effect: 'read',
        secrets,
        signal,
      };
      const response = await sendRequest(call, { ...limits, dispatcher });
      if (response.status >= 200 && response.status < 300) return;
      throw responseError(call, response, new TextDecoder().decode(response.bytes), Date.now());
    },
  };
}
