import { execFile, type ExecFileException, type ExecFileOptions } from 'node:child_process';

/** What became of a program: `fault` says why it did not end with 0. */
export interface ProgramResult {
  readonly fault?: string;
  /** Standard output and standard error. */
  readonly output: string;
}

/** Runs a program to its end, or until the signal. Never rejects. */
export function runProgram(
  command: string,
  args: readonly string[],
  options: ExecFileOptions & { readonly onOutput?: (text: string) => void },
): Promise<ProgramResult> {
  return new Promise<ProgramResult>((resolve) => {
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
  const words = lines
    .slice(-3)
    .join(' | ')
    .replaceAll(/:\/\/[^\s/@]+@/g, '://***@')
    .slice(0, 600);
  return `${command} ended with ${code ?? signal ?? 'an error'}${words === '' ? '' : `: ${words}`}`;
}
