import { once } from 'node:events';

import { Command } from 'commander';

import { keepFilesPrivate } from '../../cli/services/private-files';
import { parsePort } from '../../cli/shared/options';
import { requireFreePorts, temporalPorts } from '../ports';
import { configuredAddress } from './configured-address';
import { findTemporalServer } from './find-temporal-server';
import type { GetOptions } from './program-sources';
import { type StartOptions, startTemporalServer } from './start-temporal-server';

/** `extpost temporal`: runs just the Temporal dev server. */
export function temporalCommand(): Command {
  return new Command('temporal')
    .description('run only the Temporal dev server, with its Web UI; fetches it first if necessary')
    .option('--temporal-port <port>', 'where workers and clients connect', parsePort, 7233)
    .option('--ui-port <port>', 'where the Web UI is served', parsePort, 8233)
    .action(async (ports: { temporalPort: number; uiPort: number }) => {
      keepFilesPrivate();
      const stop = new AbortController();
      for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) {
        process.on(signal, () => {
          stop.abort();
        });
      }
      await requireFreePorts(temporalPorts(ports));
      process.exitCode = await runTemporalServer({
        environment: process.env,
        databaseFile: '.extpost/temporal.db',
        logFile: '.extpost/temporal.log',
        port: ports.temporalPort,
        uiPort: ports.uiPort,
        signal: stop.signal,
        report: console.log,
        isTTY: process.stderr.isTTY,
      });
    });
}

/** Runs a server until the signal. Returns the exit code: 0 after the signal, 1 when the server ended by itself. */
export async function runTemporalServer(options: GetOptions & Omit<StartOptions, 'executable'>): Promise<number> {
  const { signal, report, environment, databaseFile = 'none', logFile } = options;
  try {
    const program = await findTemporalServer(options);
    report(`Starting Temporal ${program.version} (${program.path}, from: ${program.from}).`);
    const server = await startTemporalServer({ ...options, executable: program.path });
    report(`Temporal server   ${server.address} (process ${server.pid})`);
    report(`Temporal Web UI   ${server.uiUrl ?? 'none'}`);
    report(`Database          ${databaseFile}`);
    report(`Log               ${logFile}`);
    const configured = configuredAddress(environment);
    if (configured !== undefined && configured !== server.address) {
      report(`Note: TEMPORAL_ADDRESS or a profile names ${configured}; the other extpost commands use that one.`);
    }
    report('Ctrl-C stops it.');
    const aborted = signal.aborted ? Promise.resolve() : once(signal, 'abort');
    const exitCode = await Promise.race([server.exited, aborted.then(() => 'stop' as const)]);
    if (exitCode === 'stop') report('Stopping the Temporal server.');
    await server.stop();
    if (exitCode === 'stop') return 0;
    const ending = `The Temporal server ended unexpectedly, with ${exitCode ?? 'a signal'}.`;
    report(`${ending} Its last lines:\n${await server.lastLines()}`);
    return 1;
  } catch (error) {
    if (!signal.aborted) throw error;
    return 0;
  }
}
