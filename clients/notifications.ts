import type { Dispatcher } from 'undici';

import type { GroupNotification, Notification, StudioNotification } from '../domain/operator/notification';
import { postJson, type PostSettings } from './http/post-json';

export interface NotificationClient {
  /** Posts one notification as JSON; any 2xx counts as accepted. Throws `RemoteCallError`. */
  post(notification: GroupNotification | Notification | StudioNotification, signal?: AbortSignal): Promise<void>;
}

export function createNotificationClient(
  settings: PostSettings,
  { dispatcher }: { readonly dispatcher: Dispatcher },
): NotificationClient {
  return {
    post: (notification, signal) => postJson(settings, notification, { system: 'notifications', dispatcher, signal }),
  };
}
