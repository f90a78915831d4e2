import { createAddressSeal, type ActivityStudio, type Studios } from '../activities';
import { createCeltraClient, createCreativeForceClient, RequestBudget } from '../clients';
import type { ExtpostConfig, StudioConfig } from '../config';
import { neededReads } from '../domain/needed-reads';
import type { StudioSettings } from '../domain/studio-settings';

/** Builds what activities need of each studio: clients, recipes, settings. One budget serves all, for one address leaves. */
export function createStudios(config: ExtpostConfig): Studios {
  const budget = new RequestBudget({ limit: config.worker.gatewayRequestsPerSecond });
  return new Map(
    Object.entries(config.studios).map(([name, studio]): [string, ActivityStudio] => [
      name,
      {
        name,
        creativeForce: createCreativeForceClient(
          { ...studio.creativeForce, timeouts: { totalMs: studio.creativeForce.requestTimeout } },
          { budget },
        ),
        celtra: createCeltraClient({ ...studio.celtra, timeouts: { totalMs: studio.celtra.requestTimeout } }),
        recipes: studio.recipes,
        settings: studioSettings(studio),
        seal: createAddressSeal(studio.creativeForce.clientSecret),
        vendorId: studio.creativeForce.vendorId,
        workspaces: studio.creativeForce.workspaces,
        listingPageSize: studio.creativeForce.pageSize,
        celtraCaller: studio.celtra.caller,
        renderPace: pace(studio.celtra.poll),
        maxRenderBytes: config.worker.spool.maxBytes,
      },
    ]),
  );
}

function studioSettings(studio: StudioConfig): StudioSettings {
  const reads = neededReads(studio.recipes);
  const { assetKnown } = studio.creativeForce;
  return {
    looks: pace(studio.looks),
    freshForMs: studio.looks.freshFor,
    reviewWindowMs: studio.reviewWindow,
    assetKnown: { pace: pace({ ...assetKnown, factor: 2 }), giveUpMs: assetKnown.giveUp },
    renderDeadlineMs: studio.celtra.poll.deadline,
    reads: { ...reads, inputAssets: reads.inputAssets || studio.brief.inputAssets === 'always' },
    onMismatch: studio.preflight.onMismatch,
  };
}

function pace({ first, factor, max }: { first: number; factor: number; max: number }): StudioSettings['looks'] {
  return { firstMs: first, factor, maxMs: max };
}
