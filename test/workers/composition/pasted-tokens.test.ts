import pino from 'pino';

import { warnOfPastedTokens } from '../../../workers/composition/studios';
import { load, smallFile, ENVIRONMENT } from '../../config/example-files';

/** What a worker says at its start of a studio with these settings. */
async function said(creativeForce: string, token = 'opaque'): Promise<string> {
  const config = await load(smallFile({ creativeForce }), { ...ENVIRONMENT, PASTED: token });
  let text = '';
  warnOfPastedTokens(config, pino({ level: 'warn' }, { write: (line: string) => (text += line) }));
  return text;
}

const pasted = '      grant: pasted token\n      accessToken: ${PASTED}';

describe('a worker that starts', () => {
  it('says when a pasted token will end', async () => {
    const text = await said(`${pasted}\n      accessTokenExpires: 2026-12-01T10:00:00+01:00`);
    expect(text).toContain(
      'acme works with a pasted access token, for a trial: it expires at 2026-12-01T09:00:00.000Z',
    );
    expect(text).not.toContain('opaque');
  });

  it('says that the end is not known, when neither setting nor token tells', async () => {
    expect(await said(pasted)).toContain('it expires at an unknown time');
  });

  it('says nothing of a studio that renews its tokens', async () => {
    expect(await said('')).toBe('');
  });
});
