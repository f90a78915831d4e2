import { parseFilters, requireScope } from '../../sandbox/celtra/filters';

const facts = {
  account: { id: 'fe33bb6a' },
  folder: { id: 'f1', customAttributesByName: { Brand: 'Acme' } },
  designFile: {
    id: 'abcdefgh1234',
    lastModificationTimestamp: '2026-03-14 09:26:53',
    version: [{ id: 'abcdefgh1234', contentBlobHash: 'h1' }],
  },
  output: {
    id: 'o1',
    name: null,
    contentDimensionsByName: { Language: 'en', Product: 'ACM-1000' },
    contentAttributesByName: { Product: { Price: '€ 1' } },
    activation: null,
    mediaLineItem: { formatRegistrationId: 'com.celtra.image' },
  },
};
const changed = (window: unknown): unknown => ({ designFile: { lastModificationTimestamp: window } });

describe("the filters of Celtra's stand-in", () => {
  it.each<[string, unknown, boolean]>([
    ['an id', { designFile: { id: ['abcdefgh1234'] } }, true],
    ['another id', { designFile: { id: ['x'] } }, false],
    ['one of several values', { designFile: { id: ['x', 'abcdefgh1234'] } }, true],
    ['siblings of which one fails', { designFile: { id: ['abcdefgh1234'] }, output: { id: ['o2'] } }, false],
    ['a name', { output: { contentDimensionsByName: { Language: ['en', 'fr'] } } }, true],
    ['a value in another letter case', { output: { contentDimensionsByName: { Language: ['EN'] } } }, false],
    ['a name in another letter case', { output: { contentDimensionsByName: { language: ['en'] } } }, false],
    ['a name that no output has', { output: { mediaLineItemAttributesByName: { Size: ['x'] } } }, false],
    ['a nested name', { output: { contentAttributesByName: { Product: { Price: ['€ 1'] } } } }, true],
    ['a custom attribute', { folder: { customAttributesByName: { Brand: ['Acme'] } } }, true],
    ['null for nothing', { output: { activation: [null] } }, true],
    ['a format', { output: { mediaLineItem: { formatRegistrationId: ['com.celtra.image'] } } }, true],
    ['eq', { designFile: { id: [{ eq: 'abcdefgh1234' }] } }, true],
    ['a window', changed([{ gte: '2026-03-01 00:00:00', lt: '2026-04-01 00:00:00' }]), true],
    ['a window that misses', changed([{ gt: '2026-03-14 09:26:53' }]), false],
    ['the second of two windows', changed([{ lt: '2020-01-01' }, { gte: '2026-03-14' }]), true],
    ['a date as midnight', changed([{ lte: '2026-03-14' }]), false],
    ['a sub-object', { designFile: [{ object: { id: ['abcdefgh1234'] } }] }, true],
    ['a sub-object of plain values', { designFile: [{ object: { id: 'x' } }] }, false],
    ['the version', { designFile: { version: [{ id: 'abcdefgh1234', contentBlobHash: 'h1' }] } }, true],
    ['another version', { designFile: { version: [{ id: 'abcdefgh1234', contentBlobHash: 'h0' }] } }, false],
    ['output under designFile', { designFile: { output: { id: ['o1'] } } }, true],
    ['a bare value', { designFile: { id: 'abcdefgh1234' } }, true],
    ['neq', { output: { id: [{ neq: 'o1' }] } }, false],
    ['in', { output: { id: [{ in: ['o1', 'o2'] }] } }, true],
    ['nin', { output: { id: [{ nin: ['o1', 'o2'] }] } }, false],
  ])('judge %s', (_name, filters, isMatch) => {
    expect(parseFilters(filters).matches(facts)).toBe(isMatch);
  });

  it.each<[string, unknown]>([
    ['status', { output: { status: ['finished'] } }],
    ['previewUrl', { output: { previewUrl: ['x'] } }],
    ['assets', { output: { assets: { image: { width: [1] } } } }],
    ['an output property at the root', { mediaLineItem: { formatRegistrationId: ['x'] } }],
    ['an unknown path', { designFile: { nothing: ['x'] } }],
    ['an empty list', { designFile: { id: [] } }],
    ['an unknown operator', { designFile: { id: [{ like: 'x' }] } }],
    ['a timestamp with T and Z', changed([{ gt: '2026-03-01T00:00:00Z' }])],
    ['a list as value', { designFile: { id: [['x']] } }],
  ])('refuse %s', (_name, filters) => {
    expect(() => parseFilters(filters)).toThrow(/^filters\./);
  });

  it.each<[string, unknown]>([
    ['designFile.id', { designFile: { id: ['x'] } }],
    ['folder.id', { folder: { id: ['x'] } }],
    ['designFile.version', { designFile: { version: [{ id: 'x' }] } }],
    ['account.id with a timestamp', { account: { id: ['x'] }, ...Object(changed([{ gt: '2026-01-01' }])) }],
  ])('are content with the scope of %s', (_name, filters) => {
    expect(() => {
      requireScope(filters);
    }).not.toThrow();
  });

  it.each<[string, unknown]>([
    ['account.id alone', { account: { id: ['x'] } }],
    ['output.id alone', { output: { id: ['x'] } }],
    ['nothing', {}],
  ])('need more than %s', (_name, filters) => {
    expect(() => {
      requireScope(filters);
    }).toThrow('is required');
  });

  it('note what no help page promises', () => {
    const filters = { designFile: { id: 'abcdefgh1234', output: { id: [{ in: ['o1'] }] } } };
    expect(parseFilters(filters).oddities).toEqual([
      'bare value at designFile.id',
      'output under designFile',
      'operator in',
    ]);
  });
});
