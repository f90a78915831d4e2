import { exitWithParent, notifyParent } from '../cli/services/supervision';
import { waitForStopSignal } from '../cli/shared/signals';
import { startSandbox, type SandboxOptions } from '../sandbox';
import { answerReports } from './launch';
import { watchStalls } from './stalls';

/** What the process answers when its parent asks for a report. */
export interface SandboxReport {
  /** A sandbox that stood still handles at once what came one by one, and then counts too many requests in a second. */
  readonly longestStallMs: number;
}

/** A sandbox as a process of its own: its options are the first argument, as JSON; its addresses are the ready message. */
async function run(options: SandboxOptions): Promise<void> {
  exitWithParent();
  const sandbox = await startSandbox(options);
  // Its functions stay behind, because the message is JSON.
  notifyParent({ ready: sandbox });
  const longestStallMs = watchStalls();
  answerReports((): SandboxReport => ({ longestStallMs: longestStallMs() }));
  await waitForStopSignal();
  console.log(`longest stall of the sandbox: ${longestStallMs()} ms`);
  await sandbox.stop();
}

void run(JSON.parse(process.argv[2] ?? '{}') as SandboxOptions);
