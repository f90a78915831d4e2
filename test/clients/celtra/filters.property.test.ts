import fc from 'fast-check';

import { validateAssetFormats } from '../../../clients/celtra/request/asset-formats';
import { validateFilters } from '../../../clients/celtra/filters/validate-filters';
import { findViolatedFilter } from '../../../clients/celtra/filters/match-output';
import { formatCeltraTimestamp, isTimestamp, normalizeTimestamps } from '../../../clients/celtra/filters/timestamps';
import { propertyRuns } from '../../support/property-runs';

const inherited = fc.constantFrom('__proto__', 'constructor', 'toString', 'hasOwnProperty');
const key = fc.oneof(
  inherited,
  fc.constantFrom(
    'id',
    'version',
    'name',
    'object',
    'eq',
    'in',
    'lt',
    'lastModificationTimestamp',
    'contentDimensionsByName',
  ),
  fc.string({ maxLength: 4 }),
);
const value = fc.oneof(
  fc.jsonValue({ maxDepth: 2 }),
  fc.constantFrom('2023-03-01T00:00:00Z', '2023-99-99', Number.NaN),
);
const { tree } = fc.letrec<{ tree: unknown; node: unknown }>((tie) => ({
  node: fc.oneof({ maxDepth: 3 }, value, fc.array(fc.oneof(value, tie('tree')), { maxLength: 3 }), tie('tree')),
  tree: fc.dictionary(key, tie('node'), { maxKeys: 4 }),
}));
const filters = fc.dictionary(
  fc.constantFrom('account', 'folder', 'designFile', 'output', 'else'),
  tree,
) as fc.Arbitrary<object>;
const anyOutput = fc.oneof(
  value,
  tree,
  fc.dictionary(fc.constantFrom('account', 'folder', 'designFile', 'name'), tree),
);

describe('Whatever stands in filters', () => {
  it('is either sent or reported as wrong, never an accident', () => {
    fc.assert(
      fc.property(filters, fc.boolean(), (written, undocumentedOperators) => {
        const faults = validateFilters(normalizeTimestamps(written, 'UTC'), { undocumentedOperators });
        for (const fault of faults) expect(fault).not.toMatch(/native code|undefined|\[object Object\]/);
      }),
      { numRuns: propertyRuns(1_000) },
    );
  });

  it('can be held against whatever Celtra answers', () => {
    fc.assert(
      fc.property(filters, anyOutput, fc.boolean(), (written, output, subFolders) => {
        const path = findViolatedFilter(written, output, { subFolders });
        expect(['string', 'undefined']).toContain(typeof path);
      }),
      { numRuns: propertyRuns(1_000) },
    );
  });

  it('and in asset formats', () => {
    fc.assert(
      fc.property(fc.jsonValue({ maxDepth: 4 }), fc.array(fc.string()), (formats, extra) => {
        expect(Array.isArray(validateAssetFormats(formats as object, extra))).toBe(true);
      }),
      { numRuns: propertyRuns(500) },
    );
  });
});

const name = fc.constantFrom('Language', 'Size', 'Count', '__proto__');
const scalar = fc.oneof(fc.constantFrom('en', 'fr', '1:1', ''), fc.integer({ min: -3, max: 3 }));
const dimensions = fc.dictionary(name, scalar, { maxKeys: 3 });

describe('An output', () => {
  it('is excluded by names exactly when none of the accepted values is its own', () => {
    fc.assert(
      fc.property(
        dimensions,
        fc.dictionary(name, fc.array(scalar, { minLength: 1, maxLength: 3 })),
        (own, accepted) => {
          const isMeant = Object.entries(accepted).every(
            ([dimension, values]) =>
              Object.hasOwn(own, dimension) && values.some((one) => String(one) === String(own[dimension])),
          );
          const written = { output: { contentDimensionsByName: accepted } };
          const refusing = findViolatedFilter(written, { id: 'o1', contentDimensionsByName: own });
          expect(refusing === undefined).toBe(isMeant);
        },
      ),
      { numRuns: propertyRuns(1_000) },
    );
  });

  it('is excluded by operators exactly when one of them does not hold', () => {
    const bound = fc.integer({ min: -3, max: 3 });
    const tests = fc.record(
      {
        eq: bound,
        neq: bound,
        gt: bound,
        gte: bound,
        lt: bound,
        lte: bound,
        in: fc.array(bound, { minLength: 1 }),
        nin: fc.array(bound, { minLength: 1 }),
      },
      { requiredKeys: [] },
    );
    fc.assert(
      fc.property(bound, fc.array(tests, { minLength: 1, maxLength: 3 }), (count, alternatives) => {
        const isMeant = alternatives.some(
          (test) =>
            (test.eq === undefined || count === test.eq) &&
            (test.neq === undefined || count !== test.neq) &&
            (test.gt === undefined || count > test.gt) &&
            (test.gte === undefined || count >= test.gte) &&
            (test.lt === undefined || count < test.lt) &&
            (test.lte === undefined || count <= test.lte) &&
            test.in?.includes(count) !== false &&
            !test.nin?.includes(count),
        );
        const written = { output: { contentDimensionsByName: { Count: alternatives } } };
        const printed = { id: 'o1', contentDimensionsByName: { Count: String(count) } };
        expect(findViolatedFilter(written, printed) === undefined).toBe(isMeant);
      }),
      { numRuns: propertyRuns(1_000) },
    );
  });

  it('is excluded by a window of time exactly when it was changed outside', () => {
    const instant = fc.date({
      min: new Date('2023-01-01T00:00:00Z'),
      max: new Date('2023-01-01T00:00:20Z'),
      noInvalidDate: true,
    });
    const zone = fc.constantFrom('UTC', 'Europe/Ljubljana', 'America/New_York');
    fc.assert(
      fc.property(instant, instant, instant, zone, (from, to, changed, timeZone) => {
        const second = (date: Date, round: (number: number) => number) => round(date.getTime() / 1_000);
        const asked = { gte: from.toISOString(), lt: to.toISOString() };
        const written = normalizeTimestamps({ designFile: { lastModificationTimestamp: [asked] } }, timeZone);
        const output = { designFile: { lastModificationTimestamp: formatCeltraTimestamp(changed, timeZone) } };
        const at = second(changed, Math.floor);
        const isMeant = at >= second(from, Math.floor) && at < second(to, Math.ceil);
        expect(findViolatedFilter(written, output) === undefined).toBe(isMeant);
      }),
      { numRuns: propertyRuns(500) },
    );
  });
});

describe('A time stamp', () => {
  it('of any instant is one that may be sent', () => {
    const dates = fc.date({
      min: new Date('0001-01-02T00:00:00Z'),
      max: new Date('9998-12-30T00:00:00Z'),
      noInvalidDate: true,
    });
    fc.assert(
      fc.property(dates, fc.constantFrom('UTC', 'Asia/Kolkata', 'Pacific/Apia'), (date, zone) => {
        expect(isTimestamp(formatCeltraTimestamp(date, zone) ?? '')).toBe(true);
      }),
    );
  });
});
