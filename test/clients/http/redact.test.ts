import { excerptOf, redact } from '../../../clients/http/redact';
import { retryAfterMs } from '../../../clients/http/call-error';

describe('Redacting', () => {
  it.each([
    ['https://user:pw@host.example/a/b?X-Amz-Signature=1#x', 'https://host.example/a/b?[removed]'],
    ['{"u":"https:\\/\\/h\\/p?sig=1"}', '{"u":"https:\\/\\/h\\/p?[removed]"}'],
    ['{"access_token": "abc def", "ok": 1}', '{"access_token": [removed], "ok": 1}'],
    ['client_secret=abc&x=1', 'client_secret=[removed]&x=1'],
    ['Authorization: Bearer abcdefghijk', 'Authorization: [removed]'],
    ['seen Basic YWJjOmRlZg== here', 'seen Basic [removed] here'],
  ])('turns %s into %s', (text, clean) => {
    expect(redact(text)).toBe(clean);
  });

  it('finds a secret also as it stands in an address, a form and JSON', () => {
    const secret = 'a b"c/d+é';
    const forms = [
      secret,
      encodeURIComponent(secret),
      new URLSearchParams({ s: secret }).toString(),
      JSON.stringify(secret),
    ];
    for (const form of forms) expect(redact(`<${form}>`, [secret])).toMatch(/^<(?:s=|")?\[removed\]"?>$/);
  });

  it('leaves no half of a secret at the end of an excerpt', () => {
    const secret = 'x'.repeat(40);
    expect(excerptOf(`${'a'.repeat(1_010)}${secret}`, [secret])).not.toContain('xx');
  });
});

describe('Retry-After', () => {
  const now = Date.parse('2026-01-01T00:00:00Z');
  it.each([
    ['120', 120_000],
    ['Thu, 01 Jan 2026 00:00:30 GMT', 30_000],
    ['Thu, 01 Jan 2020 00:00:00 GMT', 0],
    ['soon', undefined],
    ['99999999', 3_600_000],
    [undefined, undefined],
  ])('%s means %s ms', (header, expected) => {
    expect(retryAfterMs(header, now)).toBe(expected);
  });
});
