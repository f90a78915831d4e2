import { readdir, readFile } from 'node:fs/promises';

/** Of one process as the kernel counts it, in ticks: itself and the children that have ended. */
interface ProcessEntry {
  readonly pid: number;
  readonly parent: number;
  readonly ticks: number;
  /** 19 gets only what others leave. */
  readonly nice: number;
}

const LOWEST_PRIORITY = 19;

/** Linux counts processor time in hundredths of a second on every usual platform. */
const TICKS_PER_SECOND = 100;

/** Processor seconds of processes with all their descendants, by name; empty where there is no `/proc`. */
export async function processorSeconds(pids: Readonly<Record<string, number>>): Promise<Record<string, number>> {
  const entries = await readProcesses();
  return entries.length === 0
    ? {}
    : Object.fromEntries(
        Object.entries(pids).map(([name, pid]) => [
          name,
          secondsOf([...entries.filter((entry) => entry.pid === pid), ...descendantsOf(pid, entries)]),
        ]),
      );
}

/** How much of a process's time its running descendants have used: those with the lowest priority, and the others. */
export async function descendantSeconds(pid: number): Promise<{ readonly lowest: number; readonly usual: number }> {
  const found = descendantsOf(pid, await readProcesses());
  return {
    lowest: secondsOf(found.filter(({ nice }) => nice === LOWEST_PRIORITY)),
    usual: secondsOf(found.filter(({ nice }) => nice !== LOWEST_PRIORITY)),
  };
}

function descendantsOf(pid: number, entries: readonly ProcessEntry[]): ProcessEntry[] {
  return entries
    .filter(({ parent }) => parent === pid)
    .flatMap((child) => [child, ...descendantsOf(child.pid, entries)]);
}

function secondsOf(entries: readonly ProcessEntry[]): number {
  return entries.reduce((sum, { ticks }) => sum + ticks, 0) / TICKS_PER_SECOND;
}

async function readProcesses(): Promise<ProcessEntry[]> {
  const folders = await readdir('/proc').catch(() => []);
  const entries = await Promise.all(
    folders.filter((name) => /^\d+$/.test(name)).map((name) => readFile(`/proc/${name}/stat`, 'utf8').catch(() => '')),
  );
  return entries.filter((line) => line !== '').map(parseStat);
}

/** Fields of proc_pid_stat(5); the name of the program is in brackets and may contain anything. */
function parseStat(line: string): ProcessEntry {
  const fields = line.slice(line.lastIndexOf(')') + 2).split(' ');
  const [parent = 0, ...times] = [fields[1], ...fields.slice(11, 15)].map(Number);
  const ticks = times.reduce((sum, time) => sum + time, 0);
  return { pid: parseInt(line, 10), parent, ticks, nice: Number(fields[16]) };
}
