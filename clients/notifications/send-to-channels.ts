import type { Message } from '../../domain/notification/message';
import { isPassing } from '../remote-call-error';
import type { ChannelName, NotificationChannel, SendOptions } from './notification-channel';

interface SendToChannels extends SendOptions {
  /** Channels that have the message already. */
  readonly sent?: readonly ChannelName[] | undefined;
  /** Called after each channel with all that have the message. */
  readonly onSent?: ((sent: readonly ChannelName[]) => void) | undefined;
}

/**
 * Sends a message to each channel that has not got it; one that fails stops no other. Throws the error of one that failed, and
 * rather one that another attempt can help.
 */
export async function sendToChannels(
  channels: readonly NotificationChannel[],
  message: Message,
  { sent = [], onSent, ...options }: SendToChannels = {},
): Promise<void> {
  let done = sent;
  const errors: unknown[] = [];
  for (const channel of channels.filter(({ name }) => !sent.includes(name))) {
    try {
      await channel.send(message, options);
      done = [...done, channel.name];
      onSent?.(done);
    } catch (error) {
      options.signal?.throwIfAborted();
      errors.push(error);
    }
  }
  if (errors.length > 0) throw errors.find(isPassing) ?? errors[0];
}
