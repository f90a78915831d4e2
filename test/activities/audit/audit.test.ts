import { appendFile, chmod, mkdir, mkdtemp, readdir, readFile, rm, truncate, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';

import fc from 'fast-check';

import type { AuditLog } from '../../../activities';
import { createAuditLog, createAuditActivities } from '../../../activities/audit/audit-activities';
import { createBucketAudit } from '../../../activities/audit/bucket-audit';
import { createTaskEntriesReader } from '../../../activities/audit/task-entries';
import { parseAuditLine } from '../../../domain/audit/audit-chain';
import { ChainVerifier, type ChainBreak } from '../../../domain/audit/audit-verifier';
import { memoryBucket } from '../../clients/store/memory-bucket';
import { startS3StandIn, type S3StandIn } from '../../clients/store/s3-stand-in';
import { anAuditedFile, anEntry } from '../../support/audit-facts';
import { notTheClock } from '../../support/clock';
import { killOthers, startOther } from '../../support/other-process';
import { run, studiosWith } from '../activity-harness';
import { propertyRuns } from '../../support/property-runs';

let folder: string;
let s3: S3StandIn;
const opened: AuditLog[] = [];

beforeEach(async () => {
  folder = await mkdtemp(path.join(tmpdir(), 'extpost-audit-'));
  s3 = await startS3StandIn();
});
afterEach(async () => {
  await killOthers();
  for (const log of opened.splice(0)) log.close();
  await s3.server.close();
  await rm(folder, { recursive: true });
});

/** A log as another process would open it. */
function open(kind: 'a folder' | 'a bucket'): AuditLog {
  const log =
    kind === 'a folder' ? createAuditLog({ folder }) : createBucketAudit(memoryBucket(s3.objects, 'audit'), []);
  opened.push(log);
  return log;
}

/** The same in a bucket, by way of the AWS SDK. */
function openOverS3(): AuditLog {
  const credentials = { accessKeyId: 'our-key', secretAccessKey: 'hush-hush' };
  const bucket = { endpoint: s3.server.origin, bucket: 'works', prefix: 'audit', forcePathStyle: true };
  const log = createAuditLog({ s3: { ...bucket, ...credentials } });
  opened.push(log);
  return log;
}

async function verify(log: AuditLog, studio = 'acme'): Promise<{ lines: number; broken: ChainBreak | undefined }> {
  const walk = new ChainVerifier({ studio, keys: log.keys, end: await log.head(studio) });
  for await (const found of log.lines(studio)) {
    const broken = walk.check(found);
    if (broken !== undefined) return { lines: walk.lines, broken };
  }
  return { lines: walk.lines, broken: walk.finish(log.place) };
}

describe.each(['a folder', 'a bucket'] as const)('the audit in %s', (kind) => {
  it('writes a line an entry, and the chain holds', async () => {
    const log = open(kind);
    for (let round = 0; round < 5; round++) await log.append(anEntry({ round }));
    await expect(verify(open(kind))).resolves.toEqual({ lines: 5, broken: undefined });
  });

  it('reports where the line is', async () => {
    await open(kind).append(anEntry());
    const receipt = await open(kind).append(anEntry({ round: 1 }));
    expect(receipt).toMatchObject({ sequence: 2 });
    await expect(open(kind).head('acme')).resolves.toMatchObject({ sequence: 2, hash: receipt.hash });
  });

  it('writes the same round once, whichever run asks again, and at another time', async () => {
    const log = open(kind);
    const first = await log.append(anEntry());
    await log.append(anEntry({ round: 1 }));
    await expect(log.append(anEntry())).resolves.toEqual(first);
    await expect(open(kind).append(anEntry({ at: '2026-11-09T00:00:00.000Z' }))).resolves.toEqual(first);
    await expect(verify(log)).resolves.toMatchObject({ lines: 2 });
  });

  it('writes the same round once when it is asked twice at the same time', async () => {
    const [one, other] = [open(kind), open(kind)];
    const receipts = await Promise.all([one.append(anEntry()), other.append(anEntry()), one.append(anEntry())]);
    expect(new Set(receipts.map(({ hash }) => hash)).size).toBe(1);
    await expect(verify(one)).resolves.toEqual({ lines: 1, broken: undefined });
  });

  it('keeps one chain when several append at the same time', async () => {
    const logs = [open(kind), open(kind), open(kind)];
    await Promise.all(
      logs.flatMap((log, writer) => [0, 1, 2, 3].map((round) => log.append(anEntry({ round, run: `run-${writer}` })))),
    );
    await expect(verify(open(kind))).resolves.toEqual({ lines: 12, broken: undefined });
  });

  it('keeps a chain for each studio', async () => {
    const log = open(kind);
    await log.append(anEntry());
    await log.append(anEntry({ studio: 'other' }));
    await expect(log.studios()).resolves.toEqual(['acme', 'other']);
    await expect(verify(log, 'other')).resolves.toEqual({ lines: 1, broken: undefined });
  });

  it('finds the lines of one task', async () => {
    const log = open(kind);
    const taskId = '0b5f8f3e-0000-4000-8000-000000000002';
    for (const round of [0, 1]) {
      await log.append(anEntry({ round }));
      await log.append(anEntry({ round, taskId }));
    }
    const rounds = [];
    for await (const { text = '' } of log.linesOfTask('acme', taskId)) {
      const line = parseAuditLine(text, log.keys);
      if (!('fault' in line) && line.entry.taskId === taskId) rounds.push(line.entry.round);
    }
    expect(rounds).toEqual([0, 1]);
  });

  it('gives a workflow the entries of one task, oldest first, and none that was changed', async () => {
    const log = open(kind);
    const taskId = '0b5f8f3e-0000-4000-8000-000000000002';
    for (const round of [0, 1]) {
      await log.append(anEntry({ round }));
      await log.append(anEntry({ round, taskId }));
    }
    const changed: Pick<AuditLog, 'linesOfTask' | 'keys'> = {
      keys: log.keys,
      async *linesOfTask(studio, task) {
        for await (const { place, text } of log.linesOfTask(studio, task)) {
          yield { place, text: text?.replace('"round":0', '"round":7') };
        }
      },
    };
    const roundsIn = async (source: Pick<AuditLog, 'linesOfTask' | 'keys'>) =>
      (await run((id: string) => createTaskEntriesReader(source)('acme', id), taskId)).map(({ round }) => round);
    expect([await roundsIn(log), await roundsIn(changed)]).toEqual([[0, 1], [1]]);
  });

  it('has nothing before anything was recorded, and does not mind', async () => {
    await expect(verify(open(kind))).resolves.toEqual({ lines: 0, broken: undefined });
    await expect(open(kind).studios()).resolves.toEqual([]);
  });
});

describe('the audit in a folder', () => {
  const linesOf = async (taskId: string): Promise<number> => {
    let count = 0;
    for await (const _ of open('a folder').linesOfTask('acme', taskId)) count++;
    return count;
  };

  it('knows of a task without lines from one look at a folder, not from reading the months', async () => {
    await open('a folder').append(anEntry());
    await rm(path.join(folder, 'acme', 'tasks', `task-${anEntry().taskId}`), { recursive: true });
    expect(await linesOf(anEntry().taskId)).toBe(0);
  });

  it('finds the lines of a task in a copy that has only the months', async () => {
    await open('a folder').append(anEntry());
    await rm(path.join(folder, 'acme', 'tasks'), { recursive: true });
    expect(await linesOf(anEntry().taskId)).toBe(1);
  });

  it('writes nothing outside of its folder, whatever the id of a task is', async () => {
    await open('a folder').append(anEntry({ taskId: '../../..' }));
    expect(await readdir(path.join(folder, 'acme', 'tasks'))).toEqual(['task-..%2F..%2F..']);
    expect(await linesOf('../../..')).toBe(1);
  });

  const studioFolder = (): string => path.join(folder, 'acme');
  const monthFile = async (): Promise<string> => {
    const name = (await readdir(studioFolder())).find((one) => one.endsWith('.jsonl'));
    return path.join(studioFolder(), name ?? 'none');
  };
  const three = async (): Promise<Buffer> => {
    const log = open('a folder');
    for (const round of [0, 1, 2]) await log.append(anEntry({ round }));
    return await readFile(await monthFile());
  };

  it('is JSON Lines, a file a month', async () => {
    const text = (await three()).toString();
    expect(path.basename(await monthFile())).toBe(`${new Date().toISOString().slice(0, 7)}.jsonl`);
    expect(
      text
        .trimEnd()
        .split('\n')
        .map((line) => (JSON.parse(line) as { sequence: number }).sequence),
    ).toEqual([1, 2, 3]);
  });

  it('shows any byte that was changed, put in or taken out', async () => {
    const whole = await three();
    const file = await monthFile();
    const log = open('a folder');
    const kinds = fc.constantFrom('change', 'insert', 'remove');
    await fc.assert(
      fc.asyncProperty(kinds, fc.nat(whole.length - 1), fc.nat(255), async (change, at, byte) => {
        const after = whole.subarray(change === 'insert' ? at : at + 1);
        const tampered = Buffer.concat([whole.subarray(0, at), Buffer.from(change === 'remove' ? [] : [byte]), after]);
        fc.pre(!tampered.equals(whole));
        await writeFile(file, tampered);
        expect((await verify(log)).broken).toBeDefined();
      }),
      { numRuns: propertyRuns(300) },
    );
  });

  it('says file and line of the first broken place', async () => {
    const text = (await three()).toString();
    const file = await monthFile();
    await writeFile(file, text.replace(/(\n.*)front-feed/, '$1back-feed'));
    const { lines, broken } = await verify(open('a folder'));
    expect(lines).toBe(1);
    expect(broken?.place).toBe(`${file}:2`);
    expect(broken?.message).toContain('its own SHA-256 does not match');
  });

  it('shows that a file, or the note of the last line, was removed', async () => {
    await three();
    await rm(path.join(studioFolder(), 'head.json'));
    expect((await verify(open('a folder'))).broken?.message).toContain('The head file is missing or was changed');
    await open('a folder').append(anEntry({ round: 3 }));
    await rm(await monthFile());
    expect((await verify(open('a folder'))).broken?.message).toContain('Line 4 was written, but no line is here');
  });

  it('goes on after a line that somebody changed, and the change still shows', async () => {
    const text = (await three()).toString();
    await writeFile(await monthFile(), text.slice(0, -20));
    await open('a folder').append(anEntry({ round: 3, run: 'run-9' }));
    await writeFile(await monthFile(), (await readFile(await monthFile(), 'utf8')).replace('front-feed', 'x'));
    await open('a folder').append(anEntry({ round: 4 }));
    const { lines, broken } = await verify(open('a folder'));
    expect([lines, broken?.place]).toEqual([0, `${await monthFile()}:1`]);
  });

  it.each([0, 1, 100])('finishes a line of which a crash had written %d bytes', async (written) => {
    const whole = await three();
    const lastLine = whole.lastIndexOf(0x0a, whole.length - 2) + 1;
    await truncate(await monthFile(), lastLine + written);
    await open('a folder').append(anEntry({ round: 3 }));
    await expect(verify(open('a folder'))).resolves.toEqual({ lines: 4, broken: undefined });
  });

  it('does not write a line twice that was written just before a crash', async () => {
    const whole = await three();
    const lastLine = whole.lastIndexOf(0x0a, whole.length - 2) + 1;
    await truncate(await monthFile(), lastLine);
    await open('a folder').append(anEntry({ round: 2 }));
    await expect(verify(open('a folder'))).resolves.toEqual({ lines: 3, broken: undefined });
  });

  it('goes on from the last line when the note of it is gone', async () => {
    await three();
    await rm(path.join(studioFolder(), 'head.json'));
    await open('a folder').append(anEntry({ round: 3 }));
    await expect(verify(open('a folder'))).resolves.toEqual({ lines: 4, broken: undefined });
  });

  it('never begins an older file than the last line stands in', async () => {
    const clock = jest.useFakeTimers({ now: Date.parse('2999-01-03T00:00:00Z'), doNotFake: [...notTheClock] });
    await open('a folder').append(anEntry());
    clock.setSystemTime(Date.parse('2026-11-03T00:00:00Z'));
    await open('a folder').append(anEntry({ round: 1 }));
    jest.useRealTimers();
    expect((await readdir(studioFolder())).filter((name) => name.endsWith('.jsonl'))).toEqual(['2999-01.jsonl']);
    await expect(verify(open('a folder'))).resolves.toEqual({ lines: 2, broken: undefined });
  });

  it('keeps in memory what was written in the newest two months only', async () => {
    const log = open('a folder');
    const clock = jest.useFakeTimers({ now: Date.parse('2026-01-03T00:00:00Z'), doNotFake: [...notTheClock] });
    await log.append(anEntry());
    clock.setSystemTime(Date.parse('2026-02-03T00:00:00Z'));
    await log.append(anEntry({ round: 1 }));
    expect(await log.append(anEntry())).toMatchObject({ sequence: 1 });
    clock.setSystemTime(Date.parse('2026-03-03T00:00:00Z'));
    await log.append(anEntry({ round: 2 }));
    expect(await log.append(anEntry())).toMatchObject({ sequence: 4 });
    jest.useRealTimers();
  });

  it('shows a line that somebody added', async () => {
    const whole = (await three()).toString();
    await appendFile(await monthFile(), whole.split('\n')[2] ?? '');
    expect((await verify(open('a folder'))).broken?.place).toBe(`${await monthFile()}:4`);
  });

  it('explains that it cannot be written', async () => {
    await writeFile(path.join(folder, 'acme'), 'a file in the way');
    await expect(open('a folder').append(anEntry())).rejects.toThrow(
      /The audit in .*acme cannot be written \(EEXIST\)/,
    );
  });

  it('can be verified where nothing may be written', async () => {
    await three();
    await chmod(studioFolder(), 0o555);
    try {
      expect(await verify(open('a folder'))).toEqual({ lines: 3, broken: undefined });
    } finally {
      await chmod(studioFolder(), 0o755);
    }
  });

  it('keeps one chain when several processes append', async () => {
    const program = `
      const { createFolderAudit } = require('./activities/audit/folder-audit.ts');
      const log = createFolderAudit(process.argv[1], ['a-key-of-the-test']);
      process.stdin.once('data', async (line) => {
        await Promise.all(JSON.parse(line).map((entry) => log.append(entry)));
        console.log('appended');
      });
      console.log('ready');
    `;
    const other = await startOther(program, folder);
    const keyed = createAuditLog({ folder }, ['a-key-of-the-test']);
    const entries = (run: string) => [0, 1, 2, 3, 4, 5, 6, 7].map((round) => anEntry({ run, round }));
    const twice = [...entries('here'), ...entries('here')];
    await Promise.all([
      other.ask(JSON.stringify([...entries('there'), ...entries('there')])),
      ...twice.map(keyed.append),
    ]);
    await expect(verify(keyed)).resolves.toEqual({ lines: 16, broken: undefined });
  });
});

describe('what others keep beside the audit', () => {
  const markers = [
    'lines/',
    'lines/acme/',
    'lines/acme/0000000002.jsonl (copy)',
    'lines/acme/.sys.tmp',
    'lines/acme/0000000002.jsonl.part.3',
    'lines/acme/99999999999.jsonl',
    'lines/acme/zzz',
    'lines/acme/old/0000000009.jsonl',
    'heads/',
    'heads/acme.json.bak',
    'heads/Other Studio.json',
    'tasks/acme/',
    'README.txt',
  ];

  it('stops no writer of a bucket, is reported, and accuses nobody', async () => {
    for (const key of markers) s3.objects.set(`audit/${key}`, Buffer.from('not ours'));
    const log = openOverS3();
    for (const round of [0, 1, 2]) await log.append(anEntry({ round }));
    const pointers = `audit/tasks/acme/${anEntry().taskId}/`;
    for (const name of ['', 'note.txt', `${'0'.repeat(64)}.json.tmp`])
      s3.objects.set(pointers + name, Buffer.from('{}'));
    await expect(verify(log)).resolves.toEqual({ lines: 3, broken: undefined });
    await expect(log.studios()).resolves.toEqual(['acme']);
    await expect(createTaskEntriesReader(log)('acme', anEntry().taskId)).resolves.toHaveLength(3);
    const reported = [];
    for await (const place of log.foreign()) reported.push(place.slice('s3://works/audit/'.length));
    expect(reported.sort()).toEqual(
      [...markers, ...['', 'note.txt', `${'0'.repeat(64)}.json.tmp`].map((name) => pointers.slice(6) + name)].sort(),
    );
  });

  it('stops no writer of a folder, is reported, and accuses nobody', async () => {
    const names = [
      'lost+found/x',
      '.snapshot/acme/2026-11.jsonl',
      'acme/2026-11.jsonl.bak',
      'acme/.DS_Store',
      'notes.txt',
    ];
    for (const name of names) {
      await mkdir(path.dirname(path.join(folder, name)), { recursive: true });
      await writeFile(path.join(folder, name), 'not ours');
    }
    await open('a folder').append(anEntry());
    const log = open('a folder');
    await expect(verify(log)).resolves.toEqual({ lines: 1, broken: undefined });
    await expect(log.studios()).resolves.toEqual(['acme']);
    const reported = [];
    for await (const place of log.foreign()) reported.push(path.relative(folder, place));
    expect(reported.sort()).toEqual([...names].sort());
  });
});

describe('the audit in a bucket', () => {
  it('keeps one chain when several append to a store at the same time', async () => {
    const logs = [openOverS3(), openOverS3()];
    await Promise.all(
      logs.flatMap((log, writer) => [0, 1].map((round) => log.append(anEntry({ round, run: `run-${writer}` })))),
    );
    await expect(verify(open('a bucket'))).resolves.toEqual({ lines: 4, broken: undefined });
  });

  const lineKeys = (): string[] => [...s3.objects.keys()].filter((key) => key.startsWith('audit/lines/acme/')).sort();
  const three = async (): Promise<void> => {
    const log = open('a bucket');
    for (const round of [0, 1, 2]) await log.append(anEntry({ round }));
  };

  it('does not try for ever where a line is there that the store does not list', async () => {
    s3.objects.set('audit/lines/acme/0000000001.jsonl', Buffer.from('{}'));
    s3.unlisted = (key) => key.startsWith('audit/lines/');
    await expect(openOverS3().append(anEntry())).rejects.toThrow(
      'says that lines/acme/0000000001.jsonl exists, but does not list it',
    );
  });

  it('keeps an object a line, under its number', async () => {
    await three();
    expect(lineKeys()).toEqual([1, 2, 3].map((n) => `audit/lines/acme/000000000${n}.jsonl`));
  });

  it.each([0, 1, 2])('shows that line %d was removed', async (index) => {
    await three();
    s3.objects.delete(lineKeys()[index] ?? '');
    expect((await verify(open('a bucket'))).broken).toBeDefined();
  });

  it('shows a changed line by its address', async () => {
    await three();
    const key = lineKeys()[1] ?? '';
    s3.objects.set(key, Buffer.from((s3.objects.get(key)?.toString() ?? '').replace('front-feed', 'back-feed')));
    expect((await verify(open('a bucket'))).broken?.place).toBe(`s3://works/${key}`);
  });

  it('shows lines that changed places', async () => {
    await three();
    const [one = '', two = ''] = lineKeys();
    const [first, second] = [s3.objects.get(one), s3.objects.get(two)];
    s3.objects.set(one, second ?? Buffer.alloc(0)).set(two, first ?? Buffer.alloc(0));
    expect((await verify(open('a bucket'))).broken?.place).toBe(`s3://works/${one}`);
  });

  it('writes a line once when the answer to it was lost', async () => {
    let lost = 1;
    s3.interfere = ({ method }, key) =>
      method === 'PUT' && key.startsWith('audit/lines/') && lost-- > 0 ? 'lost answer' : undefined;
    await openOverS3().append(anEntry());
    await expect(verify(open('a bucket'))).resolves.toEqual({ lines: 1, broken: undefined });
  });

  it('writes a line once when its writer crashed before it had noted the end', async () => {
    await three();
    s3.objects.delete('audit/heads/acme.json');
    await expect(open('a bucket').append(anEntry({ round: 2 }))).resolves.toMatchObject({ sequence: 3 });
    await open('a bucket').append(anEntry({ round: 3 }));
    await expect(verify(open('a bucket'))).resolves.toEqual({ lines: 4, broken: undefined });
  });

  it('does not put another line in the place of one that was removed at the end', async () => {
    await three();
    s3.objects.delete(lineKeys()[2] ?? '');
    await expect(open('a bucket').append(anEntry({ round: 3 }))).resolves.toMatchObject({ sequence: 4 });
    expect((await verify(open('a bucket'))).broken?.message).toContain('Line 3 was removed or moved');
  });

  it('explains that it cannot continue after a last line that was changed', async () => {
    await three();
    s3.objects.delete('audit/heads/acme.json');
    s3.objects.set(lineKeys()[2] ?? '', Buffer.from('{}\n'));
    await expect(open('a bucket').append(anEntry({ round: 3 }))).rejects.toThrow('Run "extpost audit verify"');
  });
});

describe('recordDelivery', () => {
  const studios = studiosWith();

  it('writes an entry down once, however often it is tried', async () => {
    const { recordDelivery } = createAuditActivities(studios, open('a folder'));
    const entry = anEntry({ files: [anAuditedFile(), anAuditedFile({ expectedKey: 'shot-2/spec-1' })] });
    const receipt = await run(recordDelivery, entry);
    expect(receipt).toMatchObject({ sequence: 1 });
    await expect(run(recordDelivery, entry)).resolves.toEqual(receipt);
  });

  it('writes nothing when the audit is switched off', async () => {
    const { recordDelivery } = createAuditActivities(studios, undefined);
    await expect(run(recordDelivery, anEntry())).resolves.toBeUndefined();
  });

  it('refuses a studio that the configuration does not know: its name becomes a folder', async () => {
    const { recordDelivery } = createAuditActivities(studios, open('a folder'));
    await expect(run(recordDelivery, anEntry({ studio: '../elsewhere' }))).rejects.toThrow('has no studio');
  });
});
