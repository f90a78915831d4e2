import { ApplicationFailure } from '@temporalio/common';

import type { CeltraClient, CreativeForceClient, NotificationClient, Store } from '../../clients';
import { failureTypes } from '../../domain/shared/failure-type';
import type { Backoff } from '../../domain/shared/backoff';
import type { PreflightSettings } from '../../domain/preflight/preflight';
import type { Recipe, Template } from '../../domain/recipe/recipe';
import type { RenderPolicy } from '../../domain/render/render-poll-state';
import type { StudioSettings } from '../../domain/task/studio-settings';
import type { AddressSeal } from '../creative-force/address-seal';

/** Everything that activities need of one studio. Holds secrets: it never leaves the worker. */
export interface ActivityStudio {
  readonly name: string;
  readonly creativeForce: CreativeForceClient;
  readonly celtra: Pick<CeltraClient, 'exportOutputs'>;
  readonly recipes: readonly Recipe[];
  readonly settings: StudioSettings;
  readonly seal: AddressSeal;
  /** Creative Force's `postProductionVendorId`; without it the listing cannot be asked. */
  readonly vendorId?: string | undefined;
  /** Ids of the workspaces that are served, in lower case; absent means all. */
  readonly workspaces?: readonly string[] | undefined;
  readonly listingPageSize: number;
  /**
   * Whether editorial tasks have a listing of their own (docs/reference/assumptions.md#editorial-listing); absent means
   * that one listing serves both.
   */
  readonly editorialListing?: boolean | undefined;
  /** The text that names us to Celtra's support (docs/reference/celtra.md#caller). */
  readonly celtraCaller: string;
  readonly renderPace: Backoff;
  readonly renders: RenderPolicy;
  /** The largest render that is taken, in bytes. */
  readonly maxRenderBytes: number;
  /** Whether files may come from and go to this computer: for a trial with the sandbox; absent means no. */
  readonly allowLoopback?: boolean | undefined;
  /** The studio's say in the check of renders; absent means what `settings.onMismatch` says, for every rule. */
  readonly preflight?: PreflightSettings | undefined;
  /** Where people of this studio are told; absent means nowhere. */
  readonly notifications?: NotificationClient | undefined;
  /** The most pixels that a picture may have; absent means a number that fits what studios make. */
  readonly maxPixels?: number | undefined;
  /** Where the pictures and the brief of each new task are put; absent means nowhere. */
  readonly inputs?: InputSettings | undefined;
}

export interface InputSettings {
  readonly place: Store;
  readonly folder: Template;
  readonly name: Template;
}

/** The studios that this worker's configuration knows. */
export type Studios = ReadonlyMap<string, ActivityStudio>;

/** Finds a studio; a name that the configuration lacks is a failure that retries cannot heal. */
export function getStudio(studios: Studios, name: string): ActivityStudio {
  const studio = studios.get(name);
  if (studio === undefined) {
    throw ApplicationFailure.nonRetryable(
      `This worker's extpost.yaml has no studio "${name}"; it has ${[...studios.keys()].join(', ')}. Add the studio and restart the worker.`,
      failureTypes.unknownStudio,
    );
  }
  return studio;
}

/** The studio's say in the check of renders. */
export function preflightSettings({ preflight, settings }: ActivityStudio): PreflightSettings {
  return preflight ?? { onMismatch: settings.onMismatch };
}
