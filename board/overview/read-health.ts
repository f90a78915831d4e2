import type { ExtpostConfig } from '../../config';
import { shortDuration } from '../../domain/shared/time-text';
import { readSweepState } from '../../starters';
import { activePollers, readTaskQueue, type TaskQueueState, type TemporalConnection } from '../../temporal';
import { gatewayQueue, taskQueues } from '../../workflows/task-queues';

const WITHIN_MS = 5_000;

/** One line of what the coordinator can trust in, or must tell operations. */
export interface HealthLine {
  readonly what: string;
  /** The studio that it is about; absent where it is about all. */
  readonly studio?: string | undefined;
  readonly text: string;
  readonly isGood: boolean;
}

export interface HealthOptions {
  readonly server: Pick<TemporalConnection, 'client' | 'namespace'>;
  readonly config: Pick<ExtpostConfig, 'studios' | 'sweep' | 'worker'>;
}

/** Whether listings are swept, workers run and requests go out. A part that cannot be read says so in its line. */
export async function readHealth({ server, config }: HealthOptions, now: number): Promise<HealthLine[]> {
  const { egresses } = config.worker;
  const gateways = egresses.length === 0 ? [undefined] : egresses;
  const lines = await Promise.all([
    orUnknown('Workers', () => workerLine(server)),
    ...gateways.map((egress) =>
      orUnknown(egress === undefined ? 'Requests to Creative Force' : `Requests to Creative Force from ${egress}`, () =>
        gatewayLine(server, egress, config.worker.gatewayRequestsPerSecond),
      ),
    ),
    ...Object.entries(config.studios).map(async ([name, { creativeForce }]) => {
      const read = () => sweepLine(server, name, creativeForce.vendorId, config.sweep, now);
      return { ...(await orUnknown(`Listing of ${name}`, read)), studio: name };
    }),
  ]);
  return lines;
}

async function orUnknown(what: string, read: () => Promise<Omit<HealthLine, 'what'>>): Promise<HealthLine> {
  try {
    return { what, ...(await read()) };
  } catch {
    return { what, text: 'unknown', isGood: false };
  }
}

async function workerLine(server: HealthOptions['server']): Promise<Omit<HealthLine, 'what'>> {
  const states = await Promise.all([
    readQueue(server, taskQueues.main, 'workflow'),
    readQueue(server, taskQueues.celtra, 'activity'),
    readQueue(server, taskQueues.transfer, 'activity'),
  ]);
  const [main = [], celtra = [], transfer = []] = activePollers(states);
  if (main.length === 0) return { text: 'none runs, so no task continues', isGood: false };
  const missing = [
    ...(celtra.length === 0 ? ['Celtra'] : []),
    ...(transfer.length === 0 ? ['downloads and uploads'] : []),
  ];
  if (missing.length > 0) return { text: `none for ${missing.join(' or ')}`, isGood: false };
  return { text: `${main.length} running`, isGood: true };
}

async function gatewayLine(
  server: HealthOptions['server'],
  egress: string | undefined,
  most: number,
): Promise<Omit<HealthLine, 'what'>> {
  const state = await readQueue(server, gatewayQueue(egress), 'activity');
  const [[sender] = []] = activePollers([state]);
  if (sender === undefined) return { text: 'no worker sends them', isGood: false };
  const { backlog, perSecond } = state;
  const waiting = backlog === 0 ? '' : `, ${backlog} waiting`;
  // What else its identity says is for programs.
  return {
    text: `${perSecond.toFixed(1)} of ${most} a second${waiting}; sent by ${sender.split(' ', 1)[0]}`,
    isGood: true,
  };
}

async function sweepLine(
  { client }: HealthOptions['server'],
  studio: string,
  vendorId: string | undefined,
  sweep: ExtpostConfig['sweep'],
  now: number,
): Promise<Omit<HealthLine, 'what'>> {
  if (vendorId === undefined) return { text: 'not read: the studio has no vendorId', isGood: false };
  const { lastSuccess, since, state } = await client.withDeadline(Date.now() + WITHIN_MS, () =>
    readSweepState(client, studio),
  );
  const last = lastSuccess === undefined ? 'never read' : `read ${shortDuration(now - lastSuccess)} ago`;
  if (state !== 'scheduled') {
    return { text: `${last}; ${state === 'paused' ? 'its schedule is paused' : 'it has no schedule'}`, isGood: false };
  }
  return { text: last, isGood: now - (lastSuccess ?? since) <= sweep.alarmAfter };
}

function readQueue(
  { client, namespace }: HealthOptions['server'],
  queue: string,
  type: 'workflow' | 'activity',
): Promise<TaskQueueState> {
  return client.withDeadline(Date.now() + WITHIN_MS, () => readTaskQueue(client, { namespace, queue, type }));
}
