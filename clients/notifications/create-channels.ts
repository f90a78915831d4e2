import type { Dispatcher } from 'undici';

import type { Message } from '../../domain/notification/message';
import { createEmailChannel, type EmailSettings } from './email-channel';
import type { NotificationChannel } from './notification-channel';
import { createSlackChannel } from './slack-channel';
import { createTeamsChannel } from './teams-channel';
import { createWebhookChannel, type WebhookSettings } from './webhook-channel';

/** The channels of a studio. Contains secrets. */
export interface ChannelSettings {
  /** Address of an incoming webhook of Slack. */
  readonly slack?: string | undefined;
  /** Address of a workflow of Microsoft Teams. */
  readonly teams?: string | undefined;
  readonly email?: EmailSettings | undefined;
  readonly webhook?: WebhookSettings | undefined;
}

export interface ChannelDependencies {
  readonly dispatcher: Dispatcher;
  /** The message as plain text. */
  readonly toText: (message: Message) => string;
}

/** Creates one channel for each setting that is there. */
export function createNotificationChannels(
  { slack, teams, email, webhook }: ChannelSettings,
  dependencies: ChannelDependencies,
): NotificationChannel[] {
  return [
    ...(slack === undefined ? [] : [createSlackChannel(slack, dependencies)]),
    ...(teams === undefined ? [] : [createTeamsChannel(teams, dependencies)]),
    ...(email === undefined ? [] : [createEmailChannel(email, dependencies)]),
    ...(webhook === undefined ? [] : [createWebhookChannel(webhook, dependencies)]),
  ];
}
