import { execFile, type ExecFileException, type ExecFileOptions } from 'node:child_process';

import type { ProgressOutput } from '../../cli/shared/progress';

/** Why something cannot be used. */
export interface Fault {
  readonly fault: string;
}

export interface FindOptions extends ProgressOutput {
  readonly environment: NodeJS.ProcessEnv;
  /** Ends a download or a build; the promise then rejects with the signal's reason. */
  readonly signal?: AbortSignal;
}

export type GetOptions = FindOptions & { readonly signal: AbortSignal };

/** A way to get a server program that is not on this machine yet. */
export interface ProgramSource {
  readonly from: 'download' | 'build';
  /** For the list of what was tried. */
  readonly name: string;
  /** Names the folder in the cache. */
  readonly cacheKey: string;
  /** Puts a program into the staging folder and returns its path. */
  get(stagingFolder: string, options: GetOptions): Promise<{ readonly program: string } | Fault>;
}

/** Runs a program to its end, or until the signal. Never rejects; `fault` says why it did not end with 0. */
export function runProgram(
  command: string,
  args: readonly string[],
  options: ExecFileOptions & { readonly onOutput?: (text: string) => void },
): Promise<Partial<Fault> & { readonly output: string }> {
  return new Promise<Partial<Fault> & { output: string }>((resolve) => {
    const child = execFile(command, args, { ...options, maxBuffer: 64 * 1024 * 1024 }, (error, stdout, stderr) => {
      const output = `${String(stdout)}${String(stderr)}`;
      resolve(error === null ? { output } : { output, fault: faultOf(command, error, output) });
    });
    child.stderr?.on('data', (text: unknown) => options.onOutput?.(String(text)));
  }).catch((error: unknown) => ({ output: '', fault: `${command} cannot be run (${String(error)})` }));
}

function faultOf(command: string, { code, signal, name, message }: ExecFileException, output: string): string {
  if (code === 'ENOENT') return 'there is none';
  if (name === 'AbortError') return `${command} did not end in time`;
  if (typeof code === 'string') return `${command} cannot be run (${message})`;
  const lines = output.split('\n').filter((line) => line.includes(' '));
  // Proxy addresses may hold a password.
  const end = lines
    .slice(-3)
    .join(' | ')
    .replaceAll(/:\/\/[^\s/@]+@/g, '://***@');
  return `${command} ended with ${code ?? signal ?? 'an error'}${end === '' ? '' : `: ${end.slice(0, 600)}`}`;
}
