import fc from 'fast-check';

import { serialiseAuditLine, nextAuditLine, parseAuditLine, type AuditLine } from '../../../domain/audit/audit-chain';
import { entryIdOf } from '../../../domain/audit/audit-entry';
import { auditText } from '../../../domain/audit/audit-text';
import { ChainVerifier, type ChainBreak, type ChainVerifierOptions } from '../../../domain/audit/audit-verifier';
import { anAuditedFile, anEntry } from '../../support/audit-facts';
import { propertyRuns } from '../../support/property-runs';

/** So many lines that follow each other, one a month. */
function chainOf(count: number): AuditLine[] {
  const lines: AuditLine[] = [];
  for (let n = 1; n <= count; n++) {
    const month = String(n).padStart(2, '0');
    lines.push(nextAuditLine(anEntry({ round: n }), lines.at(-1), { recordedAt: `2026-${month}-03T09:15:00.000Z` }));
  }
  return lines;
}

const unkeyed = { studio: 'acme', keys: [] };

/** What a walk over these texts finds; the end is that of the whole chain. */
function walk(texts: readonly string[], options: Partial<ChainVerifierOptions> = {}): ChainBreak | undefined {
  const chain = new ChainVerifier({ ...unkeyed, ...options });
  for (const [index, text] of texts.entries()) {
    const broken = chain.check({ place: `file:${index + 1}`, text });
    if (broken !== undefined) return broken;
  }
  return chain.finish('folder');
}

const whole = chainOf(5);
const texts = whole.map(serialiseAuditLine);
const end = whole.at(-1);

describe('the chain of the audit', () => {
  it('holds when nobody touched it', () => {
    expect(walk(texts, { end })).toBeUndefined();
  });

  it('holds when nothing was recorded yet', () => {
    expect(walk([])).toBeUndefined();
  });

  it('numbers the lines from 1 and gives each the hash of the one before', () => {
    expect(whole.map(({ sequence }) => sequence)).toEqual([1, 2, 3, 4, 5]);
    expect(whole.slice(1).map(({ previous }) => previous)).toEqual(whole.slice(0, -1).map(({ hash }) => hash));
  });

  it('shows any change of a single character, and in which line', () => {
    fc.assert(
      fc.property(fc.nat(), fc.nat(), fc.string({ minLength: 0, maxLength: 1 }), (which, where, character) => {
        const line = which % texts.length;
        const text = texts[line] ?? '';
        const at = where % text.length;
        fc.pre(text[at] !== character);
        const changed = texts.with(line, text.slice(0, at) + character + text.slice(at + 1));
        expect(walk(changed, { end })?.place).toBe(`file:${line + 1}`);
      }),
      { numRuns: propertyRuns(500) },
    );
  });

  it('shows any character that was put in', () => {
    fc.assert(
      fc.property(fc.nat(), fc.nat(), fc.string({ minLength: 1, maxLength: 1 }), (which, where, character) => {
        const line = which % texts.length;
        const text = texts[line] ?? '';
        const at = where % (text.length + 1);
        const changed = texts.with(line, text.slice(0, at) + character + text.slice(at));
        expect(walk(changed, { end })?.place).toBe(`file:${line + 1}`);
      }),
      { numRuns: propertyRuns(300) },
    );
  });

  it('shows any set of lines that was removed', () => {
    fc.assert(
      fc.property(fc.subarray(texts, { maxLength: texts.length - 1 }), (left) => {
        expect(walk(left, { end })).toBeDefined();
      }),
    );
  });

  it('shows any other order of the lines', () => {
    const orders = fc.shuffledSubarray(texts, { minLength: texts.length });
    fc.assert(
      fc.property(orders, (order) => {
        fc.pre(order.some((text, index) => text !== texts[index]));
        expect(walk(order, { end })).toBeDefined();
      }),
    );
  });

  it('shows a line that stands there twice', () => {
    expect(walk([...texts.slice(0, 2), texts[1] ?? '', ...texts.slice(2)], { end })).toEqual({
      place: 'file:3',
      message: 'Line 2 is where line 3 should be: lines were moved or repeated.',
    });
  });

  it('shows a line that was rewritten with a hash of its own that fits', () => {
    const forged = nextAuditLine(anEntry({ round: 3, sentence: 'forged' }), whole[1], {
      recordedAt: '2026-03-03T09:15:00.000Z',
    });
    expect(walk(texts.with(2, serialiseAuditLine(forged)), { end })?.message).toContain(
      'Line 4 does not follow the line before',
    );
  });

  it('shows a last line that was rewritten', () => {
    const forged = nextAuditLine(anEntry({ round: 5, sentence: 'forged' }), whole[3], {
      recordedAt: '2026-05-03T09:15:00.000Z',
    });
    expect(walk(texts.with(4, serialiseAuditLine(forged)), { end })?.message).toContain('it was replaced');
  });

  it('shows lines that were removed at the end', () => {
    expect(walk(texts.slice(0, 3), { end })).toEqual({
      place: 'folder',
      message:
        'Line 5 was written, but the last one here is line 3: lines were removed at the end, or a worker was ended while it wrote.',
    });
  });

  it('shows that the note of the last line is gone', () => {
    expect(walk(texts)?.message).toContain('The head file is missing or was changed');
  });

  it('says of a chain without its beginning how it can be verified all the same', () => {
    expect(walk(texts.slice(2), { end })?.message).toContain('The chain begins with line 3');
    expect(walk(texts.slice(2), { end, fromMonth: '2026-03' })).toBeUndefined();
  });

  it('passes over the months before the one that is named', () => {
    const options = { end, fromMonth: '2026-04' };
    const chain = new ChainVerifier({ ...unkeyed, ...options });
    for (const text of texts) expect(chain.check({ place: 'x', text })).toBeUndefined();
    expect(chain.finish('x')).toBeUndefined();
    expect(chain.lines).toBe(2);
  });

  it('shows a chain that was rewritten as a whole to whoever kept a hash', () => {
    const expected = whole[2]?.hash ?? '';
    expect(walk(texts, { end, expected })).toBeUndefined();
    const anew = [
      nextAuditLine(anEntry({ sentence: 'forged' }), undefined, { recordedAt: '2026-01-03T09:15:00.000Z' }),
    ];
    expect(walk(anew.map(serialiseAuditLine), { end: anew[0], expected })?.message).toContain(
      `No line has the hash ${expected}`,
    );
  });

  it('shows a line without an end', () => {
    const chain = new ChainVerifier(unkeyed);
    expect(chain.check({ place: 'file:1', text: undefined })?.message).toContain('cut off');
  });

  it.each(['null', '[]', '{}', '{"sequence":1}'])('reads %s as a fault, not as a line', (text) => {
    expect(parseAuditLine(text, [])).toHaveProperty('fault');
  });
});

