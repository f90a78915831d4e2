import { DefaultLogger, makeTelemetryFilterString, Runtime, type LogEntry } from '@temporalio/worker';
import type { Logger } from 'pino';

/** Makes SDK, workflows and activities log to our logger. To be called before any worker is created. */
export function installRuntime(logger: Logger, metrics?: { readonly host: string; readonly port: number }): void {
  Runtime.install({
    logger: new DefaultLogger('DEBUG', (entry) => {
      write(logger, entry);
    }),
    telemetryOptions: {
      logging: { forward: {}, filter: makeTelemetryFilterString({ core: 'WARN', other: 'ERROR' }) },
      ...(metrics !== undefined && { metrics: { prometheus: { bindAddress: bindAddress(metrics) } } }),
    },
  });
}

function bindAddress({ host, port }: { readonly host: string; readonly port: number }): string {
  return host.includes(':') ? `[${host}]:${port}` : `${host}:${port}`;
}

const levels = { TRACE: 'trace', DEBUG: 'debug', INFO: 'info', WARN: 'warn', ERROR: 'error' } as const;

function write(logger: Logger, { level, message, meta }: LogEntry): void {
  const { error, ...facts } = (meta ?? {}) as Record<string, unknown>;
  const line = { ...taskFacts(facts), ...(error instanceof Error && { err: error }) };
  logger[levels[level]](line, message);
}

/** The fields that identify a task; the Web UI shows the rest. */
function taskFacts(meta: Record<string, unknown>): Record<string, unknown> {
  const wanted = [
    'workflowId',
    'runId',
    'activityType',
    'attempt',
    'taskQueue',
    'studio',
    'taskId',
    'round',
    'stage',
    'state',
  ];
  return Object.fromEntries(wanted.flatMap((key) => (meta[key] === undefined ? [] : [[key, meta[key]]])));
}
