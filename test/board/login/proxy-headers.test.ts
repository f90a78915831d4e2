import type { IncomingMessage } from 'node:http';

import { createProxyHeaders } from '../../../board/login/proxy-headers';

const read = createProxyHeaders({
  proxies: ['10.0.0.0/8', '::1'],
  nameHeader: 'X-Forwarded-User',
  groupsHeader: 'X-Forwarded-Groups',
});

function from(
  remoteAddress: string | undefined,
  ...rawHeaders: string[]
): Pick<IncomingMessage, 'rawHeaders' | 'socket'> {
  return { rawHeaders, socket: { remoteAddress } as IncomingMessage['socket'] };
}

const ann = ['x-forwarded-user', 'ann'];

describe('the headers of a proxy', () => {
  it.each(['10.1.2.3', '::ffff:10.1.2.3', '::1'])('are believed from %s', (address) => {
    expect(read(from(address, ...ann))).toMatchObject({ outcome: 'known', person: { identity: 'ann', groups: [] } });
  });

  it.each(['127.0.0.1', '192.0.2.1', '2001:db8::1', undefined])('are not believed from %s', (address) => {
    expect(read(from(address, ...ann))).toEqual({ outcome: 'not the proxy' });
  });

  it.each([
    ['a,b', ['a', 'b']],
    ['a, b c ;d|', ['a', 'b c', 'd']],
    ['', []],
  ])('name the groups "%s" as %j', (written, groups) => {
    expect(read(from('10.1.2.3', ...ann, 'X-FORWARDED-GROUPS', written))).toMatchObject({ person: { groups } });
  });

  it('may have letters beyond ASCII as UTF-8', () => {
    const sent = Buffer.from('Zoë', 'utf8').toString('latin1');
    expect(read(from('10.1.2.3', 'X-Forwarded-User', sent))).toMatchObject({ person: { identity: 'Zoë' } });
  });

  it.each([
    ['no name', []],
    ['an empty name', ['X-Forwarded-User', ' ']],
    ['a name in a header that only looks alike', ['X_Forwarded_User', 'ann']],
  ])('let nobody in with %s', (_what, headers) => {
    expect(read(from('10.1.2.3', ...headers))).toEqual({ outcome: 'nobody named' });
  });

  it.each([
    ['two names', [...ann, 'X-Forwarded-User', 'admin']],
    ['two lists of groups', [...ann, 'X-Forwarded-Groups', 'a', 'x-forwarded-groups', 'b']],
  ])('let nobody in with %s', (_what, headers) => {
    expect(read(from('10.1.2.3', ...headers))).toEqual({ outcome: 'named twice' });
  });
});
