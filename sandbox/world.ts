import type { Scheduler } from './scheduler';
import type { EventLog } from './event-log';
import type { Fault } from './creative-force/fault-options';
import type { Design, Studio, Task } from './day/model';
import type { Settings } from './options';
import type { StudioName } from './studio-name';

/** A file that the gateway has promised to take, and its bytes once they have come. */
export interface Upload {
  readonly assetId: string;
  readonly fileId: string;
  readonly studio: Studio;
  readonly fileName: string;
  readonly fileLength: number;
  /** 32 lower-case hex digits; empty when it was not told, or not so that it could be read. */
  readonly md5: string;
  readonly contentType: string;
  readonly physicalFileTypeId: number;
  readonly signature: string;
  /** Unix milliseconds. */
  readonly expiresAt: number;
  stored: { readonly bytes: Buffer; readonly sha256: string; readonly at: number } | undefined;
  usedBy: string | undefined;
}

/** Where the services answer; filled in as they come up. */
export interface Addresses {
  creativeForce: string;
  celtra: string;
  celtraFiles: string;
  store: string;
  control: string;
}

/** All that the services share. */
export interface World {
  readonly settings: Settings;
  /** Faults that wait for a call, in the order in which they were armed. */
  readonly faults: Fault[];
  readonly studios: readonly Studio[];
  readonly tasks: readonly Task[];
  readonly designs: Design[];
  readonly uploads: Map<string, Upload>;
  readonly chronicle: EventLog;
  readonly agenda: Scheduler;
  readonly addresses: Addresses;
  readonly webhookUrls: Map<StudioName, string>;
  now(): number;
  /** Unix milliseconds; `undefined` before the day has begun. */
  begunAt: number | undefined;
  /** Tasks that are still to become ready, and webhooks still to be sent a first time. */
  unsentAnnouncements: number;
}

/** A task of a studio that Creative Force would show, by its id in any letter case. */
export function findTask(world: World, taskId: string): Task | undefined {
  const wanted = taskId.toLowerCase();
  return world.tasks.find((task) => task.taskId === wanted && task.status !== 'not ready');
}
