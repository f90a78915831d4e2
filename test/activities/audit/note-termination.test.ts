import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';

import { createAuditLog } from '../../../activities/audit/audit-activities';
import { createTaskEntriesReader, createTerminationNotes } from '../../../activities/audit/task-entries';
import { stopIn } from '../../../domain/audit/task-entries';
import { anEntry } from '../../support/audit-facts';
import { run } from '../activity-harness';

const task = { studio: 'acme', taskId: anEntry().taskId, contentCreationType: 'ecom' } as const;
const terminated = { run: 'run-1', at: '2026-11-04T09:00:00.000Z' };

let folder: string;

beforeEach(async () => {
  folder = await mkdtemp(path.join(tmpdir(), 'extpost-terminated-'));
});
afterEach(() => rm(folder, { recursive: true }));

/** The notes of a worker's process, and what a later run reads. */
function worker() {
  const log = createAuditLog({ folder });
  const readEntries = createTaskEntriesReader(log);
  const note = createTerminationNotes(log, readEntries);
  return {
    log,
    note: () => run(() => note(task, terminated), undefined),
    entries: () => run(() => readEntries(task.studio, task.taskId), undefined),
  };
}

describe('a task that was terminated in Temporal', () => {
  it('is noted once, whichever worker sweeps, so that a later run leaves it alone', async () => {
    const first = worker();
    await first.log.append(anEntry());
    for (const each of [first, first, worker()]) await each.note();
    const entries = await first.entries();
    expect(entries.map(({ event }) => event)).toEqual(['delivered', 'terminated']);
    expect(stopIn(entries)).toMatchObject({ at: terminated.at });
  });

  it('does not stop the sweep when the audit cannot be written', async () => {
    const { entries } = worker();
    const broken = createTerminationNotes({ append: () => Promise.reject(new Error('The disk is full.')) }, entries);
    await expect(run(() => broken(task, terminated), undefined)).resolves.toBeUndefined();
  });
});
