import { mkdir } from 'node:fs/promises';
import path from 'node:path';

import type { Ledger, SandboxOptions, SandboxPlace } from '../sandbox';
import type { ArrivalsReport } from './arrivals/arrivals-process';
import { control, eventsOf, startProcesses, type RunningProcesses, type SandboxEvent } from './day';
import { gatewayBudgetConfig } from './gateway-budget-config';
import { arrivalsProcess, launch, sandboxProcess } from './launch';
import { descendantSeconds, processorSeconds } from './processor-time';
import type { RealisticOptions } from './realistic-options';
import { SMALL_PICTURES } from './realistic-report';
import type { SandboxReport } from './sandbox-process';

/** Sandbox, receiver and worker, each as a process of its own. */
export interface RealisticDay extends RunningProcesses {
  readonly sandbox: SandboxPlace;
  /** The sandbox's events so far; each call reads only those that are new. */
  readonly events: () => Promise<readonly SandboxEvent[]>;
  /** The sandbox's verdict. */
  readonly ledger: () => Promise<Ledger>;
  /** When the gateway's requests came to its socket, and for how long its proxy and the sandbox stood still at most. */
  readonly arrivals: () => Promise<ArrivalsReport & { readonly sandboxStallMs: number }>;
  /** Processor seconds so far, by process. */
  readonly processorSeconds: () => Promise<Readonly<Record<string, number>>>;
  /** How many of the worker's are those of the processes that examine pictures, and that make small ones. */
  readonly pictureSeconds: () => Promise<Readonly<Record<string, number>>>;
}

/** Starts a day whose extpost has its usual settings, and whose recipes need no optional read. */
export async function startRealisticDay(
  own: { readonly folder: string; readonly address: string; readonly serverPid: number },
  options: RealisticOptions,
  sandboxOptions: SandboxOptions,
  reviewWindow: string,
): Promise<RealisticDay> {
  const { requestsPerSecond, mostParallel, transfers, profileFolder } = options;
  if (profileFolder !== undefined) await mkdir(profileFolder, { recursive: true });
  const profiling = profileFolder === undefined ? [] : ['--cpu-prof', `--cpu-prof-dir=${path.resolve(profileFolder)}`];
  const sandboxPart = await launch(sandboxProcess, [JSON.stringify(sandboxOptions)], process.env, profiling);
  const parts = [sandboxPart];
  const stop = async (): Promise<void> => {
    for (const part of parts.splice(0).reverse()) await part.stop();
  };
  try {
    const sandbox = sandboxPart.ready as SandboxPlace;
    const proxy = await launch(arrivalsProcess, [sandbox.creativeForceUrl], process.env);
    parts.push(proxy);
    const processes = await startProcesses(
      { ...sandbox, creativeForceUrl: proxy.ready as string },
      {
        folder: path.join(own.folder, 'day'),
        temporal: { address: own.address, namespace: 'default' },
        config: (place) =>
          gatewayBudgetConfig(place, { requestsPerSecond, reviewWindow, mostParallel, transfers, usualPace: true }),
        workerNodeOptions: profiling,
      },
    );
    let events: readonly SandboxEvent[] = [];
    const pids = { sandbox: sandboxPart.pid, proxy: proxy.pid, 'Temporal server': own.serverPid };
    return {
      ...processes,
      sandbox,
      events: async () => {
        events = [...events, ...(await eventsOf(sandbox, events.length))];
        return events;
      },
      ledger: async () => (await control(sandbox, 'GET', '/ledger')) as Ledger,
      arrivals: async () => ({
        ...((await proxy.report()) as ArrivalsReport),
        sandboxStallMs: ((await sandboxPart.report()) as SandboxReport).longestStallMs,
      }),
      processorSeconds: () =>
        processorSeconds({ worker: processes.pidOf('worker'), receiver: processes.pidOf('receiver'), ...pids }),
      pictureSeconds: async () => {
        const { lowest, usual } = await descendantSeconds(processes.pidOf('worker'));
        return { 'its examinations': usual, [SMALL_PICTURES]: lowest };
      },
      stop: async () => {
        await processes.stop();
        await stop();
      },
    };
  } catch (error) {
    await stop();
    throw error;
  }
}
