import { monitorEventLoopDelay } from 'node:perf_hooks';

const RESOLUTION_MS = 10;

/** Begins to watch this process's event loop; the function returned tells for how long it stood still at most, in milliseconds. */
export function watchStalls(): () => number {
  const stalls = monitorEventLoopDelay({ resolution: RESOLUTION_MS });
  stalls.enable();
  return () => Math.round(stalls.max / 1e6);
}
