import { constants, setPriority } from 'node:os';

import { exitWithParent, notifyParent } from '../../cli/services/supervision';
import { waitForStopSignal } from '../../cli/shared/signals';
import { answerReports } from '../launch';
import { watchStalls } from '../stalls';
import { startArrivalsProxy } from './arrivals-proxy';

/** What the process answers when its parent asks for a report. */
export interface ArrivalsReport {
  readonly arrivals: readonly number[];
  /** Times that came before the process had its turn are late by up to so many milliseconds. */
  readonly longestStallMs: number;
}

/** A proxy as a process of its own, so that nothing else keeps it from writing down when a request came: its first argument is the target. */
async function run(target: string): Promise<void> {
  exitWithParent();
  try {
    setPriority(constants.priority.PRIORITY_HIGHEST);
  } catch {
    // Only root may; the report says how long it stood still.
  }
  const proxy = await startArrivalsProxy(target);
  const longestStallMs = watchStalls();
  answerReports((): ArrivalsReport => ({ arrivals: proxy.arrivals(), longestStallMs: longestStallMs() }));
  notifyParent({ ready: proxy.url });
  await waitForStopSignal();
  await proxy.stop();
}

void run(process.argv[2] ?? '');
