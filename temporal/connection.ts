import { Client, Connection } from '@temporalio/client';
import type { DataConverter } from '@temporalio/common';
import { loadClientConnectConfig, type ClientConnectConfig } from '@temporalio/envconfig';

import { repeatedUntil, limitCalls } from './closed-calls';
import { createDataConverter, type DataConverterSettings } from './data-converter';
import type { Traces } from './traces';

const DEFAULT_ADDRESS = '127.0.0.1:7233';
const DEFAULT_NAMESPACE = 'default';
const DEFAULT_CONNECT_TIMEOUT_MS = 10_000;
/** Longer than the server holds a call that waits for news. */
const LONGEST_CALL_MS = 60_000;

/** How to reach Temporal. These options override the environment, which overrides the profile. */
export interface TemporalOptions extends DataConverterSettings {
  readonly address?: string | undefined;
  readonly namespace?: string | undefined;
  /** A profile of Temporal's configuration file; default `TEMPORAL_PROFILE`, else `default`. */
  readonly profile?: string | undefined;
  /** Records the events that the client brings. */
  readonly traces?: Pick<Traces, 'clientInterceptor'> | undefined;
  /** Default: that of the process. `TEMPORAL_ADDRESS`, `TEMPORAL_NAMESPACE`, `TEMPORAL_API_KEY`, `TEMPORAL_TLS…`, … */
  readonly environment?: Readonly<Record<string, string | undefined>>;
}

type ConnectionSettings = ClientConnectConfig['connectionOptions'] & { address: string };

export interface TemporalConnection {
  readonly client: Client;
  readonly connectionOptions: ConnectionSettings;
  /** For a worker, which must read the payloads of clients and other workers. */
  readonly dataConverter: DataConverter;
  /** For calls that the client does not cover: namespaces and search attributes. */
  readonly connection: Connection;
  readonly address: string;
  readonly namespace: string;
  /** Whether the namespace answers within `timeoutMs` milliseconds. Never throws. */
  readonly isReachable: (timeoutMs?: number) => Promise<boolean>;
  readonly close: () => Promise<void>;
}

/** Temporal is unreachable; the message says where it was expected and what to do. */
export class TemporalUnreachableError extends Error {
  override readonly name = 'TemporalUnreachableError';
}

/**
 * Connects lazily, so that the receiver can start without Temporal. A call whose caller sets no deadline ends after a minute. Throws when
 * the profile cannot be read.
 */
export function openTemporal(options: TemporalOptions): TemporalConnection {
  const { connectionOptions, namespace } = readTemporalOptions(options);
  const closing = new AbortController();
  const connection = Connection.lazy({
    ...connectionOptions,
    // gRPC's default backoff of up to two minutes is too long after a server restart.
    channelArgs: { 'grpc.initial_reconnect_backoff_ms': 200, 'grpc.max_reconnect_backoff_ms': 2_000 },
    interceptors: [limitCalls(LONGEST_CALL_MS), ...repeatedUntil(closing.signal)],
  });
  const dataConverter = createDataConverter(options);
  const interceptors = options.traces && { workflow: [options.traces.clientInterceptor] };
  const client = new Client({ connection, namespace, dataConverter, ...(interceptors && { interceptors }) });
  return {
    client,
    connection,
    connectionOptions,
    dataConverter,
    address: connectionOptions.address,
    namespace,
    isReachable: (timeoutMs) =>
      ping(client, namespace, timeoutMs).then(
        () => true,
        () => false,
      ),
    close: async () => {
      closing.abort();
      await connection.close();
    },
  };
}

/** As {@link openTemporal}, but throws a {@link TemporalUnreachableError} when the namespace does not answer. */
export async function connectTemporal(options: TemporalOptions, timeoutMs?: number): Promise<TemporalConnection> {
  const temporal = openTemporal(options);
  try {
    await ping(temporal.client, temporal.namespace, timeoutMs);
    return temporal;
  } catch (error) {
    await temporal.close();
    throw new TemporalUnreachableError(
      `Temporal does not answer at ${temporal.address} for namespace "${temporal.namespace}" ` +
        `(${error instanceof Error ? error.message : 'no reason given'}). ` +
        'Start a server or set TEMPORAL_ADDRESS and TEMPORAL_NAMESPACE.',
      { cause: error },
    );
  }
}

function readTemporalOptions(options: TemporalOptions): {
  connectionOptions: ConnectionSettings;
  namespace: string;
} {
  const environment = Object.entries(options.environment ?? process.env).flatMap(([name, value]) =>
    value === undefined || value === '' ? [] : [[name, value] as const],
  );
  const found = loadClientConnectConfig({
    ...(options.profile === undefined ? {} : { profile: options.profile }),
    overrideEnvVars: Object.fromEntries(environment),
  });
  return {
    connectionOptions: {
      ...found.connectionOptions,
      address: options.address ?? found.connectionOptions.address ?? DEFAULT_ADDRESS,
    },
    namespace: options.namespace ?? found.namespace ?? DEFAULT_NAMESPACE,
  };
}

/** Describes the namespace, because a missing namespace or a refused key is as bad as no server. */
async function ping(client: Client, namespace: string, timeoutMs = DEFAULT_CONNECT_TIMEOUT_MS): Promise<void> {
  await client.withDeadline(Date.now() + timeoutMs, () => client.workflowService.describeNamespace({ namespace }));
}
