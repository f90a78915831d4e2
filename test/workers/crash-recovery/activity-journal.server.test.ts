import { mkdtemp, readdir, readFile, rm, stat, utimes, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';

import {
  findCrashedProcesses,
  openJournal,
  type ActivityJournal,
  type JournalEntry,
} from '../../../workers/crash-recovery/activity-journal';
import { eventually } from '../../support/temporal';
import { workerWithJournal } from './journaling-worker';
import { killOthers, type OtherProcess } from '../../support/other-process';

let folder: string;
const taken: ActivityJournal[] = [];

beforeEach(async () => {
  folder = await mkdtemp(path.join(tmpdir(), 'extpost-notes-'));
});
afterEach(async () => {
  await killOthers();
  await Promise.all(taken.splice(0).map((notes) => notes.close()));
  await rm(folder, { recursive: true, force: true });
});

function anActivity(activity: string): JournalEntry {
  const run = { workflowId: 'extpost/acme/task-1', runId: 'run-1' };
  return { namespace: 'default', activity, taskToken: 'dG9rZW4=', ...run, runsWorkflows: true };
}

async function notesOfOurs(outliveMs?: number): Promise<ActivityJournal> {
  const notes = await openJournal(folder, outliveMs);
  taken.push(notes);
  return notes;
}

const workerWith = (...activities: readonly string[]): Promise<OtherProcess> =>
  workerWithJournal(folder, ...activities.map(anActivity));

async function killedWith(...activities: readonly string[]): Promise<void> {
  await (await workerWith(...activities)).kill();
}

/** The activities that are found, by name. */
async function found(): Promise<string[]> {
  const left = await findCrashedProcesses(folder);
  return left.flatMap(({ activities }) => activities.map(({ entry }) => entry.activity)).sort();
}

const notesIn = async (place: string) => (await readdir(place)).filter((name) => name.endsWith('.json'));
const weeksAgo = (weeks: number) => new Date(Date.now() - weeks * 7 * 24 * 60 * 60_000);

describe('the note of an activity', () => {
  it('lies there for nobody else to read while the activity is under way, and is gone afterwards', async () => {
    const notes = await notesOfOurs(1);
    const end = await notes.begin(anActivity('submitAssets'));
    const [name = ''] = await notesIn(folder);
    const note = path.join(folder, name);
    const mode = (await stat(note)).mode & 0o777;
    expect([JSON.parse(await readFile(note, 'utf8')), mode.toString(8)]).toEqual([anActivity('submitAssets'), '600']);
    end();
    expect(
      await eventually(
        () => notesIn(folder),
        (names) => names.length === 0,
      ),
    ).toEqual([]);
  });

  it('outlives the activity a little, because its completion is still on its way', async () => {
    const notes = await notesOfOurs(60_000);
    (await notes.begin(anActivity('submitAssets')))();
    expect(await notesIn(folder)).toHaveLength(1);
  });

  it('may fail to be written without troubling the activity', async () => {
    const notes = await notesOfOurs(1);
    await rm(folder, { recursive: true });
    const end = await notes.begin(anActivity('submitAssets'));
    expect(end).not.toThrow();
  });

  it('is cleared up, and the proof of life with it, when the worker stops', async () => {
    const notes = await openJournal(folder, 60_000);
    (await notes.begin(anActivity('submitAssets')))();
    await eventually(
      () => notesIn(folder),
      (names) => names.length === 1,
    );
    await notes.close();
    expect(await readdir(folder)).toEqual([]);
  });

  it('stays with the proof of life when the activity did not end: only the death of the process says that it is lost', async () => {
    const notes = await notesOfOurs();
    const end = await notes.begin(anActivity('submitAssets'));
    await notes.close();
    expect([(await readdir(folder)).length, await found()]).toEqual([2, []]);
    end();
  });
});

describe('what a worker leaves behind', () => {
  it('is nothing while it lives', async () => {
    await workerWith('submitAssets');
    expect(await found()).toEqual([]);
  });

  it('is what it had under way when it was killed', async () => {
    await killedWith('submitAssets', 'readTask');
    expect(await found()).toEqual(['readTask', 'submitAssets']);
  });

  it('is nothing while it is only stopped in its tracks, as by a debugger', async () => {
    const worker = await workerWith('submitAssets');
    worker.process.kill('SIGSTOP');
    expect(await found()).toEqual([]);
  });

  it('is told apart from what lives beside it, though nothing names a process number or a host', async () => {
    await killedWith('readTask');
    await workerWith('submitAssets');
    expect(await found()).toEqual(['readTask']);
  });

  it('is found again by the next worker, but for what was forgotten', async () => {
    await killedWith('submitAssets', 'readTask');
    const [left] = await findCrashedProcesses(folder);
    await left?.activities.find(({ entry }) => entry.activity === 'readTask')?.remove();
    expect(await found()).toEqual(['submitAssets']);
  });

  it('is gone when everything was forgotten and cleared', async () => {
    await killedWith('submitAssets');
    for (const { activities, clear } of await findCrashedProcesses(folder)) {
      for (const { remove } of activities) await remove();
      await clear();
    }
    expect(await readdir(folder)).toEqual([]);
  });

  it('says nothing where a note was cut short by the death', async () => {
    await killedWith('submitAssets');
    const [note = ''] = await notesIn(folder);
    await writeFile(path.join(folder, note), '{"namespace":"def');
    expect([await found(), await notesIn(folder)]).toEqual([[], []]);
  });

  it('says nothing without the proof, for then nobody can tell whether it lives', async () => {
    await killedWith('submitAssets');
    const proof = (await readdir(folder)).find((name) => name.endsWith('.alive'));
    await rm(path.join(folder, proof ?? ''));
    expect([await found(), await notesIn(folder)]).toEqual([[], [expect.any(String)]]);
  });

  it('says nothing on another machine, and is cleared there only when it is long over', async () => {
    const [young, old] = ['00000000-aaaaaaaa', '00000000-bbbbbbbb'];
    for (const owner of [young, old]) {
      for (const end of ['.alive', '.1.json']) await writeFile(path.join(folder, owner + end), '{}');
    }
    for (const end of ['.alive', '.1.json']) await utimes(path.join(folder, old + end), weeksAgo(2), weeksAgo(2));
    expect([await found(), (await readdir(folder)).sort()]).toEqual([[], [`${young}.1.json`, `${young}.alive`]]);
  });

  it('is not cleared by its age while its worker lives', async () => {
    const worker = await workerWith('awaitVerdict');
    for (const name of await readdir(folder)) await utimes(path.join(folder, name), weeksAgo(2), weeksAgo(2));
    await findCrashedProcesses(folder);
    await worker.kill();
    expect(await found()).toEqual(['awaitVerdict']);
  });
});
