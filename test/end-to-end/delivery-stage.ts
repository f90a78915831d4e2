import { mkdirSync, symlinkSync } from 'node:fs';
import { writeFile } from 'node:fs/promises';
import path from 'node:path';

import { ApplicationFailure } from '@temporalio/common';

import type { AuditLog, Spool } from '../../activities';
import { createAuditActivities, createAuditLog } from '../../activities/audit/audit-activities';
import { createCeltraActivities } from '../../activities/celtra/celtra-activities';
import { createConversionActivities } from '../../activities/pictures/conversion-activities';
import { createCreativeForceActivities } from '../../activities/creative-force/creative-force-activities';
import { createCreativeWatchActivities } from '../../activities/celtra/creative-watch';
import { createFetchActivities, createSpoolActivities } from '../../activities/transfer/transfer-activities';
import { createInputActivities } from '../../activities/inputs/input-activities';
import { createPictureKeeper } from '../../activities/pictures/keep/picture-keeper';
import { createPlanKeeper } from '../../activities/planning/plan-keeper';
import { createPlanningActivities, createPreflightActivities } from '../../activities/planning/planning-activities';
import { createRecordActivities } from '../../activities/planning/earlier-record';
import { createSpool } from '../../activities/transfer/spool';
import { createTaskEntriesReader } from '../../activities/audit/task-entries';
import { createVerdictActivities } from '../../activities/creative-force/verdict-watch';
import { killMatrixConfig } from '../../bench/kill-matrix-run';
import { control, eventsOf } from '../../bench/day';
import type { Store } from '../../clients';
import { createStore } from '../../clients/store/create-store';
import { partPathOf } from '../../clients/transfer/part-file';
import { RequestBudget } from '../../clients/http/request-budget';
import type { ExtpostConfig } from '../../config';
import { loadConfig } from '../../config/load/load-config';
import type { DeliveryEntry } from '../../domain/audit/audit-entry';
import { parseAuditLine } from '../../domain/audit/audit-chain';
import { sandboxEnvironment, startSandbox, type Sandbox, type SandboxOptions, type SandboxStudio } from '../../sandbox';
import { createWorkerMetrics } from '../../workers/metrics/worker-metrics';
import { createStudios } from '../../workers/composition/studios';
import { FAKE_SPOOL_QUEUE } from '../support/fake-world';
import { eventually, TestTemporal, type TaskHandle } from '../support/temporal';

/** A Linux device on which every write fails as on a full disk. */
export const FULL_DISK = '/dev/full';

/** The longest wait of an activity, unless a test says otherwise, so that it does not take half a minute. */
const MAX_WAIT_MS = 300;

/** A task as the sandbox's control service lists it. */
export interface DayTask {
  readonly studio: string;
  readonly taskId: string;
  readonly contentCreationType: 'ecom' | 'editorial';
  /** The product's code, the prefix of the names of creatives and files. */
  readonly product: string;
}

/** The real workflow with the real activities on a real Temporal server, in this process, against a sandbox. */
export class DeliveryStage {
  private constructor(
    readonly sandbox: Sandbox,
    readonly temporal: TestTemporal,
    readonly audit: AuditLog,
    readonly spoolFolder: string,
    readonly config: ExtpostConfig,
    /** What workers and the board share. */
    readonly stores: Readonly<Record<'pictures' | 'plans' | 'uploads', Store>>,
    private readonly full: Set<string>,
  ) {}

