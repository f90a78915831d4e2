import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';

import { filtersOf, parseDateTime } from '../../../cli/celtra/filter-flags';
import { htmlFormat, imageFormat, videoFormat } from '../../../cli/celtra/format-flags';
import { joinFilters } from '../../../cli/celtra/join-filters';

describe('The filters of the command line', () => {
  let folder: string;
  beforeAll(async () => {
    folder = await mkdtemp(path.join(tmpdir(), 'extpost-filters-'));
  });
  afterAll(() => rm(folder, { recursive: true }));
  const file = async (name: string, text: string): Promise<string> => {
    await writeFile(path.join(folder, name), text);
    return path.join(folder, name);
  };

  it('say what the switches say', async () => {
    const filters = await filtersOf({
      project: ['p1', 'p2'],
      format: ['com.celtra.image'],
      dimension: new Map([['Language', ['en', 'fr']]]),
    });
    expect(filters).toEqual({
      designFile: { id: ['p1', 'p2'] },
      output: {
        mediaLineItem: { formatRegistrationId: ['com.celtra.image'] },
        contentDimensionsByName: { Language: ['en', 'fr'] },
      },
    });
  });

  it('make a half-open window of the two moments', async () => {
    const filters = await filtersOf({ account: ['a'], changedSince: '2026-03-01', changedBefore: '2026-04-01' });
    expect(filters).toEqual({
      account: { id: ['a'] },
      designFile: { lastModificationTimestamp: [{ gte: '2026-03-01', lt: '2026-04-01' }] },
    });
  });

  it.each([
    ['yaml', 'designFile: { id: [p1] }\noutput:\n  name: [Hero]\n'],
    ['json', '{ "designFile": { "id": ["p1"] }, "output": { "name": ["Hero"] } }'],
    ['body.json', '{ "filters": { "designFile": { "id": ["p1"] }, "output": { "name": ["Hero"] } }, "caller": "x" }'],
  ])('are joined with those of a file (%s)', async (name, text) => {
    const filters = await filtersOf({ output: ['o1'], filters: await file(name, text) });
    expect(filters).toEqual({ designFile: { id: ['p1'] }, output: { id: ['o1'], name: ['Hero'] } });
  });

  it.each([
    ['is not there', undefined, 'cannot be read (ENOENT)'],
    ['is no YAML', 'designFile: [', 'not YAML or JSON in line 1'],
    ['is only text', 'p1', 'a filter tree is expected'],
    ['has a bare value', 'designFile: { id: p1 }', 'filters.designFile.id must be a list'],
  ])('refuse a file that %s', async (name, text, why) => {
    const filters = text === undefined ? path.join(folder, 'none') : await file(name, text);
    await expect(filtersOf({ filters })).rejects.toThrow(why);
  });

  it('refuse to ask for everything', async () => {
    await expect(filtersOf({})).rejects.toThrow('Name the outputs');
  });

  it('refuse what cannot be true at once', async () => {
    const filters = await file('other.yaml', 'designFile: { id: [p2] }');
    await expect(filtersOf({ project: ['p1'], filters })).rejects.toThrow(
      'filters.designFile.id is filtered twice, and no value satisfies both',
    );
  });
});

describe('Joining filters', () => {
  it.each([
    ['keeps the values that are in both lists', ['a', 'b'], ['b', 'c'], ['b']],
    ['puts operators together', [{ gte: 1 }], [{ lt: 5 }], [{ gte: 1, lt: 5 }]],
    ['lets a value meet an operator', ['2026'], [{ gt: '2025' }], [{ eq: '2026', gt: '2025' }]],
    [
      'takes every pair of alternatives',
      [{ gte: 1 }, { gte: 10 }],
      [{ lt: 5 }],
      [
        { gte: 1, lt: 5 },
        { gte: 10, lt: 5 },
      ],
    ],
  ])('%s', (_, one, other, joined) => {
    expect(joinFilters([{ output: { x: one } }, { output: { x: other } }])).toEqual({ output: { x: joined } });
  });

  it('refuses the same operator with two values', () => {
    expect(() => joinFilters([{ output: { x: [{ gt: 1 }] } }, { output: { x: [{ gt: 2 }] } }])).toThrow(
      'filters.output.x has gt in two places with different values',
    );
  });

  it('refuses a list where there is an object', () => {
    expect(() => joinFilters([{ output: { x: ['a'] } }, { output: { x: { y: ['a'] } } }])).toThrow(
      'is a list in one place and an object in another',
    );
  });
});

describe('A moment', () => {
  it.each(['2026-03-01', '2026-03-01 14:30', '2026-03-01T14:30:05', '2026-03-01T14:30:00+02:00'])(
    'may be written %s',
    (text) => {
      expect(parseDateTime(text)).toBe(text);
    },
  );

  it('may be so long ago', () => {
    expect(parseDateTime('6h', Date.parse('2026-03-01T12:00:00Z'))).toBe('2026-03-01T06:00:00.000Z');
  });

  it.each(['yesterday', '2026-02-31', '2026-3-1', '2026-03-01 25:00', '6'])('is not %j', (text) => {
    expect(() => parseDateTime(text)).toThrow('Write a moment like');
  });
});

describe('A format', () => {
  it.each([
    ['png', { format: 'png' }],
    ['png:64', { format: 'png', colors: 64 }],
    ['jpeg', { format: 'jpeg', quality: 100 }],
    ['jpg:90', { format: 'jpeg', quality: 90 }],
    ['jpeg:200kb', { format: 'jpeg', maxSizeKb: 200 }],
    ['tiff', { format: 'tiff' }],
    ['webp', { format: 'webp' }],
  ])('of a picture may be %s', (text, image) => {
    expect(imageFormat(text).formats).toEqual({ Image: { image } });
  });

  it.each(['bmp', 'png:64kb', 'tiff:1', 'jpeg:', 'jpeg:best'])('of a picture is not %s', (text) => {
    expect(() => imageFormat(text)).toThrow('Write png, png:64');
  });

  it.each([
    ['mp4', 'x264_hq'],
    ['mov', 'prores_422_hq'],
    ['gif', 'gif'],
    ['prores_4444', 'prores_4444'],
  ])('of a video may be %s, which allows a preset that only types name', (text, preset) => {
    expect(videoFormat(text)).toEqual({ formats: { Video: { video: { preset } } }, undocumented: [preset] });
  });

  it('of a video is no unknown word', () => {
    expect(() => videoFormat('avi')).toThrow('Write mp4, mov, or a preset');
  });

  it.each([
    ['generic', []],
    ['moloco', ['moloco']],
  ])('of HTML may be %s', (adServer, undocumented) => {
    expect(htmlFormat(adServer)).toEqual({ formats: { HTML: { html: { adServer } } }, undocumented });
  });
});
