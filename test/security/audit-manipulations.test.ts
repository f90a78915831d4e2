import { cp, mkdir, mkdtemp, readFile, readdir, rename, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';

import type { AuditLog } from '../../activities';
import { createAuditLog } from '../../activities/audit/audit-activities';
import { createBucketAudit } from '../../activities/audit/bucket-audit';
import { verifyStudio } from '../../cli/audit/verify-studio';
import { nextAuditLine, parseAuditLine, serialiseAuditLine, type AuditLine } from '../../domain/audit/audit-chain';
import type { NotedLine } from '../../domain/audit/audit-verifier';
import { memoryBucket } from '../clients/store/memory-bucket';
import { anEntry } from '../support/audit-facts';
import { notTheClock } from '../support/clock';

/** Each manipulation of an audit, by somebody who can write there and has not its key, is noticed by `audit verify`. */

const KEYS = ['the-key-of-these-tests'];
const MONTHS = ['2026-09', '2026-10', '2026-11'] as const;
const LINES_OF = { acme: 6, other: 3 };

let original: string;
let work: string;
let folder: string;
let notes: Readonly<Record<string, readonly NotedLine[]>>;

beforeAll(async () => {
  original = await mkdtemp(path.join(tmpdir(), 'extpost-audit-original-'));
  const log = createAuditLog({ folder: original }, KEYS);
  const noted: Record<string, NotedLine[]> = {};
  jest.useFakeTimers({ doNotFake: [...notTheClock] });
  for (const month of MONTHS) {
    jest.setSystemTime(Date.parse(`${month}-05T09:00:00Z`));
    for (const studio of ['acme', 'acme', 'other']) {
      const receipt = await log.append(anEntry({ studio, run: `run-${noted[studio]?.length ?? 0}` }));
      noted[studio] = [...(noted[studio] ?? []), { ...receipt, notedBy: 'a run in Temporal' }];
    }
  }
  jest.useRealTimers();
  notes = noted;
});
afterAll(() => rm(original, { recursive: true }));

beforeEach(async () => {
  work = await mkdtemp(path.join(tmpdir(), 'extpost-audit-changed-'));
  folder = path.join(work, 'audit');
  await cp(original, folder, { recursive: true });
});
afterEach(() => rm(work, { recursive: true }));

async function verify(log: AuditLog, compares: boolean): Promise<readonly string[]> {
  const results = [];
  for (const studio of Object.keys(LINES_OF)) {
    const outside = { noted: notes[studio] ?? [], waiting: 0 };
    results.push(await verifyStudio(log, studio, compares ? { notes: outside } : {}));
  }
  return results.flatMap(({ broken }) => broken?.message ?? []);
}

const fileOf = (month: string, studio = 'acme') => path.join(folder, studio, `${month}.jsonl`);
const headOf = (studio = 'acme') => path.join(folder, studio, 'head.json');

async function linesOf(month: string, studio = 'acme'): Promise<string[]> {
  return (await readFile(fileOf(month, studio), 'utf8')).trimEnd().split('\n');
}

async function write(month: string, lines: readonly string[], studio = 'acme'): Promise<void> {
  await writeFile(fileOf(month, studio), lines.map((line) => `${line}\n`).join(''));
}

async function change(month: string, how: (lines: string[]) => readonly string[]): Promise<void> {
  await write(month, how(await linesOf(month)));
}

/** Makes a line the last one that the head file knows. */
async function setHead(month: string, line: string, studio = 'acme'): Promise<void> {
  await writeFile(headOf(studio), JSON.stringify({ file: `${month}.jsonl`, offset: 0, line }));
}

function forged(text: string | undefined, keys: readonly string[], last?: AuditLine): string {
  const line = parseAuditLine(text ?? '', KEYS);
  if ('fault' in line) throw new Error(line.fault);
  const { entry, recordedAt, month, sequence, previous } = line;
  const before = last ?? { sequence: sequence - 1, hash: previous };
  return serialiseAuditLine(
    nextAuditLine({ ...entry, sentence: 'Forged.' }, sequence === 1 ? undefined : before, { recordedAt, month, keys }),
  );
}

/** Writes acme's whole chain again with other words, and its head. */
async function rewriteAll(keys: readonly string[]): Promise<void> {
  let last: AuditLine | undefined;
  for (const month of MONTHS) {
    const again: string[] = [];
    for (const text of await linesOf(month)) {
      again.push(forged(text, keys, last));
      last = JSON.parse(again.at(-1) ?? '') as AuditLine;
    }
    await write(month, again);
  }
  if (last !== undefined) await setHead('2026-11', serialiseAuditLine(last));
}

type Manipulation = readonly [what: string, shownBy: 'lines' | 'notes', change: () => unknown, why: string];

const manipulations: readonly Manipulation[] = [
  [
    'a byte of a line',
    'lines',
    () => change('2026-10', (all) => all.map((one) => one.replace('front', 'frond'))),
    'HMAC does not match',
  ],
  [
    'a line and its hash, without a key',
    'lines',
    () => change('2026-10', ([one, ...rest]) => [forged(one, []), ...rest]),
    'written without a key',
  ],
  [
    'a line and its hash, with another key',
    'lines',
    () => change('2026-10', ([one, ...rest]) => [forged(one, ['another-key-0000']), ...rest]),
    'not among audit.keys',
  ],
  ['all lines, without a key', 'lines', () => rewriteAll([]), 'written without a key'],
  ['all lines, with another key', 'lines', () => rewriteAll(['another-key-0000']), 'not among audit.keys'],
  [
    'the name of the key',
    'lines',
    () => change('2026-10', (all) => all.map((one) => one.replace(/"key":"\w{8}"/, '"key":"00000000"'))),
    'not among audit.keys',
  ],
  [
    'the spelling of a line',
    'lines',
    () => change('2026-10', (all) => all.map((one) => one.replace('{', '{ '))),
    'not in canonical form',
  ],
  [
    'the end of a line',
    'lines',
    async () => writeFile(fileOf('2026-11'), (await readFile(fileOf('2026-11'), 'utf8')).trimEnd()),
    'cut off',
  ],
  ['the first line, removed', 'lines', () => change('2026-09', (all) => all.slice(1)), 'The chain begins with line 2'],
  [
    'a line in the middle, removed',
    'lines',
    () => change('2026-10', (all) => all.slice(1)),
    'Line 3 was removed or moved',
  ],
  [
    'the last line, removed',
    'lines',
    () => change('2026-11', (all) => all.slice(0, -1)),
    'Line 6 was written, but the last one here is line 5',
  ],
  [
    'the last line, removed, and the head',
    'lines',
    async () => {
      await change('2026-11', (all) => all.slice(0, -1));
      await rm(headOf());
    },
    'Line 6 was written, as a run in Temporal',
  ],
  [
    'the last line, removed, and the head set back',
    'notes',
    async () => {
      const [fifth = ''] = await linesOf('2026-11');
      await write('2026-11', [fifth]);
      await setHead('2026-11', fifth);
    },
    'Line 6 was written, as a run in Temporal has noted, but the last one here is line 5',
  ],
  [
    'the head, set ahead',
    'lines',
    async () =>
      setHead(
        '2026-11',
        forged((await linesOf('2026-11'))[1], KEYS, { sequence: 8, hash: 'a'.repeat(64) } as AuditLine),
      ),
    'Line 9 was written, but',
  ],
  [
    'the last month, removed, and the head set back',
    'notes',
    async () => {
      await rm(fileOf('2026-11'));
      await setHead('2026-10', (await linesOf('2026-10'))[1] ?? '');
    },
    'but the last one here is line 4',
  ],
  ['a month in the middle, removed', 'lines', () => rm(fileOf('2026-10')), 'Line 3 was removed or moved'],
  ['the first month, removed', 'lines', () => rm(fileOf('2026-09')), 'The chain begins with line 3'],
  [
    'a month, renamed to a later one',
    'lines',
    () => rename(fileOf('2026-11'), fileOf('2026-12')),
    'was written into the file of 2026-11',
  ],
  [
    'all months, renamed to earlier ones',
    'lines',
    async () => {
      for (const [index, month] of MONTHS.entries()) await rename(fileOf(month), fileOf(`2025-0${index + 1}`));
    },
    'was written into the file of 2026-09',
  ],
  [
    'lines, moved into the file of another month',
    'lines',
    async () => {
      await write('2026-10', [...(await linesOf('2026-10')), ...(await linesOf('2026-11'))]);
      await rm(fileOf('2026-11'));
    },
    'was written into the file of 2026-11',
  ],
  ['the order of lines', 'lines', () => change('2026-10', (all) => all.reverse()), 'Line 3 was removed or moved'],
  [
    'a line, repeated',
    'lines',
    () => change('2026-10', ([one = '', ...rest]) => [one, one, ...rest]),
    'Line 3 is where line 4 should be',
  ],
  [
    'a line of another studio, put in',
    'lines',
    async () => {
      const [, second = ''] = await linesOf('2026-10', 'other').then((all) => ['', ...all]);
      await change('2026-10', (all) => [second, ...all]);
    },
    'belongs to the studio other',
  ],
  [
    'the chains of two studios, swapped',
    'lines',
    async () => {
      await rename(path.join(folder, 'acme'), path.join(folder, 'third'));
      await rename(path.join(folder, 'other'), path.join(folder, 'acme'));
      await rename(path.join(folder, 'third'), path.join(folder, 'other'));
    },
    'belongs to the studio',
  ],
  [
    'the chain of another studio, copied over one',
    'lines',
    async () => {
      await rm(path.join(folder, 'acme'), { recursive: true });
      await cp(path.join(folder, 'other'), path.join(folder, 'acme'), { recursive: true });
    },
    'belongs to the studio other',
  ],
  [
    'the folder of a studio, removed',
    'notes',
    () => rm(path.join(folder, 'acme'), { recursive: true }),
    'but no line is here',
  ],
  ['everything, removed', 'notes', () => rm(folder, { recursive: true }), 'but no line is here'],
  [
    'everything, emptied',
    'notes',
    async () => {
      await rm(folder, { recursive: true });
      await mkdir(path.join(folder, 'acme'), { recursive: true });
      await mkdir(path.join(folder, 'other'));
    },
    'but no line is here',
  ],
  [
    'an older backup, put back',
    'notes',
    async () => {
      await rm(fileOf('2026-11'));
      await rm(fileOf('2026-10'));
      await setHead('2026-09', (await linesOf('2026-09'))[1] ?? '');
    },
    'but the last one here is line 2',
  ],
];

describe('a manipulation of the audit in a folder', () => {
  it.each(['with', 'without'])('is not seen where there is none, %s what Temporal knows', async (how) => {
    expect(await verify(createAuditLog({ folder }, KEYS), how === 'with')).toEqual([]);
  });

  it.each(manipulations)('shows: %s (by %s)', async (_what, shownBy, manipulate, why) => {
    await manipulate();
    const log = createAuditLog({ folder }, KEYS);
    expect(await verify(log, true)).toContainEqual(expect.stringContaining(why));
    expect((await verify(log, false)).length > 0).toBe(shownBy === 'lines');
  });

  it('by somebody who holds the key shows only in comparison with what is kept elsewhere', async () => {
    await rewriteAll(KEYS);
    const log = createAuditLog({ folder }, KEYS);
    expect(await verify(log, false)).toEqual([]);
    expect(await verify(log, true)).toEqual([expect.stringContaining('Line 1 of acme was replaced')]);
  });

  it('does not reach extpost itself, which reads only lines with its key', async () => {
    await rewriteAll(['another-key-0000']);
    const log = createAuditLog({ folder }, KEYS);
    const trusted = [];
    for await (const { text = '' } of log.linesOfTask('acme', anEntry().taskId)) {
      trusted.push(parseAuditLine(text, log.keys));
    }
    expect(trusted).toHaveLength(LINES_OF.acme);
    expect(trusted.filter((line) => !('fault' in line))).toEqual([]);
  });
});

describe('a manipulation of the audit in a bucket', () => {
  let objects: Map<string, Buffer>;
  let log: AuditLog;
  const key = (sequence: number, studio = 'acme') => `audit/lines/${studio}/000000000${sequence}.jsonl`;
  const get = (name: string) => objects.get(name) ?? Buffer.alloc(0);
  const headTo = (sequence: number) => {
    const { hash } = JSON.parse(get(key(sequence)).toString()) as AuditLine;
    objects.set('audit/heads/acme.json', Buffer.from(JSON.stringify({ sequence, hash })));
  };

  beforeEach(async () => {
    objects = new Map();
    log = createBucketAudit(memoryBucket(objects, 'audit'), KEYS);
    const noted: Record<string, NotedLine[]> = {};
    for (const studio of ['acme', 'acme', 'acme', 'other']) {
      const receipt = await log.append(anEntry({ studio, run: `run-${noted[studio]?.length ?? 0}` }));
      noted[studio] = [...(noted[studio] ?? []), { ...receipt, notedBy: 'a run in Temporal' }];
    }
    notes = noted;
  });

  it.each<Manipulation>([
    [
      'a line',
      'lines',
      () => objects.set(key(2), Buffer.from(get(key(2)).toString().replace('front', 'frond'))),
      'HMAC does not match',
    ],
    [
      'a line and its hash, without a key',
      'lines',
      () => objects.set(key(2), Buffer.from(`${forged(get(key(2)).toString().trimEnd(), [])}\n`)),
      'written without a key',
    ],
    [
      'the last line, removed, and the head set back',
      'notes',
      () => {
        objects.delete(key(3));
        headTo(2);
      },
      'but the last one here is line 2',
    ],
    [
      'the numbers of lines',
      'lines',
      () => {
        const [second, third] = [get(key(2)), get(key(3))];
        objects.set(key(2), third).set(key(3), second);
      },
      'Line 2 was removed or moved',
    ],
    [
      'a line of another studio, put in',
      'lines',
      () => objects.set(key(1), get(key(1, 'other'))),
      'belongs to the studio other',
    ],
    [
      'everything, removed',
      'notes',
      () => {
        objects.clear();
      },
      'but no line is here',
    ],
  ])('shows: %s (by %s)', async (_what, shownBy, manipulate, why) => {
    await manipulate();
    expect(await verify(log, true)).toContainEqual(expect.stringContaining(why));
    expect((await verify(log, false)).length > 0).toBe(shownBy === 'lines');
  });
});

it('the files of this test hold what they are meant to hold', async () => {
  expect((await readdir(path.join(folder, 'acme'))).sort()).toEqual(
    [...MONTHS.map((month) => `${month}.jsonl`), 'head.json', 'tasks'].sort(),
  );
  expect((await Promise.all(MONTHS.map((month) => linesOf(month)))).flat()).toHaveLength(LINES_OF.acme);
});
