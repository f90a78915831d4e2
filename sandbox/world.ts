import type { Scheduler } from './scheduler';
import type { EventLog } from './event-log';
import type { Fault } from './creative-force/fault-options';
import type { Design, Studio, Task } from './day/model';
import type { Latencies } from './latency';
import type { Settings } from './options';
import type { StudioName } from './studio-name';

/** A presigned upload, and its bytes once they are stored. */
export interface Upload {
  readonly assetId: string;
  readonly fileId: string;
  readonly studio: Studio;
  readonly fileName: string;
  readonly fileLength: number;
  /** 32 lower-case hex digits; empty if it is unknown. */
  readonly md5: string;
  readonly contentType: string;
  readonly physicalFileTypeId: number;
  readonly signature: string;
  /** Unix milliseconds. */
  readonly expiresAt: number;
  stored: { readonly bytes: Buffer; readonly sha256: string; readonly at: number } | undefined;
  usedBy: string | undefined;
}

/** The addresses of the services, set as they start. */
export interface Addresses {
  creativeForce: string;
  celtra: string;
  celtraFiles: string;
  store: string;
  control: string;
}

/** The state that all services share. */
export interface World {
  readonly settings: Settings;
  /** Armed faults, oldest first. */
  readonly faults: Fault[];
  readonly studios: readonly Studio[];
  readonly tasks: readonly Task[];
  readonly designs: Design[];
  readonly uploads: Map<string, Upload>;
  readonly eventLog: EventLog;
  readonly scheduler: Scheduler;
  readonly latencies: Latencies;
  readonly addresses: Addresses;
  readonly webhookUrls: Map<StudioName, string>;
  now(): number;
  /** Unix milliseconds; `undefined` before the day has begun. */
  begunAt: number | undefined;
  /** Number of tasks that are not ready yet, and of webhooks without a first attempt. */
  unsentAnnouncements: number;
}

/** Finds a task that is or was ready, by its id in any letter case. */
export function findTask(world: World, taskId: string): Task | undefined {
  const wanted = taskId.toLowerCase();
  return world.tasks.find((task) => task.taskId === wanted && task.status !== 'not ready');
}
