import type { CeltraFilters, ExportFormats, FilterInput } from '../../../clients';
import { findViolatedFilter } from '../../../clients/celtra/filters/match-output';
import { formatCeltraTimestamp, normalizeTimestamps } from '../../../clients/celtra/filters/timestamps';
import { validateFilters } from '../../../clients/celtra/filters/validate-filters';
import { validateAssetFormats } from '../../../clients/celtra/request/asset-formats';

const ofDesign = { id: ['d1'] } as const;

describe('Filters that may be sent', () => {
  it.each<[string, CeltraFilters]>([
    ['one project', { designFile: { id: ['d1m6jqpdaglh'] } }],
    ['several projects', { designFile: { id: ['a', 'b'] } }],
    ['a folder', { folder: { id: ['f'] } }],
    [
      'an account in a window of time',
      {
        account: { id: ['x'] },
        designFile: { lastModificationTimestamp: [{ gte: '2023-06-01 00:00:00', lt: '2023-07-01 00:00:00' }] },
      },
    ],
    [
      'two windows of time',
      {
        account: { id: ['x'] },
        designFile: {
          lastModificationTimestamp: [
            { gt: '2023-02-01 00:00:00', lte: '2023-02-28 00:00:00' },
            { gt: '2023-04-01 00:00:00' },
          ],
        },
      },
    ],
    [
      'images in two languages, as the introduction shows',
      {
        account: { id: ['fe33bb6a'] },
        designFile: { id: ['b6bc20ae'], lastModificationTimestamp: [{ gt: '2023-03-01 00:00:00' }] },
        output: {
          mediaLineItem: { formatRegistrationId: ['com.celtra.image'] },
          contentDimensionsByName: { Language: ['en', 'fr'] },
        },
      },
    ],
    ['chosen outputs', { designFile: ofDesign, output: { id: ['6f1c'] } }],
    ['a pinned version', { designFile: { version: [{ id: 'x', contentBlobHash: 'h' }] }, output: { id: ['6f1c'] } }],
    ['an activation', { designFile: ofDesign, output: { activation: { id: ['a'], markedAsTemplate: [false] } } }],
    ['a custom attribute', { folder: { id: ['f'] }, designFile: { customAttributesByName: { Brand: ['A', null] } } }],
    [
      'a window for each project',
      {
        designFile: [
          { object: { id: ['a'], lastModificationTimestamp: [{ gt: '2023-03-01 00:00:00' }] } },
          { object: { id: ['b'], lastModificationTimestamp: [{ gt: '2023-04-01 00:00:00' }] } },
        ],
      },
    ],
  ])('can name %s', (_, filters) => {
    expect(validateFilters(filters)).toEqual([]);
  });

  it.each<[string, CeltraFilters]>([
    ['neq', { designFile: ofDesign, output: { name: [{ neq: 'x' }] } }],
    ['in', { designFile: ofDesign, output: { name: [{ in: ['x', 'y'] }] } }],
    ['nin', { designFile: ofDesign, output: { name: [{ nin: ['x', null] }] } }],
  ])('can use %s only where that is allowed', (operator, filters) => {
    expect(validateFilters(filters)).toEqual([expect.stringContaining(`uses the operator ${operator}, which Celtra`)]);
    expect(validateFilters(filters, { undocumentedOperators: true })).toEqual([]);
  });

  it('have lists that are not empty, by their type already', () => {
    // @ts-expect-error The type refuses an empty list; the check below has to refuse it as well.
    const empty: CeltraFilters = { designFile: { id: [] } };
    // @ts-expect-error The type refuses a bare value; the check below has to refuse it as well.
    const bare: CeltraFilters = { designFile: { id: 'x' } };
    // @ts-expect-error The type refuses an unknown operator; the check below has to refuse it as well.
    const unknown: CeltraFilters = { designFile: { id: [{ like: 'x' }] } };
    for (const filters of [empty, bare, unknown]) expect(validateFilters(filters).length).toBeGreaterThan(0);
  });
});

