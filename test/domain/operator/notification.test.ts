import { toGroupNotification, type NotificationInput } from '../../../domain/operator/notification';

function aNotice(number: number, changes: Partial<NotificationInput> = {}): NotificationInput {
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
    const message = toGroupNotification([aNotice(1), aNotice(2)]);
    expect(message).toMatchObject({
      kind: 'needs attention',
      studio: 'acme',
      cause: 'contract changed',
      count: 2,
      subject: 'acme · 2 tasks: needs attention (contract changed)',
      nextActions: ['Report the message.'],
    });
    expect(message.text).toContain('- SKU-2 (task-2): Answer 2 was a page.');
  });

  it('lists fifty and counts the rest', () => {
    const [first, ...others] = Array.from({ length: 60 }, (_, number) => aNotice(number));
    if (first === undefined) throw new Error('There is one.');
    const message = toGroupNotification([first, ...others]);
    expect(message).toMatchObject({ count: 60, tasks: { length: 50 } });
    expect(message.text).toContain('- and 10 more');
  });

  it('is that of a single task where there is one', () => {
    expect(toGroupNotification([aNotice(1)])).toMatchObject({ task: 'task-1', product: 'SKU-1' });
  });
});
