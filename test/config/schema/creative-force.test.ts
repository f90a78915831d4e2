import { ENVIRONMENT, faultLines, load, smallFile } from '../example-files';

const grant = (lines: string) =>
  smallFile({ creativeForce: lines })
    .replace('      clientId: our-client\n', '')
    .replace('      clientSecret: ${CF_SECRET}\n', '');

describe('the grant of a studio', () => {
  it('is client credentials, and needs id and secret', async () => {
    const faults = await faultLines(grant('      pageSize: 50'));
    expect(faults.map((line) => line.replace(/^extpost\.yaml:\d+:\d+ /, ''))).toEqual([
      'studios.acme.creativeForce.clientId: this setting is missing: the grant "client credentials" needs it',
      'studios.acme.creativeForce.clientSecret: this setting is missing: the grant "client credentials" needs it',
    ]);
  });

  it('can be a login, which needs a key for its files too', async () => {
    const [fault, ...others] = await faultLines(smallFile({ creativeForce: '      grant: authorization code' }));
    expect(others).toEqual([]);
    expect(fault).toContain('creativeForce.tokenKey: this setting is missing: the grant "authorization code" needs it');
    expect(fault).toContain('write tokenKey: ${EXTPOST_TOKEN_KEY} and set EXTPOST_TOKEN_KEY');
  });

  it('has sensible defaults for a login', async () => {
    const config = await load(
      smallFile({ creativeForce: '      grant: authorization code\n      tokenKey: ${EXTPOST_TOKEN_KEY}' }),
      { ...ENVIRONMENT, EXTPOST_TOKEN_KEY: 'x'.repeat(16) },
    );
    expect(config.studios['acme']?.creativeForce).toMatchObject({
      authorizeUrl: 'https://accounts.creativeforce.io/connect/authorize',
      revocationUrl: 'https://accounts.creativeforce.io/connect/revocation',
      loginScope: 'cfgateway offline_access',
      tokenFolder: '.extpost/tokens',
    });
  });

  it('says when the key of a login is too short, without showing it', async () => {
    const file = smallFile({ creativeForce: '      grant: authorization code\n      tokenKey: ${EXTPOST_TOKEN_KEY}' });
    const faults = await faultLines(file, { ...ENVIRONMENT, EXTPOST_TOKEN_KEY: 'too-short' });
    expect(faults).toHaveLength(1);
    expect(faults[0]).toContain(
      'creativeForce.tokenKey: "${EXTPOST_TOKEN_KEY}" (filled in) is too short; give 32 bytes',
    );
    expect(faults[0]).not.toContain('too-short');
  });

  it('can be a pasted token, which needs nothing but the token', async () => {
    const faults = await faultLines(grant('      grant: pasted token'));
    expect(faults).toHaveLength(1);
    expect(faults[0]).toContain(
      'creativeForce.accessToken: this setting is missing: the grant "pasted token" needs it',
    );
    const file = grant(
      '      grant: pasted token\n      accessToken: ${PASTED}\n      accessTokenExpires: 2026-12-01T10:00:00Z',
    );
    const config = await load(file, { ...ENVIRONMENT, PASTED: 'abc' });
    expect(config.studios['acme']?.creativeForce).toMatchObject({
      accessToken: 'abc',
      accessTokenExpires: '2026-12-01T10:00:00Z',
    });
  });

  it('wants the end of a pasted token as an instant', async () => {
    const file = grant('      grant: pasted token\n      accessToken: ${PASTED}\n      accessTokenExpires: tomorrow');
    expect(await faultLines(file, { ...ENVIRONMENT, PASTED: 'abc' })).toEqual([
      expect.stringContaining('accessTokenExpires: "tomorrow" is not an instant; write it like 2026-12-01T10:00:00Z'),
    ]);
  });
});

describe('the public address of the receiver', () => {
  it.each([
    ['http://extpost.example.com', 'must start with https://'],
    ['https://localhost', 'has "localhost" in its host'],
    ['https://127.0.0.1', 'has "127.0.0.1" in its host'],
    ['https://extpost.local', 'has ".local" in its host'],
    ['https://extpost.internal.example.com', 'has ".internal" in its host'],
    ['https://me.CreativeForce.io', 'has "creativeforce.io" in its host'],
    ['https://10.1.2.3', 'must be a host name, not an IP address'],
    ['https://[2001:db8::1]', 'must be a host name, not an IP address'],
  ])('cannot be %s, which Creative Force refuses for a redirect', async (publicUrl, words) => {
    const faults = await faultLines(smallFile({ rest: `receiver: { publicUrl: "${publicUrl}" }` }));
    expect(faults).toHaveLength(1);
    expect(faults[0]).toContain('receiver.publicUrl: ');
    expect(faults[0]).toContain(words);
  });

  it('can be any public name', async () => {
    const config = await load(smallFile({ rest: 'receiver: { publicUrl: "https://extpost.example.com/" }' }));
    expect(config.receiver.publicUrl).toBe('https://extpost.example.com');
  });

  it('can be this computer when that is asked for outright', async () => {
    const rest = 'receiver: { publicUrl: "http://127.0.0.1:8080", allowLocalRedirect: true }';
    expect((await load(smallFile({ rest }))).receiver.publicUrl).toBe('http://127.0.0.1:8080');
  });
});

describe('the bulk reads and the listing', () => {
  it('have sizes within limits, and one listing, unless the file says otherwise', async () => {
    const plain = (await load(smallFile())).studios['acme']?.creativeForce;
    expect(plain).toMatchObject({ bulkSize: 50, editorialListing: false });
    const faults = await faultLines(smallFile({ creativeForce: '      bulkSize: 201\n      listingSegment: a/b' }));
    expect(faults).toEqual([
      expect.stringContaining('bulkSize: 201 is too large; at most 200'),
      expect.stringContaining('listingSegment: "a/b" is not a path segment'),
    ]);
  });
});

describe('the path of a call', () => {
  it('can be set as a template', async () => {
    const creativeForce = '      paths: { submit: "/export/tasks/{taskId}/submit-assets" }';
    const { studios } = await load(smallFile({ creativeForce }));
    expect(studios['acme']?.creativeForce.paths).toEqual({ submit: '/export/tasks/{taskId}/submit-assets' });
  });

  it.each([
    ['{ submit: "/export/tasks/submit-assets" }', 'must have the placeholder {taskId} once'],
    ['{ submit: "/export/tasks/{tasksId}/submit-assets" }', 'must have the placeholder {taskId} once'],
    ['{ listing: "/expost/tasks/{taskId}" }', 'must have no placeholder'],
    ['{ listing: "expost/tasks" }', 'is not a path'],
    ['{ listing: "/expost/tasks?x=1" }', 'is not a path'],
  ])('is refused as %s', async (paths, fault) => {
    const faults = await faultLines(smallFile({ creativeForce: `      paths: ${paths}` }));
    expect(faults).toEqual([expect.stringContaining(fault)]);
  });
});