describe('Filters that may not be sent', () => {
  const allowed = { undocumentedOperators: true };

  it.each<[string, unknown]>([
    ['filters must name designFile.id, or folder.id', { account: { id: ['a'] } }],
    ['filters must name designFile.id', { designFile: { lastModificationTimestamp: ['2023-01-01 00:00:00'] } }],
    ['filters must name designFile.id', { designFile: [{ object: { id: ['a'] } }, { object: { version: [] } }] }],
    ['filters.designFile must be an object', { designFile: ['d1'] }],
    ['filters.designFile must be an object', { designFile: [] }],
    ['filters.output must be an object', { designFile: ofDesign, output: [{ object: { id: ['a'] } }] }],
    ['filters.output.assets cannot be filtered on', { designFile: ofDesign, output: { assets: { image: ['x'] } } }],
    ['filters.designFile.name cannot be filtered on', { designFile: { ...ofDesign, name: ['x'] } }],
    ['belongs at the top, as filters.output', { designFile: { ...ofDesign, output: { id: ['a'] } } }],
    ['[0].in must be a list that is not empty', { designFile: ofDesign, output: { name: [{ in: [] }] } }],
    ['[0].in[0] must be text, a number', { designFile: ofDesign, output: { name: [{ in: [{}] }] } }],
    ['[0] must be text, a number', { designFile: ofDesign, output: { name: [Number.NaN] } }],
    ['[0].object must be an object', { designFile: ofDesign, output: { activation: [{ object: 'x' }] } }],
    ['version[0].contentBlobHash must be text', { designFile: { version: [{ id: 'x' }] } }],
    ['must be written YYYY-MM-DD', { designFile: { ...ofDesign, lastModificationTimestamp: ['2023-02-31 00:00:00'] } }],
    ['must be written YYYY-MM-DD', { designFile: { ...ofDesign, lastModificationTimestamp: [{ gt: 1_700_000_000 }] } }],
  ])('say what is wrong: %s', (words, filters) => {
    const faults = validateFilters(filters as FilterInput, allowed);
    expect(faults.join('\n')).toContain(words);
  });
});

describe('Time stamps', () => {
  const stampOf = (value: unknown, zone = 'UTC') => {
    const filters = normalizeTimestamps({ designFile: { lastModificationTimestamp: [value] } }, zone);
    return filters.designFile.lastModificationTimestamp[0];
  };

  it.each([
    ['2023-03-01 12:30:00', 'UTC', '2023-03-01 12:30:00'],
    ['2023-03-01 12:30:00', 'Europe/Ljubljana', '2023-03-01 12:30:00'],
    ['2023-03-01', 'Europe/Ljubljana', '2023-03-01 00:00:00'],
    ['2023-03-01T12:30', 'Europe/Ljubljana', '2023-03-01 12:30:00'],
    ['2023-03-01T12:30:00Z', 'UTC', '2023-03-01 12:30:00'],
    ['2023-03-01T12:30:00Z', 'Europe/Ljubljana', '2023-03-01 13:30:00'],
    ['2023-07-01T23:30:00Z', 'Europe/Ljubljana', '2023-07-02 01:30:00'],
    ['2023-03-01T00:30:00+02:00', 'UTC', '2023-02-28 22:30:00'],
    ['2023-12-31 20:00:00 -0500', 'UTC', '2024-01-01 01:00:00'],
    ['2023-03-01T00:00:00Z', 'UTC', '2023-03-01 00:00:00'],
  ])('are written as Celtra writes them: %s in %s', (written, zone, expected) => {
    expect(stampOf(written, zone)).toBe(expected);
    expect(stampOf({ gte: written }, zone)).toEqual({ gte: expected });
    expect(stampOf({ in: [written] }, zone)).toEqual({ in: [expected] });
  });

  it('let a window grow by parts of a second, never shrink', () => {
    const part = '2023-03-01T12:30:00.250Z';
    expect(stampOf({ gt: part, gte: part, lt: part, lte: part })).toEqual({
      gt: '2023-03-01 12:30:00',
      gte: '2023-03-01 12:30:00',
      lt: '2023-03-01 12:30:01',
      lte: '2023-03-01 12:30:01',
    });
  });

  it('are written inside whole sub-objects too, and nowhere else', () => {
    const filters = {
      designFile: [{ object: { lastModificationTimestamp: ['2023-03-01'] } }],
      output: { name: ['2023-03-01T00:00:00Z'] },
    };
    expect(normalizeTimestamps(filters, 'UTC')).toEqual({
      designFile: [{ object: { lastModificationTimestamp: ['2023-03-01 00:00:00'] } }],
      output: { name: ['2023-03-01T00:00:00Z'] },
    });
  });

  it.each(['yesterday', '2023-02-31T00:00:00Z', '2023-03-01T25:00:00Z', 7, null])('are left alone: %s', (value) => {
    expect(stampOf(value)).toBe(value);
  });

  it('can be made of a date', () => {
    expect(formatCeltraTimestamp(new Date('2023-07-01T23:30:00Z'), 'Europe/Ljubljana')).toBe('2023-07-02 01:30:00');
    expect(formatCeltraTimestamp(new Date(Number.NaN))).toBeUndefined();
  });
});

