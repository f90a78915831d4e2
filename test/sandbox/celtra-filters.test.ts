import { parseFilters, requireScope } from '../../sandbox/celtra/filters';
import { celtraDefaults } from '../../sandbox/celtra/options';

/** One output, with the names that the help page uses in its examples. */
const facts = {
  account: { id: 'fe33bb6a', name: 'Acme' },
  folder: { id: 'f1', name: 'Campaigns', customAttributesByName: { Brand: 'Acme' } },
  designFile: {
    id: 'b6bc20ae',
    name: 'Spring',
    lastModificationTimestamp: '2023-03-14 09:26:53',
    contentBlobHash: 'h1',
    customAttributesByName: { Season: 'SS23' },
    version: [{ id: 'b6bc20ae', contentBlobHash: 'h1' }],
  },
  output: {
    id: 'o1',
    name: null,
    customLayoutDimensions: { l1: { id: 'l1', name: 'Layout', value: { id: 'v1', name: 'Square' } } },
    contentDimensions: { d1: { id: 'd1', name: 'Language', value: { id: 'v2', name: 'en' }, attributes: {} } },
    mediaLineItemAttributes: { s1: { id: 's1', name: 'Size', value: { id: 'v3', name: 'Feed 1:1' } } },
    customLayoutDimensionsByName: { Layout: 'Square' },
    contentDimensionsByName: { Language: 'en', Product: 'ACM-1000' },
    mediaLineItemAttributesByName: { Size: 'Feed 1:1' },
    contentAttributesByName: { Product: { Price: '€ 1' } },
    activation: null,
    mediaLineItem: { id: 'm1', name: 'Feed', formatRegistrationId: 'com.celtra.image' },
  },
};
const activated = {
  ...facts,
  output: { ...facts.output, activation: { id: 'a1', name: 'Spring', markedAsTemplate: false } },
};
const changed = (window: unknown): Record<string, unknown> => ({ designFile: { lastModificationTimestamp: window } });
const output = (part: unknown): Record<string, unknown> => ({ output: part });
const language = (values: unknown): Record<string, unknown> =>
  output({ contentDimensionsByName: { Language: values } });

