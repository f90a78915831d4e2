import { spawn } from 'node:child_process';

/**
 * Kills a process when this one ends, even by SIGKILL: a shell waits at the other end of a pipe, which the system closes
 * with this process. SIGKILL, because the next start needs port and database at once. Returns what ends the watch.
 */
export function killWithParent(pid: number): () => void {
  const shell = spawn('sh', ['-c', 'read -r nothing; kill -KILL "$1"', 'extpost-watch', String(pid)], {
    stdio: ['pipe', 'ignore', 'ignore'],
    // Ctrl-C on the terminal must not end the watch before this process.
    detached: true,
  });
  // Where there is no `sh`, a killed extpost leaves its server running.
  shell.on('error', () => undefined);
  shell.stdin.on('error', () => undefined);
  shell.unref();
  return () => {
    shell.kill('SIGKILL');
    shell.stdin.destroy();
  };
}
