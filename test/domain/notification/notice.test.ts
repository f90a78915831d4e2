import { isNotice } from '../../../domain/notification/notice';

describe('the content of a signal to a group of notices', () => {
  const notice = {
    kind: 'needs attention',
    task: { studio: 'acme', taskId: 'a3b4c5d6-1111-4222-8333-944445555666', contentCreationType: 'ecom' },
    title: 'SKU-1',
    sentence: 'No creative.',
    nextActions: ['Make it.'],
  };

  it('is a notice when it has all that a message is made of', () => {
    expect(isNotice(notice)).toBe(true);
  });

  it.each([
    null,
    'text',
    {},
    { ...notice, task: null },
    { ...notice, task: { studio: 'acme' } },
    { ...notice, title: undefined },
    { ...notice, nextActions: 'Make it.' },
  ])('is none: %j', (value) => {
    expect(isNotice(value)).toBe(false);
  });
});