describe('the id of an entry', () => {
  it('is the same whenever and in whatever order its files are written', () => {
    const [one, other] = [anAuditedFile(), anAuditedFile({ expectedKey: 'shot-2/spec-1', assetId: 'asset-2' })];
    const again = anEntry({ files: [other, one], at: '2026-11-04T00:00:00.000Z', sentence: 'Again.' });
    expect(entryIdOf(again)).toBe(entryIdOf(anEntry({ files: [one, other] })));
  });

  it.each([
    ['round', anEntry({ round: 1 })],
    ['run', anEntry({ run: 'run-2' })],
    ['event', anEntry({ event: 'cancelled' })],
    ['file', anEntry({ files: [anAuditedFile({ assetId: 'asset-9' })] })],
  ])('is another one for another %s', (_, entry) => {
    expect(entryIdOf(entry)).not.toBe(entryIdOf(anEntry()));
  });
});

describe('a line of the audit for people', () => {
  it('says what left, where it came from, and which attempt took effect', () => {
    const file = anAuditedFile({
      fetchedAt: '2026-11-03T09:14:01.000Z',
      uploadedAt: '2026-11-03T09:15:00.000Z',
      attempts: { download: 1, upload: 2 },
      findings: ['the spec asks for 300 dpi'],
      conversions: [{ what: 'flattened on #ffffff', sha256Before: 'aa', sha256After: 'bb' }],
    });
    const acts = [
      { kind: 'skip output', by: 'ann', at: '2026-11-03T09:00:00.000Z', what: 'skips Back, Feed', reason: 'sold out' },
    ] as const;
    const text = auditText(
      nextAuditLine(anEntry({ files: [file], actions: acts }), undefined, { recordedAt: '2026-11-03T09:15:01.000Z' }),
    ).join('\n');
    expect(text).toContain('round 0, delivered, 1 file');
    expect(text).toContain('attempt 1 of 2 took effect (the task showed the files');
    expect(text).toContain('front-feed.jpg, 1080 × 1350 pixels, 12345 bytes, submitted');
    expect(text).toContain('recipe spring-social (abcdef01), key Front/Feed');
    expect(text).toContain('Celtra output output-1, version v7; Creative Force asset asset-1');
    expect(text).toContain('fetched at 2026-11-03 09:14 UTC; stored at 2026-11-03 09:15 UTC, begun 2 times');
    expect(text).toContain('found: the spec asks for 300 dpi');
    expect(text).toContain('changed: flattened on #ffffff');
    expect(text).toContain('ann (said): skips Back, Feed (sold out)');
  });

  it('names the file of an output, the texts that were kept, and what is known of a film', () => {
    const file = anAuditedFile({
      ...{ format: 'mp4', framesPerSecond: 25, seconds: 6.04 },
      ...{ assetKey: 'cards.2c3d.video', texts: { headline: 'Sale' } },
    });
    const text = auditText(
      nextAuditLine(anEntry({ files: [file] }), undefined, { recordedAt: '2026-11-03T09:15:01.000Z' }),
    ).join('\n');
    expect(text).toContain('1080 × 1350 pixels, 25 frames per second, 6.04 s, 12345 bytes');
    expect(text).toContain('Celtra output output-1, asset cards.2c3d.video, version v7;');
    expect(text).toContain('text headline: "Sale"');
  });
});