const printed = {
  id: 'o1',
  name: null,
  account: { id: 'acc', name: 'Acme' },
  folder: { id: 'f1', customAttributesByName: { Brand: 'A' } },
  designFile: { id: 'd1', contentBlobHash: 'h1', lastModificationTimestamp: '2023-03-01 12:30:00' },
  contentDimensionsByName: { Language: 'en', Count: '12', Nested: { One: 'x', Two: 'y' } },
  contentDimensions: {
    a: { id: 'a', name: 'Language', value: { id: '1', name: 'en' } },
    b: { id: 'b', name: 'Language', value: { id: '2', name: 'sl' } },
  },
  activation: { id: 'a1', markedAsTemplate: true },
  mediaLineItem: null,
};
const stamp = (value: unknown) => ({ designFile: { lastModificationTimestamp: [value] } });
const named = (name: string, ...accepted: unknown[]) => ({ output: { contentDimensionsByName: { [name]: accepted } } });

describe('An output that Celtra returned', () => {
  it.each<[string, unknown]>([
    ['the project', { designFile: { id: ['d2', 'd1'] } }],
    ['the folder', { folder: { id: ['f1'] } }],
    ['an attribute of the folder', { folder: { customAttributesByName: { Brand: ['A'] } } }],
    ['a time stamp itself', stamp('2023-03-01 12:30:00')],
    ['a window of time', stamp({ gte: '2023-03-01 12:30:00', lt: '2023-03-01 12:30:01' })],
    ['a value', named('Language', 'en')],
    ['one of several values', named('Language', 'de', { eq: 'en' })],
    ['not equal', named('Language', { neq: 'de' })],
    ['one of a list', named('Language', { in: ['de', 'en'] })],
    ['none of a list', named('Language', { nin: ['de', 'fr'] })],
    ['a number printed as text', named('Count', 12, { gt: 100 })],
    ['an order of numbers', named('Count', { gt: 11, lte: 12 })],
    ['a name within a name', named('Nested', 'y')],
    ['true', { output: { activation: { markedAsTemplate: [true] } } }],
    ['nothing', { output: { name: [null] } }],
    ['a name that is not there', named('Colour', null)],
    ['a whole sub-object', { output: { activation: [{ object: { id: ['a1'], markedAsTemplate: [true] } }] } }],
    ['one of whole sub-objects', { designFile: [{ object: { id: ['d9'] } }, { object: { id: ['d1'] } }] }],
    ['a value by the id of its dimension', { output: { contentDimensions: { b: { value: { name: ['sl'] } } } } }],
    ['the other of two dimensions with one name', named('Language', 'sl')],
    ['a version', { designFile: { version: [{ id: 'd1', contentBlobHash: 'h1' }] } }],
  ])('satisfies %s', (_, filters) => {
    expect(findViolatedFilter(filters as FilterInput, printed)).toBeUndefined();
  });

  it.each<[string, string, unknown]>([
    ['another account', 'account.id', { account: { id: ['other'] } }],
    ['another folder', 'folder.id', { folder: { id: ['f2'] } }],
    [
      'an attribute with another value',
      'folder.customAttributesByName.Brand',
      { folder: { customAttributesByName: { Brand: ['B'] } } },
    ],
    [
      'an attribute that it lacks',
      'folder.customAttributesByName.Season',
      { folder: { customAttributesByName: { Season: ['SS27'] } } },
    ],
    ['a time before', 'designFile.lastModificationTimestamp', stamp({ lt: '2023-03-01 12:30:00' })],
    ['a time after', 'designFile.lastModificationTimestamp', stamp({ gt: '2023-03-01 12:30:00' })],
    [
      'two windows',
      'designFile.lastModificationTimestamp',
      {
        designFile: { lastModificationTimestamp: [{ lt: '2023-01-01 00:00:00' }, { gt: '2023-04-01 00:00:00' }] },
      },
    ],
    ['another value', 'output.contentDimensionsByName.Language', named('Language', 'de')],
    ['a value in other letters', 'output.contentDimensionsByName.Language', named('Language', 'EN')],
    ['a value that it must not have', 'output.contentDimensionsByName.Count', named('Count', { neq: '12' })],
    ['none of a list', 'output.contentDimensionsByName.Count', named('Count', { in: ['1', '2'] })],
    ['one of a list', 'output.contentDimensionsByName.Count', named('Count', { nin: ['1', 12] })],
    ['one of two operators', 'output.contentDimensionsByName.Count', named('Count', { gt: 1, lt: 12 })],
    ['a dimension that it lacks', 'output.contentDimensionsByName.Colour', named('Colour', 'red')],
    ['a name, when it has none', 'output.name', { output: { name: ['Front'] } }],
    [
      'a part of a sub-object',
      'output.activation',
      {
        output: { activation: [{ object: { id: ['a1'], markedAsTemplate: [false] } }] },
      },
    ],
    ['the hash of a version', 'designFile.version', { designFile: { version: [{ id: 'd1', contentBlobHash: 'h2' }] } }],
  ])('is excluded by %s', (_, path, filters) => {
    expect(findViolatedFilter(filters as FilterInput, printed)).toBe(path);
  });

  it.each<[string, unknown]>([
    ['a place that is null', { output: { mediaLineItem: { formatRegistrationId: ['com.celtra.image'] } } }],
    ['a map that is not printed', { output: { mediaLineItemAttributesByName: { Size: ['1:1'] } } }],
    ['attributes that are not printed', { designFile: { customAttributesByName: { Season: ['SS27'] } } }],
    ['a part of a sub-object that is not printed', { output: { activation: [{ object: { name: ['x'] } }] } }],
    ['a time in another form', stamp({ gt: '2024-01-01' })],
    ['an order of words', named('Language', { gt: 'x' })],
  ])('is not suspected for %s: there is nothing to compare', (_, filters) => {
    expect(findViolatedFilter(filters as FilterInput, printed)).toBeUndefined();
  });

  it('may come from a sub-folder where that is allowed', () => {
    const filters = { folder: { id: ['f2'] } };
    expect(findViolatedFilter(filters as FilterInput, printed)).toBe('folder.id');
    expect(findViolatedFilter(filters, printed, { subFolders: true })).toBeUndefined();
  });
});