describe("the filters of Celtra's stand-in", () => {
  it("find the seed's worked example", () => {
    const filters = {
      account: { id: ['fe33bb6a'] },
      designFile: { id: ['b6bc20ae'], lastModificationTimestamp: [{ gt: '2023-03-01 00:00:00' }] },
      output: {
        mediaLineItem: { formatRegistrationId: ['com.celtra.image'] },
        contentDimensionsByName: { Language: ['en', 'fr'] },
      },
    };
    const french = { ...facts, output: { ...facts.output, contentDimensionsByName: { Language: 'fr' } } };
    const german = { ...facts, output: { ...facts.output, contentDimensionsByName: { Language: 'de' } } };
    const { matches } = parseFilters(filters);
    expect([facts, french, german].map((candidate) => matches(candidate))).toEqual([true, true, false]);
  });

  describe('judge scalars and paths:', () => {
    it.each<[string, unknown, boolean]>([
      ['account.id', { account: { id: ['fe33bb6a'] } }, true],
      ['another account.id', { account: { id: ['fe33bb6b'] } }, false],
      ['folder.id', { folder: { id: ['f1'] } }, true],
      ['another folder.id', { folder: { id: ['f2'] } }, false],
      ['designFile.id', { designFile: { id: ['b6bc20ae'] } }, true],
      ['another designFile.id', { designFile: { id: ['x'] } }, false],
      ['an id in another letter case', { designFile: { id: ['B6BC20AE'] } }, false],
      ['a part of an id', { designFile: { id: ['b6bc'] } }, false],
      ['output.id', output({ id: ['o1'] }), true],
      ['null for a null name', output({ name: [null] }), true],
      ['a name for a null name', output({ name: ['x'] }), false],
      ['a format', output({ mediaLineItem: { formatRegistrationId: ['com.celtra.image'] } }), true],
      ['another format', output({ mediaLineItem: { formatRegistrationId: ['com.celtra.video'] } }), false],
      ['null for no activation', output({ activation: [null] }), true],
      ['an activation that is not there', output({ activation: { id: ['a1'] } }), false],
      ['a number where a text is', { designFile: { id: [7] } }, false],
      ['a truth value where a text is', { designFile: { id: [true] } }, false],
    ])('%s', (_name, filters, isMatch) => {
      expect(parseFilters(filters).matches(facts)).toBe(isMatch);
    });

    it.each<[string, unknown, boolean]>([
      ['its id', output({ activation: { id: ['a1'] } }), true],
      ['whether it is a template', output({ activation: { markedAsTemplate: [false] } }), true],
      ['null', output({ activation: [null] }), false],
    ])('of an activation, %s', (_name, filters, isMatch) => {
      expect(parseFilters(filters).matches(activated)).toBe(isMatch);
    });
  });

  describe('judge alternatives (OR) and conditions together (AND):', () => {
    it.each<[string, unknown, boolean]>([
      ['the first of two values', language(['en', 'fr']), true],
      ['the second of two values', language(['fr', 'en']), true],
      ['none of two values', language(['fr', 'de']), false],
      ['a scalar or an operator', language(['fr', { eq: 'en' }]), true],
      ['null or a value', output({ name: ['x', null] }), true],
      ['two windows, of which the second fits', changed([{ lt: '2020-01-01' }, { gte: '2023-03-14 00:00:00' }]), true],
      ['two windows, of which none fits', changed([{ lt: '2020-01-01' }, { gt: '2023-04-01' }]), false],
      ['two siblings that hold', { designFile: { id: ['b6bc20ae'] }, output: { id: ['o1'] } }, true],
      ['two siblings of which one fails', { designFile: { id: ['b6bc20ae'] }, output: { id: ['o2'] } }, false],
      ['two names that hold', output({ contentDimensionsByName: { Language: ['en'], Product: ['ACM-1000'] } }), true],
      [
        'two names of which one fails',
        output({ contentDimensionsByName: { Language: ['en'], Product: ['x'] } }),
        false,
      ],
      ['operators that hold', changed([{ gte: '2023-03-01 00:00:00', lt: '2023-04-01 00:00:00' }]), true],
      ['operators of which one fails', changed([{ gte: '2023-03-01 00:00:00', lt: '2023-03-02 00:00:00' }]), false],
      ['an empty tree, which asks for nothing', {}, true],
    ])('%s', (_name, filters, isMatch) => {
      expect(parseFilters(filters).matches(facts)).toBe(isMatch);
    });
  });

  describe('judge operators:', () => {
    const at = '2023-03-14 09:26:53';
    it.each<[string, unknown, boolean]>([
      ['eq, the same', changed([{ eq: at }]), true],
      ['eq, another', language([{ eq: 'fr' }]), false],
      ['eq null', output({ name: [{ eq: null }] }), true],
      ['gt, earlier', changed([{ gt: '2023-03-14 09:26:52' }]), true],
      ['gt, the same', changed([{ gt: at }]), false],
      ['gte, the same', changed([{ gte: at }]), true],
      ['gte, later', changed([{ gte: '2023-03-14 09:26:54' }]), false],
      ['lt, later', changed([{ lt: '2023-03-14 09:26:54' }]), true],
      ['lt, the same', changed([{ lt: at }]), false],
      ['lte, the same', changed([{ lte: at }]), true],
      ['lte, earlier', changed([{ lte: '2023-03-14 09:26:52' }]), false],
      ['gt, on texts', language([{ gt: 'em' }]), true],
      ['gt, on nothing', output({ name: [{ gt: 'a' }] }), false],
      ['gt, of another type', language([{ gt: 1 }]), false],
      ['lte a date: its midnight', changed([{ lte: '2023-03-14' }]), false],
      ['gte a date: its midnight', changed([{ gte: '2023-03-14' }]), true],
      ["the page's window by dates", changed([{ gt: '2023-03-01', lte: '2023-03-31' }]), true],
      ['neq, another', output({ id: [{ neq: 'o2' }] }), true],
      ['neq, the same', output({ id: [{ neq: 'o1' }] }), false],
      ['in', output({ id: [{ in: ['o1', 'o2'] }] }), true],
      ['in, not among them', output({ id: [{ in: ['o2', 'o3'] }] }), false],
      ['nin', output({ id: [{ nin: ['o1', 'o2'] }] }), false],
      ['nin, not among them', output({ id: [{ nin: ['o2'] }] }), true],
    ])('%s', (_name, filters, isMatch) => {
      expect(parseFilters(filters).matches(facts)).toBe(isMatch);
    });

    it('gte of a date includes its midnight, gt does not', () => {
      const midnight = { designFile: { lastModificationTimestamp: '2023-03-14 00:00:00' } };
      const window = (operator: string): unknown => changed([{ [operator]: '2023-03-14' }]);
      expect(['gte', 'gt', 'eq'].map((operator) => parseFilters(window(operator)).matches(midnight))).toEqual([
        true,
        false,
        true,
      ]);
    });
  });

  describe('judge sub-objects by "object":', () => {
    it.each<[string, unknown, boolean]>([
      ['with a list', { designFile: [{ object: { id: ['b6bc20ae'] } }] }, true],
      ['with a plain value', { designFile: [{ object: { id: 'b6bc20ae' } }] }, true],
      ['with a plain value that differs', { designFile: [{ object: { id: 'x' } }] }, false],
      [
        'two parts that hold',
        { designFile: [{ object: { id: 'b6bc20ae', lastModificationTimestamp: [{ gt: '2023-01-01' }] } }] },
        true,
      ],
      [
        'two parts of which one fails',
        { designFile: [{ object: { id: 'b6bc20ae', lastModificationTimestamp: [{ gt: '2024-01-01' }] } }] },
        false,
      ],
      [
        'one of two: a window for each project',
        {
          designFile: [
            { object: { id: 'other', lastModificationTimestamp: [{ gt: '2023-01-01' }] } },
            { object: { id: 'b6bc20ae', lastModificationTimestamp: [{ gt: '2023-02-01' }] } },
          ],
        },
        true,
      ],
      [
        'windows in the wrong projects',
        {
          designFile: [
            { object: { id: 'other', lastModificationTimestamp: [{ gt: '2023-01-01' }] } },
            { object: { id: 'b6bc20ae', lastModificationTimestamp: [{ gt: '2024-01-01' }] } },
          ],
        },
        false,
      ],
      ['of a map', output({ contentDimensionsByName: [{ object: { Language: 'en' } }] }), true],
      [
        'of a value in a map by id',
        output({ contentDimensions: { d1: { value: [{ object: { name: 'en' } }] } } }),
        true,
      ],
      ['or null', output({ activation: [{ object: { id: 'a1' } }, null] }), true],
    ])('%s', (_name, filters, isMatch) => {
      expect(parseFilters(filters).matches(facts)).toBe(isMatch);
    });
  });

  describe('judge maps:', () => {
    it.each<[string, unknown, boolean]>([
      ['content by name', language(['en']), true],
      ['a value in another letter case', language(['EN']), false],
      ['a name in another letter case', output({ contentDimensionsByName: { language: ['en'] } }), false],
      ['a name that no output has', output({ contentDimensionsByName: { Country: ['x'] } }), false],
      ['null for a name that is not there', output({ contentDimensionsByName: { Country: [null] } }), true],
      ['a name that every JavaScript object has', output({ contentDimensionsByName: { constructor: [null] } }), true],
      ['layout by name', output({ customLayoutDimensionsByName: { Layout: ['Square'] } }), true],
      ['attributes of the line item by name', output({ mediaLineItemAttributesByName: { Size: ['Feed 1:1'] } }), true],
      ['attributes of content, two levels', output({ contentAttributesByName: { Product: { Price: ['€ 1'] } } }), true],
      ["a folder's custom attribute", { folder: { customAttributesByName: { Brand: ['Acme'] } } }, true],
      ["a project's custom attribute", { designFile: { customAttributesByName: { Season: ['SS24'] } } }, false],
      ['content by id', output({ contentDimensions: { d1: { value: { id: ['v2'] } } } }), true],
      ['content by another id', output({ contentDimensions: { d2: { value: { id: ['v2'] } } } }), false],
      ['layout by id and name', output({ customLayoutDimensions: { l1: { value: { name: ['Square'] } } } }), true],
    ])('%s', (_name, filters, isMatch) => {
      expect(parseFilters(filters).matches(facts)).toBe(isMatch);
    });
  });

  describe('judge pins:', () => {
    const pin = (...versions: unknown[]): unknown => ({ designFile: { version: versions } });
    it.each<[string, unknown, boolean]>([
      ['the version', pin({ id: 'b6bc20ae', contentBlobHash: 'h1' }), true],
      ['another version', pin({ id: 'b6bc20ae', contentBlobHash: 'h0' }), false],
      ["another project's version of that hash", pin({ id: 'x', contentBlobHash: 'h1' }), false],
      ['one of two', pin({ id: 'x', contentBlobHash: 'h9' }, { id: 'b6bc20ae', contentBlobHash: 'h1' }), true],
      ['inside a sub-object', { designFile: [{ object: { version: [{ contentBlobHash: 'h1' }] } }] }, true],
    ])('%s', (_name, filters, isMatch) => {
      expect(parseFilters(filters).matches(facts)).toBe(isMatch);
    });
  });

  it('find output under designFile as well', () => {
    expect(parseFilters({ designFile: { output: { id: ['o1'] } } }).matches(facts)).toBe(true);
    expect(parseFilters({ designFile: { output: { id: ['o2'] } } }).matches(facts)).toBe(false);
  });

  it('take a bare value for a list of one', () => {
    expect(parseFilters({ designFile: { id: 'b6bc20ae' } }).matches(facts)).toBe(true);
  });

  it.each<[string, unknown]>([
    ['a list', []],
    ['a text', 'x'],
    ['nothing', undefined],
    ['status', output({ status: ['finished'] })],
    ['status inside a sub-object', { output: [{ object: { status: 'finished' } }] }],
    ['previewUrl', output({ previewUrl: ['x'] })],
    ['assets', output({ assets: { image: { width: [1] } } })],
    ['an output property at the root', { mediaLineItem: { formatRegistrationId: ['x'] } }],
    ['an unknown path', { designFile: { nothing: ['x'] } }],
    ['an unknown path deep down', output({ mediaLineItem: { format: ['x'] } })],
    ['an unknown path inside a sub-object', { designFile: [{ object: { nothing: 'x' } }] }],
    ['a path that goes on behind a value', { designFile: { id: { length: [8] } } }],
    ['an object as a value', { account: ['fe33bb6a'] }],
    ['an empty list', { designFile: { id: [] } }],
    ['an object without operators', { designFile: { id: [{}] } }],
    ['an operator without a list around it', changed({ gt: '2023-01-01' })],
    ['an unknown operator', { designFile: { id: [{ like: 'x' }] } }],
    ['an operator with a list', { designFile: { id: [{ eq: ['x'] }] } }],
    ['"in" without a list', { designFile: { id: [{ in: 'x' }] } }],
    ['"object" without an object', { designFile: [{ object: 'x' }] }],
    ['"object" on a value', { designFile: { id: [{ object: { x: 'y' } }] } }],
    ['a list in a list', { designFile: { id: [['x']] } }],
    ['a timestamp with T and Z', changed([{ gt: '2026-03-01T00:00:00Z' }])],
    ['a timestamp with a fraction', changed([{ gt: '2026-03-01 00:00:00.5' }])],
    ['a timestamp that is a number', changed([{ gt: 1_772_323_200 }])],
    ['a pin that is a text', { designFile: { version: ['h1'] } }],
    ['a pin with operators', { designFile: { version: [{ contentBlobHash: { eq: 'h1' } }] } }],
    ['a pin of something else', { designFile: { version: [{ name: 'x' }] } }],
  ])('refuse %s', (_name, filters) => {
    expect(() => parseFilters(filters)).toThrow(/^filters[.:]/);
  });

  it('refuse what a setting forbids', () => {
    const strict = {
      ...celtraDefaults,
      outputUnderDesignFile: 'refused',
      bareLeaves: 'refused',
      typedOperators: 'refused',
    } as const;
    const forbidden = [
      { designFile: { output: { id: ['o1'] } } },
      { designFile: { id: 'x' } },
      { output: { id: [{ nin: ['x'] }] } },
    ];
    for (const filters of forbidden) expect(() => parseFilters(filters, strict)).toThrow(/^filters\./);
    expect(parseFilters({ designFile: [{ object: { id: 'b6bc20ae' } }] }, strict).matches(facts)).toBe(true);
  });

  it.each<[string, unknown]>([
    ['designFile.id', { designFile: { id: ['x'] } }],
    ['folder.id', { folder: { id: ['x'] } }],
    ['designFile.version', { designFile: { version: [{ id: 'x' }] } }],
    ['account.id with a timestamp', { account: { id: ['x'] }, ...changed([{ gt: '2026-01-01' }]) }],
    ['sub-objects that each name a project', { designFile: [{ object: { id: 'x' } }, { object: { id: 'y' } }] }],
  ])('are content with the scope of %s', (_name, filters) => {
    expect(() => {
      requireScope(filters);
    }).not.toThrow();
  });

  it.each<[string, unknown]>([
    ['account.id alone', { account: { id: ['x'] } }],
    ['a timestamp alone', changed([{ gt: '2026-01-01' }])],
    ['output.id alone', output({ id: ['x'] })],
    ['a name of the project', { designFile: { name: ['x'] } }],
    ['output.id under designFile', { designFile: { output: { id: ['x'] } } }],
    ['sub-objects of which one names no project', { designFile: [{ object: { id: 'x' } }, { object: { name: 'y' } }] }],
    ['nothing', {}],
  ])('need more than %s', (_name, filters) => {
    expect(() => {
      requireScope(filters);
    }).toThrow('is required');
  });

  it('note what no help page promises', () => {
    const filters = { designFile: { id: 'b6bc20ae', name: ['x'], output: { id: [{ in: ['o1'] }] } } };
    expect(parseFilters(filters).undocumented).toEqual([
      'bare value at designFile.id',
      'filter on designFile.name',
      'output under designFile',
      'operator in',
    ]);
  });

  it.each<[string, unknown, readonly string[] | undefined]>([
    ['ids', { designFile: { id: ['x', 'y'] } }, ['x', 'y']],
    ['versions', { designFile: { version: [{ id: 'x', contentBlobHash: 'h1' }, { id: 'y' }] } }, ['x', 'y']],
    ['an id by an operator', { designFile: { id: ['x', { gt: 'y' }] } }, undefined],
    ['sub-objects', { designFile: [{ object: { id: 'x' } }, { object: { version: [{ id: 'y' }] } }] }, undefined],
    ['an empty list', { designFile: { id: [] } }, undefined],
    ['a folder', { folder: { id: ['x'] } }, undefined],
  ])('know the only projects that can match by %s', (_name, filters, expected) => {
    const { designIds } = parseFilters(filters, { ...celtraDefaults, emptyLeaf: 'matches all' });
    expect(designIds && [...designIds]).toEqual(expected);
  });
});
