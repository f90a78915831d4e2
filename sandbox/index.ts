import { createScheduler } from './scheduler';
import { registerCeltraExport } from './celtra/export-service';
import { createCeltraFaults } from './celtra/faults';
import { registerCeltraFiles } from './celtra/file-host';
import { createRenders } from './celtra/renders';
import { EventLog } from './event-log';
import { registerControl } from './control/service';
import { registerCreativeForce } from './creative-force/service';
import { createWebhookSender } from './creative-force/webhook-sender';
import { faultShape } from './creative-force/fault-options';
import { createStudioActions } from './day/studio-actions';
import { createDayEvents } from './day/run-events';
import { createDay } from './day/run-day';
import { createStudios } from './day/studios';
import { presetsNeeded, writeDay } from './day/write-day';
import { sampleDesignIdOf, writeSampleDesign } from './day/sample-designs';
import { addLatency, createLatencies } from './latency';
import { createDeliveredFolder } from './delivered-folder';
import { buildLedger } from './ledger';
import { registerObjectStore } from './object-store/service';
import { settingsOf, type SandboxOptions } from './options';
import { createRandom } from './random';
import type { Sandbox } from './sandbox';
import { openService, type OpenService } from './service';
import type { World } from './world';

export { wildDay } from './day/wild';
export type { Ledger, LedgerFile, LedgerSummary, LedgerTask } from './ledger';
export type { SandboxCredentials, SandboxOptions, StudioName } from './options';
export { sandboxEnvironment, type Sandbox, type SandboxPlace, type SandboxStudio } from './sandbox';

/**
 * Starts the stand-ins for Creative Force, Celtra and the object store on 127.0.0.1, with a new day of work that has
 * not begun.
 */
export async function startSandbox(options: SandboxOptions = {}): Promise<Sandbox> {
  const world = createWorld(options);
  const sender = createWebhookSender(world);
  const studioActions = createStudioActions(world, sender);
  const day = createDay(world, sender, createDayEvents(world, studioActions));
  const renders = createRenders(world);
  const faults = createCeltraFaults(world);
  const delivered = createDeliveredFolder(world);
  const { addresses, settings } = world;
  const ports = options.ports ?? {};
  const services: OpenService[] = [];
  const stop = async (): Promise<void> => {
    world.scheduler.stop();
    await Promise.all(services.map((service) => service.close()));
    await sender.close();
    await delivered.settled();
  };
  const open = async (name: keyof typeof addresses, register: Parameters<typeof openService>[3]): Promise<void> => {
    const service = await openService(name, settings.host, ports[name] ?? 0, register);
    services.push(service);
    addresses[name] = service.url;
  };

  try {
    await open('store', (app) => {
      addLatency(app, () => world.latencies.wait('store'));
      registerObjectStore(app, world);
    });
    await open('celtraFiles', (app) => {
      addLatency(app, () => world.latencies.wait('celtraFiles'));
      registerCeltraFiles(app, world, renders, faults);
    });
    await open('celtra', (app) => {
      registerCeltraExport(app, world, renders, faults);
    });
    await open('creativeForce', (app) => {
      addLatency(app, (endpoint) => world.latencies.waitForEndpoint(endpoint));
      registerCreativeForce(app, world, (task) => {
        delivered.add(task);
        day.accepted(task);
      });
    });
    await open('control', (app) => {
      registerControl(app, world, day, studioActions);
    });
  } catch (error) {
    await stop();
    throw error;
  }

  return {
    controlUrl: addresses.control,
    creativeForceUrl: `${addresses.creativeForce}/v1`,
    tokenUrl: `${addresses.creativeForce}/connect/token`,
    authorizeUrl: `${addresses.creativeForce}/connect/authorize`,
    revocationUrl: `${addresses.creativeForce}/connect/revocation`,
    celtraUrl: `${addresses.celtra}/api`,
    celtraTokenUrl: `${addresses.celtra}/oauth/token`,
    celtraFilesUrl: addresses.celtraFiles,
    storeUrl: addresses.store,
    studios: world.studios.map(({ name, title, workspaceId, specification, folderId, credentials }) => ({
      name,
      title,
      workspaceId,
      specification: specification.id,
      sampleDesignId: sampleDesignIdOf(name, settings.seed),
      celtraFolderId: folderId,
      ...credentials,
    })),
    ledger: ({ final = false } = {}) => buildLedger(world, final),
    stop,
  };
}

function createWorld(options: SandboxOptions): World {
  const settings = settingsOf(options);
  const random = createRandom(settings.seed);
  const studios = createStudios(random, options.credentials, presetsNeeded(settings.day));
  const now = Date.now();
  const tasks = writeDay(random, studios, settings.day, now);
  const world: World = {
    settings,
    faults: (options.faults ?? []).map((fault) => faultShape.parse(fault)),
    studios,
    tasks,
    designs: [
      ...new Set(tasks.map((task) => task.job.design)),
      ...studios.map((studio) => writeSampleDesign(studio, settings.seed, now)),
    ],
    uploads: new Map(),
    eventLog: new EventLog(),
    scheduler: createScheduler(),
    latencies: createLatencies(settings),
    addresses: { creativeForce: '', celtra: '', celtraFiles: '', store: '', control: '' },
    webhookUrls: new Map(),
    now: () => Date.now(),
    begunAt: undefined,
    unsentAnnouncements: 0,
  };
  for (const studio of studios) {
    const url = options.webhookUrls?.[studio.name];
    if (url !== undefined) world.webhookUrls.set(studio.name, url);
  }
  return world;
}
