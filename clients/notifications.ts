import type { Dispatcher } from 'undici';

import type { Notification, StudioNotification } from '../domain/operator/notification';
import { responseError, noResponseError, type JsonCall } from './http/call-json';
import { sendRequest, RequestFailure } from './http/send-request';
import { userAgent } from './http/user-agent';

/** Where notifications of a studio go. The bearer is a secret, and so may be the path of the address. */
export interface NotificationSettings {
  readonly url: string;
  /** Sent as `Authorization: Bearer …`. */
  readonly bearer?: string | undefined;
}

export interface NotificationClient {
  /** Posts one notification as JSON; whatever is answered with a 2xx counts as taken. Throws `RemoteCallError`. */
  post(notification: Notification | StudioNotification, signal?: AbortSignal): Promise<void>;
}

const MAX_RESPONSE_BYTES = 65_536;
const timeouts = { headersMs: 10_000, bodyMs: 10_000, totalMs: 20_000 } as const;

/** Posts notifications to an address of the vendor's, which may be a chat, a ticket system or what sends e-mails. */
export function createNotificationClient(
  { url, bearer }: NotificationSettings,
  { dispatcher }: { readonly dispatcher: Dispatcher },
): NotificationClient {
  const address = new URL(url);
  const secrets = [bearer ?? '', address.search, address.pathname].filter((secret) => secret.length > 1);
  return {
    async post(notification, signal) {
      const call: JsonCall = {
        system: 'notifications',
        endpoint: `POST ${address.origin}`,
        method: 'POST',
        url: address,
        headers: {
          'content-type': 'application/json',
          'user-agent': userAgent(),
          ...(bearer !== undefined && { authorization: `Bearer ${bearer}` }),
        },
        body: JSON.stringify(notification),
        // To be told twice does less harm than not at all.
        effect: 'read',
        secrets,
        signal,
      };
      const answer = await sendRequest({ ...call, maxBodyBytes: MAX_RESPONSE_BYTES, timeouts }, { dispatcher }).catch(
        (error: unknown) => {
          throw error instanceof RequestFailure ? noResponseError(call, error, MAX_RESPONSE_BYTES) : error;
        },
      );
      if (answer.status >= 200 && answer.status < 300) return;
      throw responseError(call, answer, new TextDecoder().decode(answer.bytes), Date.now());
    },
  };
}
