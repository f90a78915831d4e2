import {
  createNotificationActivities,
  createCoverReader,
} from '../../../activities/notifications/notification-activities';
import type { NotificationChannel, SendOptions } from '../../../clients';
import { createStore } from '../../../clients/store/create-store';
import { keptPictureKey } from '../../../domain/delivery/kept-picture';
import type { Notice } from '../../../domain/notification/notice';
import { folderForEach, run, studiosWith } from '../activity-harness';

const folder = folderForEach();
const task = { studio: 'acme', taskId: 'task-1', contentCreationType: 'ecom' } as const;
const notice: Notice = { kind: 'needs attention', task, title: 'SKU-1', sentence: 'Look.', nextActions: [] };

/** Sends the notice by this channel; gives with what. */
async function sentBy(name: NotificationChannel['name'], readCover?: ReturnType<typeof createCoverReader>) {
  const send = jest.fn((_message: unknown, _options?: SendOptions) => Promise.resolve());
  const notifications = { channels: [{ name, send }], groupForMs: 0, timeZone: 'UTC' };
  const { postNotices } = createNotificationActivities(studiosWith({ notifications }), readCover);
  await run(postNotices, { notices: [notice], count: 1 });
  return send.mock.calls[0]?.[1];
}

async function withPictures() {
  const store = createStore({ folder: folder() });
  const size = { width: 640, height: 480 };
  await store.put(keptPictureKey(task, { kind: 'delivered', sha256: 'ab' }, size), Buffer.from('delivered'));
  await store.put(keptPictureKey(task, { kind: 'input', assetId: 'a' }, size), Buffer.from('input'));
  return createCoverReader(store);
}

describe('A message by e-mail', () => {
  it('embeds the picture by which its task is recognised', async () => {
    const options = await sentBy('email', await withPictures());
    expect(options?.pictures).toEqual([{ task: 'task-1', bytes: Buffer.from('input'), contentType: 'image/webp' }]);
  });

  it.each([
    ['no picture is kept', createCoverReader(createStore({ folder: '/nonexistent' }))],
    ['the storage does not answer', () => Promise.reject(new Error('It is away.'))],
    ['pictures are switched off', undefined],
  ])('is sent without one when %s', async (_when, readCover) => {
    expect(await sentBy('email', readCover)).toMatchObject({ pictures: [] });
  });
});

it('A message to a chat reads no picture', async () => {
  const readCover = jest.fn();
  await sentBy('slack', readCover);
  expect(readCover).not.toHaveBeenCalled();
});
