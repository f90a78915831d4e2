import { once } from 'node:events';

import { Command } from 'commander';

import { parsePort } from '../../cli/shared/options';
import type { ProgressOutput } from '../../cli/shared/progress';
import { configuredTemporal } from './configured-temporal';
import { findTemporalServer } from './find-temporal-server';
import { type RunningTemporalServer, startTemporalServer } from './start-temporal-server';

const signals = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const;

/** `extpost temporal`: runs just the Temporal dev server. */
export function temporalCommand(): Command {
  return new Command('temporal')
    .description('run just the Temporal dev server, with its Web UI; gets it first when it is not here')
    .option('--temporal-port <port>', 'where workers and clients connect', parsePort, 7233)
    .option('--ui-port <port>', 'where the Web UI is served', parsePort, 8233)
    .action(async ({ temporalPort, uiPort }: { temporalPort: number; uiPort: number }) => {
      const stop = new AbortController();
      const abort = (): void => {
        stop.abort();
      };
      for (const signal of signals) process.on(signal, abort);
      process.exitCode = await runTemporalServer({
        environment: process.env,
        databaseFile: '.extpost/temporal.db',
        logFile: '.extpost/temporal.log',
        port: temporalPort,
        uiPort,
        signal: stop.signal,
        report: console.log,
        isTTY: process.stderr.isTTY,
      });
      for (const signal of signals) process.off(signal, abort);
    });
}

export interface RunOptions extends ProgressOutput {
  readonly environment: NodeJS.ProcessEnv;
  readonly databaseFile: string;
  readonly logFile: string;
  readonly port: number;
  readonly uiPort: number;
  readonly signal: AbortSignal;
}

/** Runs a server until the signal. Returns the exit code: 0 after the signal, 1 when the server ended by itself. */
export async function runTemporalServer(options: RunOptions): Promise<number> {
  const { signal, report } = options;
  try {
    const program = await findTemporalServer(options);
    report(`Starting Temporal ${program.version} (${program.path}, from: ${program.from}).`);
    const server = await startTemporalServer({ ...options, executable: program.path });
    announce(server, options);
    const aborted = signal.aborted ? Promise.resolve() : once(signal, 'abort');
    const exitCode = await Promise.race([server.exited, aborted.then(() => 'stop' as const)]);
    if (exitCode === 'stop') report('Stopping the Temporal server.');
    await server.stop();
    if (exitCode === 'stop') return 0;
    report(
      `The Temporal server ended by itself, with ${exitCode ?? 'a signal'}. Its last lines:\n${await server.lastLines()}`,
    );
    return 1;
  } catch (error) {
    if (!signal.aborted) throw error;
    return 0;
  }
}

function announce({ address, pid, uiUrl = 'none' }: RunningTemporalServer, options: RunOptions): void {
  const { report, environment, databaseFile, logFile } = options;
  report(`Temporal server   ${address} (process ${pid})`);
  report(`Temporal Web UI   ${uiUrl}`);
  report(`Database          ${databaseFile}`);
  report(`Log               ${logFile}`);
  const configured = configuredTemporal(environment);
  if (configured !== undefined && configured.address !== address) {
    report(
      `Note: ${configured.configuredBy} names ${configured.address}; the other extpost commands use that one, not this server.`,
    );
  }
  report('Ctrl-C stops it.');
}
