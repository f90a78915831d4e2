import { ScheduleNotFoundError } from '@temporalio/client';

import type { ExtpostConfig } from '../../config';
import { messageOf, pluralise } from '../../domain/shared/text';
import { sweepScheduleId } from '../../domain/task/workflow-id';
import {
  activePollers,
  grpcCodes,
  grpcErrorOf,
  openTemporal,
  readTaskQueue,
  type TemporalConnection,
} from '../../temporal';
import { gatewayQueue, taskQueues } from '../../workflows/task-queues';
import { readRetention, retentionWarning } from '../setup/retention';
import { missingSearchAttributes } from '../setup/search-attributes';
import { checked, type Finding, fault, leftOut, ok, warning } from './finding';

const CONNECT_TIMEOUT_MS = 5_000;
const CALL_TIMEOUT_MS = 10_000;
const RUN_SETUP = 'Run "extpost setup".';

/** Temporal, its namespace, search attributes, schedules, and the workers that poll its queues. */
export async function checkTemporal(config: ExtpostConfig): Promise<readonly Finding[]> {
  const temporal = openTemporal(config.temporal);
  try {
    const server = await checkServer(temporal);
    if (server.some(({ state }) => state === 'fault')) {
      return [...server, leftOut('search attributes, schedules, workers', 'they need Temporal and the namespace')];
    }
    const within = (subject: string, check: () => Promise<readonly Finding[]>) =>
      checked(subject, () => temporal.client.withDeadline(Date.now() + CALL_TIMEOUT_MS, check));
    return [
      ...server,
      ...(await within('retention', () => checkRetention(temporal, config))),
      ...(await within('search attributes', () => checkSearchAttributes(temporal))),
      ...(await within('schedules', () => checkSchedules(temporal, config))),
      ...(await within('workers', () => checkWorkers(temporal, config))),
    ];
  } finally {
    await temporal.close();
  }
}

/** Whether Temporal answers, and has the namespace. */
export async function checkTemporalServer(config: ExtpostConfig): Promise<Finding> {
  const temporal = openTemporal(config.temporal);
  try {
    const findings = await checkServer(temporal);
    const [first] = findings.toSorted((one, other) => Number(other.state === 'fault') - Number(one.state === 'fault'));
    return first ?? fault('Temporal', 'unknown', 'Run the command again.');
  } finally {
    await temporal.close();
  }
}

async function checkServer({
  address,
  namespace,
  client,
  connection,
}: TemporalConnection): Promise<readonly Finding[]> {
  try {
    await client.withDeadline(Date.now() + CONNECT_TIMEOUT_MS, () =>
      connection.workflowService.describeNamespace({ namespace }),
    );
    return [ok('Temporal', `${address} answers`), ok('namespace', `${namespace} is there`)];
  } catch (error) {
    const refusal = grpcErrorOf(error);
    if (refusal?.code === grpcCodes.notFound) {
      return [
        ok('Temporal', `${address} answers`),
        fault('namespace', `there is no namespace ${namespace}`, RUN_SETUP),
      ];
    }
    const why = refusal?.details ?? messageOf(error);
    const advice = 'Start Temporal, or correct temporal in the configuration, TEMPORAL_ADDRESS or the credentials.';
    return [fault('Temporal', `${address} does not answer (${why})`, advice)];
  }
}

async function checkRetention(
  { connection, namespace }: TemporalConnection,
  { studios }: ExtpostConfig,
): Promise<readonly Finding[]> {
  const retentionMs = await readRetention(connection, namespace);
  const short = Object.entries(studios).flatMap(
    ([name, { reviewWindow }]) =>
      retentionWarning(namespace, retentionMs, { name, reviewWindowMs: reviewWindow }) ?? [],
  );
  const [first] = short;
  if (first !== undefined) return [warning('retention', 'ended tasks are kept for too short a time', first)];
  return [ok('retention', 'ended tasks are kept long enough')];
}

async function checkSearchAttributes({ connection, namespace }: TemporalConnection): Promise<readonly Finding[]> {
  const missing = await missingSearchAttributes(connection, namespace);
  return missing.length === 0
    ? [ok('search attributes', 'all are there')]
    : [fault('search attributes', `${namespace} lacks ${missing.join(', ')}`, RUN_SETUP)];
}

async function checkSchedules({ client }: TemporalConnection, { studios }: ExtpostConfig): Promise<readonly Finding[]> {
  return Promise.all(
    Object.entries(studios).map(async ([studio, { creativeForce }]): Promise<Finding> => {
      const subject = `${studio}: sweep`;
      if (creativeForce.vendorId === undefined) return leftOut(subject, 'it has no vendorId');
      try {
        const { state } = await client.schedule.getHandle(sweepScheduleId(studio)).describe();
        if (!state.paused) return ok(subject, 'its schedule runs');
        return warning(
          subject,
          `its schedule is paused (${state.note ?? 'no reason given'})`,
          'Unpause it in the Web UI.',
        );
      } catch (error) {
        if (!(error instanceof ScheduleNotFoundError)) throw error;
        return fault(subject, 'it has no schedule, so a lost webhook stays lost', RUN_SETUP);
      }
    }),
  );
}

/** Each queue needs a worker; of several network addresses each has a gateway's queue, which only the holder of its lease polls. */
function polledQueues({ egresses }: ExtpostConfig['worker']) {
  const gateways = egresses.length === 0 ? [undefined] : egresses;
  return [
    { name: 'main', queue: taskQueues.main, type: 'workflow' },
    ...gateways.map((egress) => ({ name: 'gateway', queue: gatewayQueue(egress), type: 'activity' }) as const),
    { name: 'celtra', queue: taskQueues.celtra, type: 'activity' },
    { name: 'transfer', queue: taskQueues.transfer, type: 'activity' },
  ] as const;
}

/** Whether each queue has a worker that polls it. Throws when Temporal does not answer. */
export async function checkWorkers(
  { client, namespace }: Pick<TemporalConnection, 'client' | 'namespace'>,
  { worker }: Pick<ExtpostConfig, 'worker'>,
): Promise<readonly Finding[]> {
  const queues = polledQueues(worker);
  const states = queues.map(({ queue, type }) => readTaskQueue(client, { namespace, queue, type }));
  const workers = activePollers(await Promise.all(states));
  return queues.map(({ name, queue }, index): Finding => {
    const subject = `workers: ${name}`;
    const count = workers[index]?.length ?? 0;
    return count > 0
      ? ok(subject, `${pluralise(count, 'worker')} on ${queue}`)
      : fault(subject, `nobody polls ${queue}`, `Start "extpost worker --queues ${name}", or one for all queues.`);
  });
}
