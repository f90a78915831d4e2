import type { AddressInfo } from 'node:net';

import { SMTPServer, type SMTPServerOptions } from 'smtp-server';

import type { MessagePicture } from '../../../clients';
import { createDispatcher } from '../../../clients/http/send-request';
import { createNotificationChannels } from '../../../clients/notifications/create-channels';
import { type Message, messageText } from '../../../domain/notification/message';
import { TASK_ID } from '../../support/facts';
import { aMessage } from './a-message';

const dispatcher = createDispatcher();
afterAll(() => dispatcher.close());

interface Attempt {
  readonly message?: Message;
  readonly pictures?: readonly MessagePicture[];
  readonly password?: string;
  readonly options?: SMTPServerOptions;
}

/** Sends a message to a mail server on this computer; gives what arrived, and the error. */
async function mailed({ message = aMessage(), pictures, password = 's3cret-password', options = {} }: Attempt) {
  const mails: { readonly recipients: string[]; readonly source: string }[] = [];
  const server = new SMTPServer({
    disabledCommands: ['STARTTLS'],
    onAuth: (auth, _session, done) => {
      const isKnown = auth.username === 'extpost' && auth.password === 's3cret-password';
      if (isKnown) done(null, { user: auth.username });
      else done(new Error(`Nobody has the password ${String(auth.password)}`));
    },
    onData: (stream, session, done) => {
      const chunks: Buffer[] = [];
      stream.on('data', (chunk: Buffer) => chunks.push(chunk));
      stream.on('end', () => {
        const recipients = session.envelope.rcptTo.map(({ address }) => address);
        mails.push({ recipients, source: Buffer.concat(chunks).toString() });
        done();
      });
    },
    ...options,
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.server.address() as AddressInfo;
  try {
    const email = {
      server: `smtp://extpost:${password}@127.0.0.1:${port}`,
      from: 'extpost <extpost@example.com>',
      to: ['one@example.com', 'two@example.com'],
    };
    const [channel] = createNotificationChannels({ email }, { dispatcher, toText: messageText });
    const error: unknown = await channel?.send(message, { id: 'run-1', pictures }).catch((thrown: unknown) => thrown);
    return { error, mails };
  } finally {
    await new Promise<void>((resolve) => {
      server.close(resolve);
    });
  }
}

/** The mail with soft line breaks removed and quoted-printable characters read. */
function decoded(source: string): string {
  return Buffer.from(
    source.replace(/=\r\n/g, '').replace(/=([0-9A-F]{2})/g, (_, hex: string) => String.fromCharCode(parseInt(hex, 16))),
    'latin1',
  ).toString('utf8');
}

describe('an e-mail', () => {
  it('arrives as text and as HTML at each recipient', async () => {
    const { error, mails } = await mailed({});
    expect(error).toBeUndefined();
    expect(mails).toHaveLength(1);
    expect(mails[0]?.recipients).toEqual(['one@example.com', 'two@example.com']);
    const mail = decoded(mails[0]?.source ?? '');
    expect(mail).toContain('Message-ID: <run-1@extpost>');
    expect(mail).toContain('Auto-Submitted: auto-generated');
    expect(mail).toContain('- SKU-1 Trail runner (');
    expect(mail).toMatch(/<a href="https:\/\/board\.example\/tasks\/acme\/[^"]+">SKU-1 Trail runner<\/a>/);
  });

  it('shows the small picture of its task', async () => {
    const pictures = [{ task: TASK_ID, bytes: Buffer.from('picture'), contentType: 'image/webp' }];
    const { mails } = await mailed({ pictures });
    const mail = decoded(mails[0]?.source ?? '');
    expect(mail).toContain('<img src="cid:picture-1"');
    expect(mail).toContain('Content-ID: <picture-1>');
    expect(mails[0]?.source).toContain(Buffer.from('picture').toString('base64'));
  });

  it('leaves out a picture that is too large', async () => {
    const pictures = [{ task: TASK_ID, bytes: Buffer.alloc(300_000), contentType: 'image/webp' }];
    const { mails } = await mailed({ pictures });
    expect(mails[0]?.source).not.toContain('Content-ID');
  });

  it('escapes in HTML what a product is called, and keeps its headers its own', async () => {
    const message = aMessage({ title: '<script>alert(1)</script>\r\nBcc: third@example.com' });
    const { mails } = await mailed({ message });
    const mail = decoded(mails[0]?.source ?? '');
    expect(mail).toContain('&lt;script&gt;alert(1)&lt;/script&gt;');
    expect(mail).not.toMatch(/^Bcc:/m);
    expect(mails[0]?.recipients).toHaveLength(2);
  });

  it('whose password is wrong fails without naming it', async () => {
    const { error } = await mailed({ password: 'wr0ng-password' });
    expect(error).toMatchObject({ kind: 'unauthorized', system: 'the mail server' });
    expect(String(error)).toContain('Check user and password in notifications.email.server.');
    expect(JSON.stringify(error) + String(error)).not.toContain('wr0ng');
  });

  it.each([
    [450, 'transient'],
    [550, 'refused'],
  ])('whose recipient is answered with %i fails as %s', async (responseCode, kind) => {
    const onRcptTo: SMTPServerOptions['onRcptTo'] = (_address, _session, done) => {
      done(Object.assign(new Error('Not now'), { responseCode }));
    };
    const { error } = await mailed({ options: { onRcptTo } });
    expect(error).toMatchObject({ kind, status: responseCode });
  });

  it('of which one recipient is refused arrives at the others, and fails with the name of the one', async () => {
    const onRcptTo: SMTPServerOptions['onRcptTo'] = ({ address }, _session, done) => {
      if (address === 'two@example.com') done(Object.assign(new Error('Nobody of this name'), { responseCode: 550 }));
      else done();
    };
    const { error, mails } = await mailed({ options: { onRcptTo } });
    expect(mails.map(({ recipients }) => recipients)).toEqual([['one@example.com']]);
    expect(error).toMatchObject({ kind: 'refused', message: expect.stringContaining('refused two@example.com;') });
  });

  it('to a server that is not there is tried again', async () => {
    const email = { server: 'smtp://127.0.0.1:1', from: 'a@example.com', to: ['b@example.com'] };
    const [channel] = createNotificationChannels({ email }, { dispatcher, toText: messageText });
    await expect(channel?.send(aMessage())).rejects.toMatchObject({ kind: 'transient' });
  });
});
