import { readFile, rm, writeFile } from 'node:fs/promises';
import { basename, dirname, extname, join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { z } from 'zod';
import { LOOPBACK } from './ports';
import { lookUpProcess } from './process-table';
import { systemErrorCode } from './system-error';

const PATIENCE_MS = 5_000;
const LOOK_EVERY_MS = 50;

const pidFileContent = z.object({
  pid: z.number().int().positive(),
  port: z.number().int().positive(),
  startedBy: z.number().int().positive(),
});

export type PidFileContent = z.infer<typeof pidFileContent>;

/** A running extpost has a server on this very database. */
export class DatabaseInUseError extends Error {
  override readonly name = 'DatabaseInUseError';
}

/** `.extpost/temporal.db` → `.extpost/temporal.pid`. */
export function pidFileOf(databaseFile: string): string {
  return join(dirname(databaseFile), `${basename(databaseFile, extname(databaseFile))}.pid`);
}

/** Notes which process serves the database, for the case that we are killed before we can stop it. */
export async function writePidFile(databaseFile: string, content: PidFileContent): Promise<void> {
  await writeFile(pidFileOf(databaseFile), `${JSON.stringify(content)}\n`);
}

export async function removePidFile(databaseFile: string): Promise<void> {
  await rm(pidFileOf(databaseFile), { force: true });
}

/**
 * Stops a server that an earlier, killed extpost left on this database, and says so; a process that does not have the
 * database in its command line is left alone, for process ids are used again.
 * Throws a {@link DatabaseInUseError} when the extpost that started it still runs.
 */
export async function stopOrphanedServer(databaseFile: string, report: (line: string) => void): Promise<void> {
  const note = await readPidFile(databaseFile);
  if (note === undefined) return;
  const server = await lookUpServer(note.pid, databaseFile);
  if (server !== undefined) {
    if (server.parent === note.startedBy) {
      throw new DatabaseInUseError(
        `Another extpost (process ${note.startedBy}) runs a Temporal server on ${databaseFile}, at ${LOOPBACK}:${note.port}. ` +
          `Stop that one first, or use its server by setting TEMPORAL_ADDRESS=${LOOPBACK}:${note.port}.`,
      );
    }
    report(`Stopping a Temporal server (process ${note.pid}) that an earlier run left on ${databaseFile}.`);
    await end(note.pid, databaseFile);
  }
  await removePidFile(databaseFile);
}

async function readPidFile(databaseFile: string): Promise<PidFileContent | undefined> {
  try {
    return pidFileContent.parse(JSON.parse(await readFile(pidFileOf(databaseFile), 'utf8')));
  } catch {
    // None there, or one cut short by a crash: both tell us nothing.
    return undefined;
  }
}

async function lookUpServer(pid: number, databaseFile: string): Promise<{ parent: number } | undefined> {
  const found = await lookUpProcess(pid);
  return found?.commandLine.includes('start-dev') === true && found.commandLine.includes(databaseFile)
    ? found
    : undefined;
}

async function end(pid: number, databaseFile: string): Promise<void> {
  const until = Date.now() + PATIENCE_MS;
  send(pid, 'SIGTERM');
  while ((await lookUpServer(pid, databaseFile)) !== undefined) {
    if (Date.now() > until) send(pid, 'SIGKILL');
    await pause(LOOK_EVERY_MS);
  }
}

function send(pid: number, signal: NodeJS.Signals): void {
  try {
    process.kill(pid, signal);
  } catch (error) {
    // It has gone in this very moment.
    if (systemErrorCode(error) !== 'ESRCH') throw error;
  }
}