describe('Asset formats', () => {
  it.each<[ExportFormats]>([
    [{ Image: { image: { format: 'jpeg', quality: 85 } } }],
    [{ Image: { image: { format: 'jpeg', maxSizeKb: 200 } } }],
    [{ Image: { image: { format: 'png', colors: 256 } }, HTML: { html: { adServer: 'generic' } } }],
    [{ Image: { image: { format: 'tiff' } } }],
    [{ Image: { image: { format: 'webp' } } }],
  ])('may be sent: %j', (formats) => {
    expect(validateAssetFormats(formats)).toEqual([]);
  });

  it.each<[ExportFormats, string[]]>([
    [{ HTML: { html: { adServer: 'moloco' } } }, ['moloco']],
    [{ Video: { video: { preset: 'x264_hq' } } }, ['x264_hq']],
    [{ Video: { video: { preset: 'gif' } } }, ['gif']],
  ])('may be sent only where their words are allowed: %j', (formats, extra) => {
    expect(validateAssetFormats(formats, extra)).toEqual([]);
    expect(validateAssetFormats(formats)).not.toEqual([]);
  });

  it.each<[unknown, string, string[]]>([
    [{ Image: { image: { format: 'png', quality: 8 } } }, 'Image.image does not take quality', []],
    [{ Image: { image: { format: 'png', colors: 1 } } }, 'Image.image.colors: ', []],
    [{ Image: { image: { format: 'png', colors: 2.5 } } }, 'Image.image.colors: ', []],
    [{ Image: { image: { format: 'jpeg', quality: 101 } } }, 'Image.image.quality: ', []],
    [{ Image: { image: { format: 'jpeg', maxSizeKb: 0 } } }, 'Image.image.maxSizeKb: ', []],
    [
      { Image: { image: { format: 'jpeg', quality: 90, maxSizeKb: 5 } } },
      'ignores quality when maxSizeKb is given',
      [],
    ],
    [{ Image: { image: { format: 'tiff', quality: 9 } } }, 'Image.image does not take quality', []],
    [{ Image: { image: { format: 'jpg' } } }, 'must be png, jpeg, tiff or webp', []],
    [{ Image: { picture: { format: 'png' } } }, 'Image does not take picture', []],
    [{ HTML: { html: { adServer: 'nobody' } } }, '“nobody” is not an ad server that', []],
    [{ HTML: { html: {} } }, 'HTML.html.adServer: ', []],
    [{ Video: { video: { preset: 'x264_hq' } } }, '“x264_hq” is not a video preset that', []],
    [{ Video: { video: { preset: 'x264_hq', loop: 1 } } }, 'Video.video does not take loop', ['x264_hq']],
    [{ File: { file: {} } }, 'File is not wanted: Celtra takes no settings for File assets', []],
    [{ Hologram: {} }, 'assetFormats does not take Hologram', []],
  ])('may not be sent: %j', (formats, words, extra) => {
    const faults = validateAssetFormats(formats as ExportFormats, extra);
    expect(faults.join('\n')).toContain(words);
  });
});
