import type { NotificationChannel } from '../../../clients';
import { RemoteCallError } from '../../../clients/remote-call-error';
import { sendToChannels } from '../../../clients/notifications/create-channels';
import { aMessage } from './a-message';

const gone = new RemoteCallError('It is gone.', {
  system: 'Slack',
  endpoint: 'POST x',
  kind: 'not found',
  mayHaveActed: false,
});
const busy = gone.with({ message: 'It is busy.', kind: 'throttled' });

function aChannel(name: NotificationChannel['name'], error?: Error) {
  const send = jest.fn(() => (error === undefined ? Promise.resolve() : Promise.reject(error)));
  return { name, send };
}

describe('a message to several channels', () => {
  it('reaches the others when one fails, and then fails', async () => {
    const email = aChannel('email');
    await expect(sendToChannels([aChannel('slack', gone), email], aMessage())).rejects.toBe(gone);
    expect(email.send).toHaveBeenCalledTimes(1);
  });

  it('fails with what another attempt can help, if there is such a thing', async () => {
    const channels = [aChannel('slack', gone), aChannel('teams', busy)];
    await expect(sendToChannels(channels, aMessage())).rejects.toBe(busy);
  });

  it('is not sent again to recipients that have it when the same channel has refused others', async () => {
    const partly = gone.with({ message: 'The others have it.', kind: 'refused', mayHaveActed: true });
    const settled: unknown[] = [];
    const unsaid: unknown[] = [];
    const sending = sendToChannels([aChannel('email', partly), aChannel('teams', busy)], aMessage(), {
      onSent: (names) => settled.push(names),
      onOtherError: (error) => unsaid.push(error),
    });
    await expect(sending).rejects.toBe(busy);
    expect([settled, unsaid]).toEqual([[['email']], [partly]]);
  });

  it('is not sent again to a channel that has it', async () => {
    const slack = aChannel('slack');
    const sent: unknown[] = [];
    await sendToChannels([slack, aChannel('email')], aMessage(), {
      sent: ['slack'],
      onSent: (names) => sent.push(names),
    });
    expect(slack.send).not.toHaveBeenCalled();
    expect(sent).toEqual([['slack', 'email']]);
  });
});
