import { execFile } from 'node:child_process';
import { readFile } from 'node:fs/promises';
import { promisify } from 'node:util';

export interface RunningProcess {
  readonly parent: number;
  readonly commandLine: string;
}

/** What a process id stands for just now, or undefined when nothing (or nothing that we may see) runs under it. */
export async function lookUpProcess(pid: number): Promise<RunningProcess | undefined> {
  try {
    return process.platform === 'linux' ? await readProc(pid) : await askPs(pid);
  } catch {
    return undefined;
  }
}

async function readProc(pid: number): Promise<RunningProcess | undefined> {
  const [commandLine, status] = await Promise.all([
    readFile(`/proc/${pid}/cmdline`, 'utf8'),
    readFile(`/proc/${pid}/status`, 'utf8'),
  ]);
  const parent = /^PPid:\s*(\d+)/m.exec(status)?.[1];
  // A process that has ended but was not yet collected has an empty command line.
  if (parent === undefined || commandLine === '') return undefined;
  return { parent: Number(parent), commandLine: commandLine.split('\0').join(' ').trim() };
}

async function askPs(pid: number): Promise<RunningProcess | undefined> {
  const { stdout } = await promisify(execFile)('ps', ['-ww', '-o', 'ppid=,command=', '-p', String(pid)]);
  const found = /^\s*(\d+)\s+(.*)$/m.exec(stdout);
  if (found?.[1] === undefined || found[2] === undefined) return undefined;
  return { parent: Number(found[1]), commandLine: found[2] };
}