  /** `settingsOf`: more settings of a studio in extpost.yaml. `maxWaitMs`: more where many tasks wait, each of which polls. */
  static async open(
    folder: string,
    options: SandboxOptions,
    settingsOf: (studio: SandboxStudio) => object = () => ({}),
    maxWaitMs = MAX_WAIT_MS,
  ): Promise<DeliveryStage> {
    const sandbox = await startSandbox(options);
    const { studios: written, ...rest } = killMatrixConfig(sandbox);
    const retries = { first: '200ms', factor: 1, max: '200ms' };
    const file = path.join(folder, 'extpost.yaml');
    const studiosOf = sandbox.studios.map((studio) => [
      studio.name,
      { ...written[studio.name], retries, ...settingsOf(studio) },
    ]);
    // JSON is YAML.
    await writeFile(file, JSON.stringify({ ...rest, studios: Object.fromEntries(studiosOf) }));
    const config = await loadConfig({ path: file, environment: sandboxEnvironment(sandbox) });
    // The sandbox's own limit is tested elsewhere.
    const studios = createStudios(config, createWorkerMetrics(), new RequestBudget({ limit: 1_000 }));
    const audit = createAuditLog({ folder: path.join(folder, 'audit') });
    const spoolFolder = path.join(folder, 'spool');
    const full = new Set<string>();
    const spool = onFullDisk(createSpool(spoolFolder, FAKE_SPOOL_QUEUE), full);
    const storeIn = (part: string): Store => createStore({ folder: path.join(folder, part) });
    const stores = { pictures: storeIn('pictures'), plans: storeIn('plans'), uploads: storeIn('uploads') };
    const pictures = createPictureKeeper({
      store: stores.pictures,
      folder: path.join(folder, 'shrinking'),
      onOutcome: () => undefined,
    });
    const plans = createPlanKeeper(stores.plans, () => undefined);
    const activities: Readonly<Record<string, unknown>> = {
      ...createPlanningActivities(studios, createTaskEntriesReader(audit), { plans }),
      ...createPreflightActivities(studios),
      ...createAuditActivities(studios, audit),
      ...createRecordActivities(createTaskEntriesReader(audit)),
      ...createCreativeForceActivities(studios),
      ...createVerdictActivities(studios, 15),
      ...createCeltraActivities(studios, pictures, plans),
      ...createCreativeWatchActivities(studios, pictures),
      ...createFetchActivities(studios, spool, { pictures, uploads: stores.uploads }),
      ...createInputActivities(studios, { folder: path.join(folder, 'inputs'), capacity: spool.capacity, pictures }),
      ...createSpoolActivities(studios, spool),
      ...createConversionActivities(studios, spool, undefined, pictures),
    };
    const temporal = await TestTemporal.connect();
    await temporal.serve(() => ({
      activityNames: Object.keys(activities),
      call: (name, argument) =>
        sooner(maxWaitMs, () => (activities[name] as (argument: unknown) => Promise<unknown>)(argument)),
    }));
    return new DeliveryStage(sandbox, temporal, audit, spoolFolder, config, stores, full);
  }

  /** The next download of this task finds a full disk, once. */
  fillDiskFor(taskId: string): void {
    this.full.add(taskId);
  }

  /** All tasks of the day, in its order. */
  async tasks(): Promise<readonly DayTask[]> {
    return (await control(this.sandbox, 'GET', '/tasks')) as readonly DayTask[];
  }

  /** Begins the day, and starts the workflow of each of these tasks once it is ready. */
  async begin(tasks: readonly DayTask[]): Promise<TaskHandle[]> {
    await control(this.sandbox, 'POST', '/day/begin');
    await eventually(
      () => Promise.resolve(this.sandbox.ledger().tasks),
      (all) => all.every(({ readyAt }) => readyAt !== undefined),
    );
    return Promise.all(
      tasks.map(({ studio, taskId, contentCreationType }) =>
        this.temporal.startTask({ studio, taskId, contentCreationType }),
      ),
    );
  }

  events() {
    return eventsOf(this.sandbox);
  }

  /** The audit entries of a task. */
  async entriesOf({ studio, taskId }: Pick<DayTask, 'studio' | 'taskId'>): Promise<DeliveryEntry[]> {
    const entries: DeliveryEntry[] = [];
    for await (const { text = '' } of this.audit.linesOfTask(studio, taskId)) {
      const line = parseAuditLine(text, this.audit.keys);
      if (!('fault' in line)) entries.push(line.entry);
    }
    return entries;
  }

  async close(): Promise<void> {
    await this.temporal.close();
    await this.sandbox.stop();
  }
}

/** A spool in which the first file of some tasks is on a full disk. */
function onFullDisk(spool: Spool, full: Set<string>): Spool {
  return {
    ...spool,
    pathOf: (taskId, fileId) => {
      const place = spool.pathOf(taskId, fileId);
      if (full.delete(taskId)) {
        mkdirSync(path.dirname(place), { recursive: true });
        symlinkSync(FULL_DISK, partPathOf(place));
      }
      return place;
    },
  };
}

/** Runs an activity; the server retries a failure after `maxWaitMs` at the latest. */
async function sooner(maxWaitMs: number, work: () => Promise<unknown>): Promise<unknown> {
  try {
    return await work();
  } catch (error) {
    if (!(error instanceof ApplicationFailure) || error.nextRetryDelay === undefined) throw error;
    const { message, type, nonRetryable, details, cause, nextRetryDelay, category } = error;
    const wait = typeof nextRetryDelay === 'number' ? Math.min(nextRetryDelay, maxWaitMs) : maxWaitMs;
    throw new ApplicationFailure(message, type, nonRetryable, details, cause, wait, category);
  }
}
