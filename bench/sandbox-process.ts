import { monitorEventLoopDelay } from 'node:perf_hooks';

import { exitWithParent, notifyParent } from '../cli/services/supervision';
import { waitForStopSignal } from '../cli/shared/signals';
import { startSandbox, type SandboxOptions } from '../sandbox';

/** A sandbox as a process of its own: its options are the first argument, as JSON; its addresses are the ready message. */
async function run(options: SandboxOptions): Promise<void> {
  exitWithParent();
  const sandbox = await startSandbox(options);
  // Its functions stay behind, because the message is JSON.
  notifyParent({ ready: sandbox });
  const stalls = monitorEventLoopDelay({ resolution: 10 });
  stalls.enable();
  await waitForStopSignal();
  // A sandbox that stalls handles at once what came one by one, and then counts too many requests in a second.
  console.log(`longest stall of the sandbox: ${Math.round(stalls.max / 1e6)} ms`);
  await sandbox.stop();
}

void run(JSON.parse(process.argv[2] ?? '{}') as SandboxOptions);
