import { toMessage } from '../../../domain/notification/message';
import type { Message } from '../../../domain/notification/message';
import type { Notice } from '../../../domain/notification/notice';
import { TASK_ID } from '../../support/facts';

/** The message that one task needs attention. */
export function aMessage(changes: Partial<Notice> = {}, count = 1): Message {
  const notice: Notice = {
    kind: 'needs attention',
    task: { studio: 'acme', taskId: TASK_ID, contentCreationType: 'ecom' },
    title: 'SKU-1 Trail runner',
    cause: 'no creative',
    sentence: 'No creative for Front, Story.',
    nextActions: ['Make it in Celtra.'],
    due: Date.parse('2026-11-29T13:05:00Z'),
    ...changes,
  };
  const others = Array.from({ length: Math.min(count, 50) - 1 }, (_, number) => ({
    ...notice,
    task: { ...notice.task, taskId: `task-${number}` },
  }));
  return toMessage({ notices: [notice, ...others], count }, { timeZone: 'UTC', boardUrl: 'https://board.example' });
}
