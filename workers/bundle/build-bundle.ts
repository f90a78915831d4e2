import { DefaultLogger } from '@temporalio/worker';

import { builtBundlePath, writeWorkflowBundle } from './workflow-bundle';

// The log of a successful build stays empty.
writeWorkflowBundle(builtBundlePath, new DefaultLogger('WARN')).catch((error: unknown) => {
  console.error(error);
  process.exitCode = 1;
});
