import { DefaultLogger } from '@temporalio/worker';

import { builtBundlePath, writeWorkflowBundle } from './workflow-bundle';

// Only what goes wrong is worth a line in a build.
writeWorkflowBundle(builtBundlePath, new DefaultLogger('WARN')).catch((error: unknown) => {
  console.error(error);
  process.exitCode = 1;
});
