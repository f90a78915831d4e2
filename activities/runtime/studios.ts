import { ApplicationFailure } from '@temporalio/common';

import type { CeltraClient, CreativeForceClient, NotificationChannel, Store } from '../../clients';
import type { MessageSettings } from '../../domain/notification/message';
import { failureTypes } from '../../domain/shared/failure-type';
import type { Backoff } from '../../domain/shared/backoff';
import type { PreflightSettings } from '../../domain/preflight/preflight';
import type { Recipe, Template } from '../../domain/recipe/recipe';
import type { RenderPolicy } from '../../domain/render/render-poll-state';
import type { StudioSettings } from '../../domain/task/studio-settings';
import type { AddressSeal } from '../creative-force/address-seal';

/** Everything that activities need of one studio. Contains secrets, so it must not leave the worker. */
export interface ActivityStudio {
  readonly name: string;
  readonly creativeForce: CreativeForceClient;
  readonly celtra: Pick<CeltraClient, 'exportOutputs'>;
  readonly recipes: readonly Recipe[];
  readonly settings: StudioSettings;
  readonly seal: AddressSeal;
  /** Creative Force's `postProductionVendorId`; without it the listing cannot be read. */
  readonly vendorId?: string | undefined;
  /** Lower-case ids of the workspaces that are served; absent means all. */
  readonly workspaces?: readonly string[] | undefined;
  readonly listingPageSize: number;
  /** Whether editorial tasks have their own listing (docs/reference/assumptions.md#editorial-listing). */
  readonly editorialListing?: boolean | undefined;
  /** Identifies extpost to Celtra's support (docs/reference/celtra.md#caller). */
  readonly celtraCaller: string;
  readonly renderPace: Backoff;
  readonly renders: RenderPolicy;
  readonly maxRenderBytes: number;
  /** Whether transfers may connect to this computer, for a trial with the sandbox; absent means no. */
  readonly allowLoopback?: boolean | undefined;
  /** Actions of the preflight rules; absent means `settings.onMismatch` for every rule. */
  readonly preflight?: PreflightSettings | undefined;
  /** Absent means that nobody is told anything. */
  readonly notifications?: StudioNotifications | undefined;
  /** The default is 268 million, enough for a poster at 300 dpi. */
  readonly maxPixels?: number | undefined;
  /** Where the input files and the brief of each new task are saved; absent means nowhere. */
  readonly inputs?: InputSettings | undefined;
}

export interface StudioNotifications extends MessageSettings {
  readonly channels: readonly NotificationChannel[];
  /** How long a notice waits for others of its cause, in milliseconds. */
  readonly groupForMs: number;
}

export interface InputSettings {
  readonly place: Store;
  readonly folder: Template;
  readonly name: Template;
}

export type Studios = ReadonlyMap<string, ActivityStudio>;

/** Finds a studio; throws a permanent failure if the configuration does not have it. */
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

export function preflightSettings({ preflight, settings }: ActivityStudio): PreflightSettings {
  return preflight ?? { onMismatch: settings.onMismatch };
}
