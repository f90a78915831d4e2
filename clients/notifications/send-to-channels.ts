import type { Message } from '../../domain/notification/message';
import { isPassing, RemoteCallError } from '../remote-call-error';
import type { ChannelName, NotificationChannel, SendOptions } from './notification-channel';

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
