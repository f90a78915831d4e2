import fc from 'fast-check';

import { isGeneric } from '../../../cli/probe/generic-words';
import { pseudonymise, pseudonymWords } from '../../../cli/probe/pseudonyms';
import { propertyRuns } from '../../support/property-runs';

const guid = 'A3B4C5D6-1111-4222-8333-944445555666';
const zero = '00000000-0000-0000-0000-000000000000';

const first = (body: unknown): unknown => pseudonymise([body])[0];

/** Every text of a body, and every key that is no name of the interface. */
function textsOf(value: unknown, wireKeys: ReadonlySet<string>): string[] {
  if (typeof value === 'string') return [value];
  if (typeof value !== 'object' || value === null) return [];
  return Object.entries(value).flatMap(([key, part]) => [
    ...(Array.isArray(value) || wireKeys.has(key) ? [] : [key]),
    ...textsOf(part, wireKeys),
  ]);
}

/** Texts as studios have them. */
const someText = fc.oneof(
  fc.string({ minLength: 4 }),
  fc.string({ unit: 'binary', minLength: 4 }),
  fc.uuid(),
  fc.uuid().map((known) => known.toUpperCase()),
  fc.webUrl({ withQueryParameters: true }),
  fc.emailAddress(),
  fc.constantFrom('https://store.example/a?X-Amz-Signature=abcdef', 'SKU-1_front.tif', 'Ann Lee', 'C:\\jobs\\spring'),
  fc.integer({ min: 1_000, max: 99_999_999 }).map((code) => `${code}`),
  fc.integer({ min: 1_000, max: 99_999_999 }).map((code) => `JOB-${code}.psd`),
);
const wireKeys = ['taskId', 'clientName', 'assetLifeCycles', 'fileUrl', 'properties', 'comment'];
const someBody = fc.letrec((tie) => ({
  value: fc.oneof(
    { depthSize: 'small' },
    someText,
    fc.integer(),
    fc.boolean(),
    fc.constant(null),
    fc.array(tie('value'), { maxLength: 4 }),
    fc.dictionary(fc.constantFrom(...wireKeys), tie('value'), { maxKeys: 4 }),
    fc.record({ properties: fc.dictionary(someText, someText, { maxKeys: 4 }) }),
  ),
})).value;

describe('A saved answer', () => {
  it('holds no text of the original', () => {
    const known = new Set(wireKeys);
    const isHarmless = (text: string) =>
      text.length < 4 || isGeneric(text) || pseudonymWords.includes(text.toLowerCase());
    fc.assert(
      fc.property(fc.array(someBody, { maxLength: 3 }), (bodies) => {
        const originals = textsOf(bodies, known).filter((text) => !isHarmless(text));
        const saved = textsOf(pseudonymise(bodies), known).join('\n').toLowerCase();
        expect(originals.filter((text) => saved.includes(text.toLowerCase()))).toEqual([]);
      }),
      { numRuns: propertyRuns(300) },
    );
  });

  it('has the same pseudonym for the same id in every answer, in the letter case of the original', () => {
    const [detail, asset] = pseudonymise([{ assetId: guid, again: guid.toLowerCase() }, [{ assetId: guid }]]);
    const { assetId, again } = detail as { assetId: string; again: string };
    expect(assetId).toMatch(/^[0-9A-F-]{36}$/);
    expect(again).toBe(assetId.toLowerCase());
    expect(asset).toEqual([{ assetId }]);
    expect(assetId).not.toBe(guid);
  });

  it('comes out the same when the same answers are saved again', () => {
    const bodies = [{ jobId: guid, jobName: 'Spring', deadlineUtc: 1_790_000_000_000 }];
    expect(pseudonymise(bodies)).toEqual(pseudonymise(bodies));
  });

  it('keeps what an adapter needs: numbers, flags, usual words, short numbers as text, emptiness', () => {
    const body = { stepStatusId: 2000, isHero: true, kind: 'rejection', fileExtension: '.jpg', dpi: '72', none: null };
    const further = { zero, blank: ' ', list: [], colorProfileName: 'sRGB IEC61966-2.1', backgroundColor: '#FFFFFF' };
    expect(first({ ...body, ...further })).toEqual({ ...body, ...further });
  });

  it('moves instants and keeps the time between them, written as a number, as text and as a date', () => {
    const [begun, later] = [1_790_000_000_000, 1_790_000_060_000];
    expect(first({ begun, later: String(later), date: new Date(later).toISOString() })).toEqual({
      begun: 1_767_225_600_000,
      later: '1767225660000',
      date: '2026-01-01T00:01:00.000Z',
    });
  });

  it('has numbered texts, file names with their extension, and addresses that lead nowhere', () => {
    const url = 'https://store.example/a.tif?X-Amz-Signature=1';
    expect(first({ jobName: 'Spring', fileName: 'SKU-1.tif', again: 'Spring', fileUrl: url })).toEqual({
      jobName: 'text-1',
      fileName: 'text-2.tif',
      again: 'text-1',
      fileUrl: 'https://example.invalid/1',
    });
  });

  it('replaces the names of custom properties too, and ids that are keys', () => {
    const body = first({ properties: { Season: 'SS27', [guid.toLowerCase()]: 7 } });
    const text = JSON.stringify(body);
    expect(text).not.toMatch(/Season|SS27|a3b4c5d6/);
    expect(Object.values((body as { properties: object }).properties)).toEqual(['text-2', 7]);
  });

  it('has long numbers as other numbers, where an id may be written so', () => {
    expect(first({ jobCode: '20260117', maxFileLength: '5000000' })).toEqual({
      jobCode: '1001',
      maxFileLength: '1002',
    });
  });
});
