import { mkdir, readdir, readFile } from 'node:fs/promises';
import path from 'node:path';

import writeFileAtomic from 'write-file-atomic';

import { parseSavedTask, SavedTaskError, savedTaskText } from '../../clients';
import type { TaskPlan } from '../../domain/plan/make-plan';
import type { SavedTask } from '../../domain/plan/plan-saved-task';
import type { PreflightSettings } from '../../domain/preflight/preflight';
import { expectedOutputKey, outputsWithKeys } from '../../domain/task/expected-output';
import { usageError } from '../exit-codes';

/** Writes a task into a file of a folder, which is created if needed. Returns the path of the file. */
export async function saveTask(folder: string, plan: TaskPlan, preflight: PreflightSettings): Promise<string> {
  const { facts, due, answers } = plan;
  const text = savedTaskText({
    facts,
    dueKeys: due.map(({ expected }) => expectedOutputKey(expected)),
    preflight,
    searches: [...answers].map(([{ filters }, outputs]) => ({ filters, outputs })),
  });
  await mkdir(folder, { recursive: true });
  const file = path.join(folder, `${facts.studio}-${facts.task.taskId}.json`);
  await writeFileAtomic(file, text);
  return file;
}

/** In the order of the file names. Throws CommandError that names the file and the place in it. */
export async function loadSavedTasks(folder: string): Promise<SavedTask[]> {
  const names = await readdir(folder).catch((error: unknown) => {
    throw usageError(
      `The folder ${folder} cannot be read (${(error as NodeJS.ErrnoException).code ?? String(error)}).`,
    );
  });
  const files = names.filter((name) => name.endsWith('.json')).toSorted();
  if (files.length === 0) {
    throw usageError(`${folder} has no saved task. Save some: extpost plan <studio> --all-open --save ${folder}`);
  }
  return Promise.all(files.map((name) => loadSavedTask(path.join(folder, name))));
}

async function loadSavedTask(file: string): Promise<SavedTask> {
  const text = await readFile(file, 'utf8');
  try {
    const { facts, dueKeys, preflight, searches } = parseSavedTask(text);
    return { facts, due: outputsWithKeys(facts.task, dueKeys), preflight, searches };
  } catch (error) {
    if (error instanceof SavedTaskError) throw usageError(`${file}: ${error.message}`);
    throw error;
  }
}
