import { faultLines, load, smallFile } from '../example-files';

describe('a file that is not good YAML', () => {
  it('is reported with line and column', async () => {
    expect(await faultLines('studios:\n  acme:\n   - x\n   y: 1\n')).toEqual([
      'extpost.yaml:4:1 not readable as YAML: All mapping items must start at the same column',
    ]);
  });

  it('gets the advice to quote a reference inside brackets', async () => {
    expect(await faultLines('sweep: { every: ${EVERY} }\nreceiver: {}\n')).toEqual([
      'extpost.yaml:1:18 inside [ ] or { } write "${NAME}" in quotes, because braces mean something to YAML there',
    ]);
  });

  it('is checked all the same when only a key stands twice', async () => {
    expect(await faultLines(smallFile({ rest: 'sweep: { every: 1 }\nsweep: { every: 2x }' }))).toEqual([
      'extpost.yaml:11:1 this key occurs twice; keep one of them',
      'extpost.yaml:11:17 sweep.every: "2x" is not a duration; write it like 500ms, 30s, 5m or 14d',
    ]);
  });

  it.each([
    ['an alias without anchor', 'studios: *nowhere', ':1:10 *nowhere has no &nowhere before it'],
    ['an alias within itself', 'studios: &a { acme: *a }', ':1:21 *a contains itself'],
    ['a tag that nobody knows', 'studios: !secret x', ':1:18 the tag !secret has no meaning here; remove it'],
    ['a tag whose group would be empty', 'when: !!set { position }', ':1:13 the tag !!set has no meaning here'],
    [
      'a code that is read as a number',
      'when: { spec: 0123 }',
      ':1:15 YAML reads 0123 as the number 123; put it in quotes',
    ],
    ['a code with a fraction', 'filters:\n  a: [1.10]', ':2:7 YAML reads 1.10 as the number 1.1; put it in quotes'],
    ['a code longer than a number', 'task: 12345678901234567890', ':1:7 YAML reads 12345678901234567890 as the number'],
    ['a space that does not break', 'studios: "a" \u00A0x', 'a character (U+00A0) that only looks like a space'],
    ['a colon of another script', 'studios\uFF1A\n  acme: 1', 'a character (U+FF1A) that only looks like a space'],
    ['no space after a colon', 'studios:\n  acme:x\n  b: 1', 'write a space after the colon'],
    ['several documents', 'studios: {}\n---\nx: 1', 'the file holds several YAML documents; remove the --- line'],
    ['a template without quotes', 'studios: {{ name }}', ':1:11 write "{{ … }}" in quotes'],
    ['a tab that indents', 'studios:\n\tacme: 1', ':2:1 a tab indents this line; use spaces'],
    ['lists without end', '['.repeat(9_000), ':1:101 lists or groups are nested too deeply here'],
    ['lists without end in a line', `a: 1\n${'- '.repeat(9_000)}x`, ':2:1 lists or groups are nested too deeply here'],
    [
      'groups without end',
      Array.from({ length: 300 }, (_, level) => `${' '.repeat(level)}a:`).join('\n'),
      ':101:1 lists or groups are nested too deeply here',
    ],
    ['aliases in any number', `a: &a 1\nb: [${Array(20_000).fill('*a').join(',')}]`, 'the aliases (*name) unfold'],
    ['text in Latin-1', 'studios: {} # caf\uFFFD', ':1:18 from here on the file is not text in UTF-8'],
    ['text in UTF-16', 's\0t\0u\0', ':1:2 from here on the file is not text in UTF-8'],
    ['a list as a key', '? [a]\n: b', ':1:3 a key must be a single word, not a list or a group'],
    ['a key that JavaScript keeps for itself', 'studios: { __proto__: {} }', ':1:12 __proto__ cannot be a key'],
    ['a merge of what is no group', 'a: 1\nb:\n  <<: [{}, 3]', ':3:3 a merge (<<) can take only groups of settings'],
    ['nothing', '', ':1:1 the file is empty; start from a copy of extpost.example.yaml'],
    ['a bare word', 'hello', ':1:1 "hello" is not a group of settings'],
  ])('may hold %s', async (_what, source, message) => {
    expect((await faultLines(source)).join('\n')).toContain(message);
  });

  it.each([
    ['begins with a mark of its byte order', (text: string) => `\uFEFF${text}`],
    ['begins with two of them', (text: string) => `\uFEFF\uFEFF${text}`],
    ['has the line ends of Windows', (text: string) => text.replaceAll('\n', '\r\n')],
    ['has the line ends of old Macs', (text: string) => text.replaceAll('\n', '\r')],
  ])('is none when it %s', async (_, change) => {
    await expect(load(change(smallFile()))).resolves.toEqual(await load(smallFile()));
  });

  it('does not unfold aliases without end', async () => {
    const levels = Array.from({ length: 12 }, (_, level) => {
      const before = level === 0 ? 'x' : `*a${level - 1}`;
      return `a${level}: &a${level} [${Array.from({ length: 10 }, () => before).join(', ')}]`;
    });
    expect(await faultLines(levels.join('\n'))).toEqual([
      'extpost.yaml:1:1 the aliases (*name) unfold to far too much; use fewer',
    ]);
  });

  it('is reported with its first hundred faults', async () => {
    const keys = Array.from({ length: 2_000 }, (_, number) => `k${number}: 1`).join('\n');
    const lines = await faultLines(keys);
    expect(lines).toHaveLength(101);
    expect(lines.join('\n')).toContain('these are the first 100 faults; correct them to see the others');
  });

  it('is missed with the way to get one', async () => {
    expect(await faultLines(smallFile(), {}, { 'extpost.yaml': undefined as never })).toEqual([
      'extpost.yaml:1:1 the file cannot be read (ENOENT); start from a copy of extpost.example.yaml',
    ]);
  });
});
