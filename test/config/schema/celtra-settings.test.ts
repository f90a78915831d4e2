import { ENVIRONMENT, faultLines, load, smallFile } from '../example-files';

const filters = (written: string) => ({
  recipes: `\n      - { name: one, celtra: { filters: ${written} }, match: { expected: x, output: y } }`,
});

async function celtraOf(lines: string) {
  return (await load(smallFile({ celtra: lines }))).studios['acme']?.celtra;
}

describe('How Celtra is logged in to', () => {
  it('is basic unless the file says otherwise', async () => {
    expect((await celtraOf(''))?.authentication).toEqual({ method: 'basic' });
  });

  it('can be oauth, with what Celtra has provided', async () => {
    const celtra = await celtraOf(
      '      authentication: { method: oauth, tokenUrl: "https://login.example/token", scope: export }',
    );
    expect(celtra?.authentication).toEqual({
      method: 'oauth',
      tokenUrl: 'https://login.example/token',
      scope: 'export',
      credentialsIn: 'form',
    });
  });

  it.each([
    ['{ method: oauth }', 'authentication.tokenUrl: this setting is missing'],
    ['{ method: oauth, tokenUrl: "http://login.example/token" }', 'must start with https://'],
    ['{ method: basic, tokenUrl: "https://login.example/token" }', 'authentication.tokenUrl: unknown key'],
    ['{ method: token }', 'is not a way to log in; method is basic or oauth'],
  ])('is refused as %s', async (written, message) => {
    const faults = await faultLines(smallFile({ celtra: `      authentication: ${written}` }));
    expect(faults).toHaveLength(1);
    expect(faults[0]).toContain(message);
  });
});

describe('What is not certain about Celtra', () => {
  it('can be set', async () => {
    const celtra = await celtraOf(
      [
        '      timeZone: Europe/Ljubljana',
        '      undocumentedOperators: true',
        '      extraAssetFormats: [x264_hq]',
        '      subFolders: true',
        '      outputFilters: under designFile',
        '      tableWithAssets: assets',
        '      fileTimeout: 1h',
      ].join('\n'),
    );
    expect(celtra).toMatchObject({
      timeZone: 'Europe/Ljubljana',
      undocumentedOperators: true,
      extraAssetFormats: ['x264_hq'],
      subFolders: true,
      outputFilters: 'under designFile',
      tableWithAssets: 'assets',
      fileTimeout: 3_600_000,
    });
  });

  it('refuses a time zone that nobody knows', async () => {
    const faults = await faultLines(smallFile({ celtra: '      timeZone: Mars/Olympus' }));
    expect(faults[0]).toContain('"Mars/Olympus" is not a time zone such as UTC or Europe/Copenhagen');
  });
});

describe('Operators that Celtra does not document', () => {
  const written = '{ designFile: { id: [a] }, output: { name: [{ object: { x: [{ in: [a, b] }] } }, { nin: [c] }] } }';

  it('are refused wherever they stand, each in its own place', async () => {
    const faults = await faultLines(smallFile(filters(written)));
    expect(faults).toHaveLength(2);
    expect(faults.join('\n')).toContain('output.name[0].object.x[0].in: "in" uses an operator');
    expect(faults.join('\n')).toContain('output.name[1].nin: "nin" uses an operator');
    expect(faults[0]).toContain('set celtra.undocumentedOperators to allow it');
  });

  it('are accepted by a studio that allows them', async () => {
    const source = smallFile({ celtra: '      undocumentedOperators: true', ...filters(written) });
    const config = await load(source, ENVIRONMENT);
    expect(config.studios['acme']?.recipes[0]?.celtra.filters).toMatchObject({ designFile: { id: ['a'] } });
  });
});
