import type { Dispatcher } from 'undici';

import type { Message } from '../../domain/notification/message';
import { isPassing, RemoteCallError } from '../remote-call-error';
import { createEmailChannel, type EmailSettings } from './email-channel';
import type { NotificationChannel, ChannelName, SendOptions } from './notification-channel';
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

interface SendToChannels extends SendOptions {
  /** Channels that are not to get the message again. */
  readonly sent?: readonly ChannelName[] | undefined;
  /** Called after each channel that has the message, or whose recipients have it in part, with all such channels. */
  readonly onSent?: ((sent: readonly ChannelName[]) => void) | undefined;
  /** Told of the errors of channels that are not thrown, because that of another channel is. */
  readonly onOtherError?: ((error: unknown) => void) | undefined;
}

/**
 * Sends a message to each channel that has not got it; one that fails stops no other. Throws the error of one that failed, and
 * rather one that another attempt can help.
 */
export async function sendToChannels(
  channels: readonly NotificationChannel[],
  message: Message,
  { sent = [], onSent, onOtherError, ...options }: SendToChannels = {},
): Promise<void> {
  let done = sent;
  const isDone = (name: ChannelName): void => {
    done = [...done, name];
    onSent?.(done);
  };
  const errors: unknown[] = [];
  for (const channel of channels.filter(({ name }) => !sent.includes(name))) {
    try {
      await channel.send(message, options);
      isDone(channel.name);
    } catch (error) {
      options.signal?.throwIfAborted();
      errors.push(error);
      if (hasReachedSome(error)) isDone(channel.name);
    }
  }
  const thrown = errors.find(isPassing) ?? errors[0];
  for (const error of errors) if (error !== thrown) onOtherError?.(error);
  if (errors.length > 0) throw thrown;
}

/** Whether some recipients have the message, and the others would not get it by another attempt. */
function hasReachedSome(error: unknown): boolean {
  return error instanceof RemoteCallError && error.mayHaveActed && !isPassing(error);
}
