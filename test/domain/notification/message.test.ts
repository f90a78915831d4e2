import { messageText, overdueSweepMessage, toMessage } from '../../../domain/notification/message';
import type { Notice } from '../../../domain/notification/notice';

const settings = { timeZone: 'Europe/Copenhagen', boardUrl: 'https://board.example' };

function aNotice(number: number, changes: Partial<Notice> = {}): Notice {
  return {
    kind: 'needs attention',
    task: { studio: 'acme', taskId: `task-${number}`, contentCreationType: 'ecom' },
    title: `SKU-${number}`,
    cause: 'contract changed',
    sentence: `Answer ${number} was a page.`,
    nextActions: ['Report the message.', `extpost task resume acme task-${number}`],
    ...changes,
  };
}

describe('the message for several tasks', () => {
  it('names each of them, and only what can be done about all', () => {
    const message = toMessage({ notices: [aNotice(1), aNotice(2)], count: 2 }, settings);
    expect(message).toMatchObject({
      kind: 'needs attention',
      studio: 'acme',
      cause: 'contract changed',
      count: 2,
      subject: 'acme · 2 tasks: needs attention (contract changed)',
      nextActions: ['Report the message.'],
    });
    expect(messageText(message)).toContain('- SKU-2 (task-2): Answer 2 was a page.');
  });

  it('counts those that it does not list', () => {
    const message = toMessage({ notices: [aNotice(1), aNotice(2)], count: 60 }, settings);
    expect(message.subject).toContain('60 tasks');
    expect(messageText(message)).toContain('and 58 more');
  });
});

describe('the message for one task', () => {
  const due = Date.parse('2026-11-29T13:05:00Z');

  it('tells its due time in the time zone of the studio, and its page of the board', () => {
    const message = toMessage({ notices: [aNotice(1, { due })], count: 1 }, settings);
    expect(message.tasks).toMatchObject([
      { due: '2026-11-29T13:05:00.000Z', page: 'https://board.example/tasks/acme/task-1' },
    ]);
    expect(messageText(message)).toMatch(
      /Due Sun,? 29 Nov 2026(,| at) 14:05 (CET|GMT\+1)\.\n {2}https:\/\/board\.example/,
    );
  });

  it('names the workflow where there is no board', () => {
    const message = toMessage({ notices: [aNotice(1)], count: 1 }, { timeZone: 'UTC' });
    expect(messageText(message)).toContain('Workflow extpost/acme/task-1');
  });

  it('has a subject of one line, whatever the product is called', () => {
    const title = 'SKU\r\nBcc: someone@example.com\u2028end';
    expect(toMessage({ notices: [aNotice(1, { title })], count: 1 }, settings).subject).toBe(
      'acme · SKU Bcc: someone@example.com end: needs attention (contract changed)',
    );
  });
});

it('a message that a listing is not swept consists of its sentence', () => {
  expect(messageText(overdueSweepMessage('acme', 'Start a worker.'))).toBe('Start a worker.');
});
