import { ApplicationFailure } from '@temporalio/common';

import type { CeltraClient, CreativeForceClient } from '../clients';
import { failureTypes } from '../domain/failure-type';
import type { Pace } from '../domain/pace';
import type { Recipe } from '../domain/recipe';
import type { StudioSettings } from '../domain/studio-settings';
import type { AddressSeal } from './address-seal';

/** Everything that activities need of one studio. Holds secrets: it never leaves the worker. */
export interface ActivityStudio {
  readonly name: string;
  readonly creativeForce: CreativeForceClient;
  readonly celtra: CeltraClient;
  readonly recipes: readonly Recipe[];
  readonly settings: StudioSettings;
  readonly seal: AddressSeal;
  /** Creative Force's `postProductionVendorId`; without it the listing cannot be asked. */
  readonly vendorId?: string | undefined;
  /** Ids of the workspaces that are served, in lower case; absent means all. */
  readonly workspaces?: readonly string[] | undefined;
  readonly listingPageSize: number;
  /** The text that names us to Celtra's support (celtra.md §3, `caller`). */
  readonly celtraCaller: string;
  readonly renderPace: Pace;
  /** The largest render that is taken, in bytes. */
  readonly maxRenderBytes: number;
}

/** The studios that this worker's configuration knows. */
export type Studios = ReadonlyMap<string, ActivityStudio>;

/** Finds a studio; a name that the configuration lacks is a failure that retries cannot heal. */
export function studioNamed(studios: Studios, name: string): ActivityStudio {
  const studio = studios.get(name);
  if (studio === undefined) {
    throw ApplicationFailure.nonRetryable(
      `This worker's extpost.yaml has no studio "${name}"; it has ${[...studios.keys()].join(', ')}. Add the studio and restart the worker.`,
      failureTypes.unknownStudio,
    );
  }
  return studio;
}
