import { createLogger } from '../../workers/logging';

/** Logs one line and reads it back. */
function lineOf(facts: Record<string, unknown>, level = 'info'): { text: string; line: unknown } {
  const lines: string[] = [];
  createLogger(level, { write: (line) => lines.push(line) }).info(facts, 'Something happened.');
  const text = lines.join('');
  return { text, line: text === '' ? undefined : (JSON.parse(text) as unknown) };
}

describe('the log', () => {
  it('is one JSON object a line, with the time as a person reads it', () => {
    expect(lineOf({ studio: 'acme' }).line).toMatchObject({
      msg: 'Something happened.',
      studio: 'acme',
      time: expect.stringMatching(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/),
    });
  });

  it.each([
    'authorization',
    'clientSecret',
    'secretKey',
    'webhookSecrets',
    'access_token',
    'accessToken',
    'refreshToken',
    'tokenKey',
    'password',
    'url',
    'presignedUrl',
  ])('hides the value of %s, also further down', (key) => {
    const { text } = lineOf({
      [key]: 'topmost-secret',
      studio: { [key]: 'inner-secret', celtra: { [key]: 'deep-secret' } },
    });
    expect(text).not.toMatch(/topmost-secret|inner-secret|deep-secret/);
    expect(text.match(/\[hidden\]/g)).toHaveLength(3);
  });

  it('hides a list of secrets as a whole', () => {
    expect(lineOf({ webhookSecrets: ['old-secret', 'new-secret'] }).line).toMatchObject({ webhookSecrets: '[hidden]' });
  });

  it('leaves out what is below its level', () => {
    expect(lineOf({}, 'warn').text).toBe('');
  });
});
