import type { Logger } from 'pino';
import type { Dispatcher } from 'undici';

import { createAddressSeal, type ActivityStudio, type Studios } from '../../activities';
import {
  createCeltraClient,
  createCreativeForceClient,
  createDispatcher,
  createNotificationChannels,
  createStore,
  pastedTokenExpiry,
  RequestLimit,
  type RequestBudget,
} from '../../clients';
import type { ExtpostConfig, StudioConfig } from '../../config';
import { groupedBy } from '../../domain/shared/grouped-by';
import { messageText } from '../../domain/notification/message';
import { neededReads } from '../../domain/recipe/needed-reads';
import { withoutTrailing } from '../../domain/shared/text';
import type { StudioSettings } from '../../domain/task/studio-settings';
import type { WorkerMetrics } from '../metrics/worker-metrics';
import { countingDispatcher } from '../metrics/gateway-requests';
import { creativeForceSettings, sealingSecret } from './client-settings';

/** Creates the clients and settings of each studio. All share one request budget, because they share one IP address. */
export function createStudios(config: ExtpostConfig, metrics: WorkerMetrics, budget: RequestBudget): Studios {
  const { egresses } = config.worker;
  const dispatcher = createDispatcher();
  const celtraLimits = celtraAccounts(config).flatMap(({ studios, max }): [string, RequestLimit][] => {
    const limit = new RequestLimit({ max, observer: metrics.celtraAccount(studios.join('+')) });
    return studios.map((name) => [name, limit]);
  });
  const limitOf = new Map(celtraLimits);
  return new Map(
    Object.entries(config.studios).map(([name, studio]): [string, ActivityStudio] => [
      name,
      {
        name,
        creativeForce: createCreativeForceClient(creativeForceSettings(name, studio), {
          budget,
          dispatcher: countingDispatcher(dispatcher, { studio: name, ...studio.creativeForce }, metrics),
        }),
        celtra: createCeltraClient(
          { ...studio.celtra, timeouts: { totalMs: studio.celtra.requestTimeout } },
          { limit: limitOf.get(name) },
        ),
        recipes: studio.recipes,
        settings: {
          ...studioSettings(studio),
          ...(egresses.length > 0 && { egresses }),
          ...(config.board.publicUrl !== undefined && { boardUrl: config.board.publicUrl }),
        },
        seal: createAddressSeal(sealingSecret(studio)),
        vendorId: studio.creativeForce.vendorId,
        workspaces: studio.creativeForce.workspaces,
        listingPageSize: studio.creativeForce.pageSize,
        editorialListing: studio.creativeForce.editorialListing,
        celtraCaller: studio.celtra.caller,
        notifications: notificationSettings(studio, config.board.publicUrl, dispatcher),
        renderPace: pace(studio.celtra.poll),
        renders: studio.celtra.renders,
        maxRenderBytes: config.worker.spool.maxBytes,
        preflight: studio.preflight,
        maxPixels: studio.preflight.maxPixels,
        inputs: inputSettings(studio),
        allowLoopback: config.worker.allowLoopback,
      },
    ]),
  );
}

/** Studios with the same application share an account, and with it the smallest of their limits. */
export function celtraAccounts({ studios }: ExtpostConfig): { readonly studios: string[]; readonly max: number }[] {
  const accounts = groupedBy(Object.entries(studios), ([, { celtra }]) =>
    JSON.stringify([withoutTrailing(new URL(celtra.baseUrl).href, '/'), celtra.applicationId]),
  );
  return [...accounts.values()].map((sharing) => ({
    studios: sharing.map(([name]) => name),
    max: Math.min(...sharing.map(([, { celtra }]) => celtra.maxParallelRequests)),
  }));
}

export function warnOfPastedTokens(config: ExtpostConfig, logger: Pick<Logger, 'warn'>): void {
  for (const [studio, { creativeForce }] of Object.entries(config.studios)) {
    if (creativeForce.grant !== 'pasted token') continue;
    const end = pastedTokenExpiry(creativeForce);
    const when = end === undefined ? 'at an unknown time' : `at ${new Date(end).toISOString()}`;
    logger.warn(
      { studio },
      `${studio} works with a pasted access token, for a trial: it expires ${when}, and then everything stops.`,
    );
  }
}

function studioSettings(studio: StudioConfig): StudioSettings {
  const { inputs } = studio;
  const reads = neededReads(studio.recipes, inputs === undefined ? [] : [inputs.folder, inputs.name]);
  const { assetKnown } = studio.creativeForce;
  const readsNames = studio.brief.names === 'always';
  return {
    polls: pace(studio.poll),
    freshForMs: studio.poll.freshFor,
    goneAfterMs: studio.poll.goneAfter,
    reviewWindowMs: studio.reviewWindow,
    assetKnown: { pace: pace({ ...assetKnown, factor: 2 }), giveUpMs: assetKnown.giveUp },
    renderDeadlineMs: studio.celtra.poll.deadline,
    onDesignChange: studio.celtra.renders.onDesignChange,
    reads: {
      ...reads,
      inputAssets: reads.inputAssets || studio.brief.inputAssets === 'always',
      product: reads.product || readsNames,
      deliverable: reads.deliverable || readsNames,
    },
    onMismatch: studio.preflight.onMismatch,
    savesInputs: studio.inputs !== undefined,
    bulkSize: studio.creativeForce.bulkSize,
    lifecycle: lifecyclePolicy(studio),
  };
}

function notificationSettings(
  { notifications }: StudioConfig,
  boardUrl: string | undefined,
  dispatcher: Dispatcher,
): ActivityStudio['notifications'] {
  if (notifications === undefined) return undefined;
  const { groupFor: groupForMs, timeZone } = notifications;
  const channels = createNotificationChannels(notifications, { dispatcher, toText: messageText });
  return { channels, groupForMs, timeZone, boardUrl };
}

function inputSettings({ inputs }: StudioConfig): ActivityStudio['inputs'] {
  if (inputs === undefined) return undefined;
  const { saveTo, folder, name } = inputs;
  return { place: createStore(saveTo, { readers: 'everybody' }), folder, name };
}

function lifecyclePolicy({
  creativeForce,
  corrections,
  retries,
  deadline,
  notifications,
}: StudioConfig): NonNullable<StudioSettings['lifecycle']> {
  return {
    corrections: pace(corrections),
    correctionWindowMs: corrections.for,
    settlingMs: corrections.settlingTime,
    unclearAfterMs: corrections.unclearAfter,
    retries: pace(retries),
    maxRounds: corrections.maxRounds,
    vendorId: creativeForce.vendorId?.toLowerCase(),
    slaMs: deadline.sla,
    warnBeforeMs: deadline.warnBefore,
    notifies: notifications !== undefined,
    escalateAfterMs: notifications?.escalateAfter ?? 0,
  };
}

function pace({ first, factor, max }: { first: number; factor: number; max: number }): StudioSettings['polls'] {
  return { firstMs: first, factor, maxMs: max };
}
