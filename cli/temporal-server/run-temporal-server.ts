import { once } from 'node:events';
import { configuredTemporal } from './configured-temporal';
import { findTemporalServer } from './find-temporal-server';
import type { ProgressOutput } from './progress';
import type { SearchAttributes } from '../setup/ensure-search-attributes';
import { startTemporalServer } from './start-temporal-server';
import type { RunningTemporalServer } from './start-temporal-server';

const DEFAULT_DATABASE = '.extpost/temporal.db';
const DEFAULT_LOG = '.extpost/temporal.log';
const ENDING_SIGNALS = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const;

export interface TemporalCommandOptions extends ProgressOutput {
  readonly environment: NodeJS.ProcessEnv;
  readonly searchAttributes: SearchAttributes;
  /** Default `.extpost/temporal.db`. */
  readonly databaseFile?: string;
  /** Default `.extpost/temporal.log`. */
  readonly logFile?: string;
  readonly namespace?: string;
  readonly port?: number;
  readonly uiPort?: number | 'headless';
  /** Ends the command as Ctrl-C does. */
  readonly signal?: AbortSignal;
}

/**
 * `extpost temporal`: a server of one's own with its data in `.extpost/`, until SIGINT, SIGTERM or SIGHUP.
 * Returns the exit code: 0 when asked to stop, 1 when the server ended by itself. Throws what finding and starting throw.
 */
export async function runTemporalServer(options: TemporalCommandOptions): Promise<number> {
  const ending = new AbortController();
  const end = (): void => {
    ending.abort();
  };
  for (const name of ENDING_SIGNALS) process.on(name, end);
  options.signal?.addEventListener('abort', end);
  if (options.signal?.aborted === true) end();
  try {
    return await serve(options, ending.signal);
  } catch (error) {
    if (!ending.signal.aborted) throw error;
    return 0;
  } finally {
    for (const name of ENDING_SIGNALS) process.removeListener(name, end);
    options.signal?.removeEventListener('abort', end);
  }
}

async function serve(options: TemporalCommandOptions, ending: AbortSignal): Promise<number> {
  const { searchAttributes, namespace, port, uiPort, report } = options;
  const program = await findTemporalServer({ ...options, signal: ending });
  report(`Starting Temporal ${program.version} (${program.path}, from: ${program.from}).`);
  const logFile = options.logFile ?? DEFAULT_LOG;
  const databaseFile = options.databaseFile ?? DEFAULT_DATABASE;
  const server = await startTemporalServer({
    executable: program.path,
    databaseFile,
    logFile,
    searchAttributes,
    report,
    environment: options.environment,
    ...(namespace === undefined ? {} : { namespace }),
    ...(port === undefined ? {} : { port }),
    ...(uiPort === undefined ? {} : { uiPort }),
  });
  announce(server, options, { databaseFile, logFile });
  const exitCode = await Promise.race([server.exited, whenAborted(ending)]);
  if (exitCode === 'asked') {
    report('Stopping the Temporal server.');
    await server.stop();
    return 0;
  }
  await server.stop();
  report(`The Temporal server ended by itself, with ${exitCode ?? 'a signal'}. Its last lines:\n${server.lastLines()}`);
  return 1;
}

function announce(
  server: RunningTemporalServer,
  { report, environment }: TemporalCommandOptions,
  { databaseFile, logFile }: { databaseFile: string; logFile: string },
): void {
  report(`Temporal server   ${server.address}`);
  if (server.uiUrl !== undefined) report(`Temporal Web UI   ${server.uiUrl}`);
  report(`Database          ${databaseFile}`);
  report(`Log               ${logFile}`);
  const chosen = configuredTemporal(environment);
  if (chosen !== undefined && chosen.address !== server.address) {
    report(
      `Note: ${chosen.namedBy} names ${chosen.address}; the other extpost commands use that one, not this server.`,
    );
  }
  report('Ctrl-C stops it.');
}

async function whenAborted(signal: AbortSignal): Promise<'asked'> {
  if (!signal.aborted) await once(signal, 'abort');
  return 'asked';
}
