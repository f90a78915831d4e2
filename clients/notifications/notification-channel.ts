import type { Message } from '../../domain/notification/message';

export type ChannelName = 'slack' | 'teams' | 'email' | 'webhook';

/** A small picture of a task, for channels that can carry its bytes. */
export interface MessagePicture {
  /** The task of the message that it shows. */
  readonly task: string;
  readonly bytes: Uint8Array;
  readonly contentType: string;
}

export interface SendOptions {
  /** The same for each attempt of one message, so that a receiver can tell a repetition. Letters, digits, `_` and `-`. */
  readonly id?: string | undefined;
  readonly signal?: AbortSignal | undefined;
  readonly pictures?: readonly MessagePicture[] | undefined;
}

/** One way to tell people. */
export interface NotificationChannel {
  readonly name: ChannelName;
  /** Sends one message. Throws `RemoteCallError`, or the signal's reason. */
  send(message: Message, options?: SendOptions): Promise<void>;
}

/** Cuts a text to at most so many characters; the cut is shown. */
export function cut(text: string, atMost: number): string {
  if (text.length <= atMost) return text;
  // Half of a surrogate pair is no character.
  return `${text.slice(0, atMost - 1).replace(/[\uD800-\uDBFF]$/, '')}…`;
}

/** The first items, and how many of all tasks are left out. */
export function listed<Item>(items: readonly Item[], count: number, atMost: number): { shown: Item[]; more: number } {
  const shown = items.slice(0, atMost);
  return { shown, more: Math.max(0, count - shown.length) };
}
