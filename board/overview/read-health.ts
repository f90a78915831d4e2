import type { ExtpostConfig } from '../../config';
import { shortDuration } from '../../domain/shared/time-text';
import { readSweepState } from '../../starters';
import { activePollers, readTaskQueue, type TemporalConnection } from '../../temporal';
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
  const [main, celtra, transfer] = await Promise.all([
    describeQueue(server, taskQueues.main, 'workflow'),
    describeQueue(server, taskQueues.celtra, 'activity'),
    describeQueue(server, taskQueues.transfer, 'activity'),
  ]);
  if (main.pollers.length === 0) return { text: 'none runs, so no task continues', isGood: false };
  const missing = [
    ...(celtra.pollers.length === 0 ? ['Celtra'] : []),
    ...(transfer.pollers.length === 0 ? ['downloads and uploads'] : []),
  ];
  if (missing.length > 0) return { text: `none does ${missing.join(' or ')}`, isGood: false };
  return { text: `${main.pollers.length} running`, isGood: true };
}

async function gatewayLine(
  server: HealthOptions['server'],
  egress: string | undefined,
  most: number,
): Promise<Omit<HealthLine, 'what'>> {
  const { pollers, backlog, perSecond } = await describeQueue(server, gatewayQueue(egress), 'activity');
  const [sender] = pollers;
  if (sender === undefined) return { text: 'no worker sends them', isGood: false };
  const waiting = backlog === 0 ? '' : `, ${backlog} waiting`;
  return { text: `${perSecond.toFixed(1)} of ${most} a second${waiting}; sent by ${sender}`, isGood: true };
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

interface QueueState {
  /** Process and host of each worker that polls it, the latest first. */
  readonly pollers: readonly string[];
  readonly backlog: number;
  readonly perSecond: number;
}

async function describeQueue(
  { client, namespace }: HealthOptions['server'],
  queue: string,
  type: 'workflow' | 'activity',
): Promise<QueueState> {
  const state = await client.withDeadline(Date.now() + WITHIN_MS, () =>
    readTaskQueue(client, { namespace, queue, type }),
  );
  // What else an identity says is for programs.
  return { ...state, pollers: activePollers(state).map((identity) => identity.split(' ', 1)[0] ?? identity) };
}
