import { mkdir, readdir, stat, writeFile } from 'node:fs/promises';
import path from 'node:path';

/** So that nobody has to read years of lines to know that a task is new: empty files say which months mention it. */
const TASKS = 'tasks';

/** Notes that a month's file has lines of a task. `home` is the folder of the studio. */
export async function noteMonthOfTask(home: string, taskId: string, month: string): Promise<void> {
  const folder = folderOf(home, taskId);
  await mkdir(folder, { recursive: true });
  await writeFile(path.join(folder, month), '');
}

/** The names of the files that have lines of a task; `undefined` in a copy of an audit that has no such notes. */
export async function monthsOfTask(home: string, taskId: string): Promise<string[] | undefined> {
  if (!(await exists(path.join(home, TASKS)))) return undefined;
  const folder = folderOf(home, taskId);
  return (await exists(folder)) ? await readdir(folder) : [];
}

/** With a prefix, because an id could be `..`. */
function folderOf(home: string, taskId: string): string {
  return path.join(home, TASKS, `task-${encodeURIComponent(taskId.toLowerCase())}`);
}

async function exists(file: string): Promise<boolean> {
  return stat(file).then(
    () => true,
    (error: unknown) => {
      if ((error as NodeJS.ErrnoException).code === 'ENOENT') return false;
      throw error;
    },
  );
}
