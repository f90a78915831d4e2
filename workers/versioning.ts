import type { WorkerOptions } from '@temporalio/worker';

import type { ExtpostConfig } from '../config';

/** Temporal's Worker Versioning, when it is configured: which build these workers are, and whether a task stays with its own. */
export function versioningOf({
  versioning,
}: Pick<ExtpostConfig['worker'], 'versioning'>): Pick<WorkerOptions, 'workerDeploymentOptions'> {
  if (versioning === undefined) return {};
  const { deployment: deploymentName, buildId, behavior } = versioning;
  return {
    workerDeploymentOptions: {
      version: { deploymentName, buildId },
      useWorkerVersioning: true,
      defaultVersioningBehavior: behavior === 'pinned' ? 'PINNED' : 'AUTO_UPGRADE',
    },
  };
}
