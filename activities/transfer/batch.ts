import { setMaxListeners } from 'node:events';

import { parseBatchReport, type BatchReport } from '../../domain/delivery/batch-report';
import type { ActivityRun } from '../runtime/run-activity';
import type { TransferRun } from './transfer-run';

/** Files of one batch that are transferred at the same time; the worker's permits limit those of all batches. */
const PARALLEL_FILES = 24;

/** Each report holds the results of all files so far, so not every step of every file is worth one. */
const REPORT_INTERVAL_MS = 1_000;

type Done = Readonly<Record<string, unknown>>;

/** Transfers one file. `attempts` says how often its transfer has been started, this time included. */
type Transfer<Item, Result> = (item: Item, run: TransferRun, attempts: () => number) => Promise<Result>;

/** Heartbeats carry the results, so a retry transfers only the rest. After a failure no other file is started. */
export async function runBatch<Item, Result>(
  items: readonly Item[],
  { lastHeartbeat, heartbeat, signal }: ActivityRun,
  transfer: Transfer<Item, Result>,
  onDone: (done: Done) => void = () => undefined,
): Promise<Result[]> {
  // Each of its files listens, and Node warns above ten.
  setMaxListeners(0, signal);
  const before = parseBatchReport(lastHeartbeat);
  const done = new Map<string, unknown>(Object.entries(before.done));
  const inProgress = new Map<string, unknown>();
  const attempts = new Map<string, number>(Object.entries(before.attempts));
  const failures: unknown[] = [];
  const beganAt = performance.now();
  let reportedAt = -Infinity;
  let timer: NodeJS.Timeout | undefined;
  const reportNow = (): void => {
    clearTimeout(timer);
    timer = undefined;
    reportedAt = performance.now();
    heartbeat({
      done: Object.fromEntries(done),
      inProgress: Object.fromEntries(inProgress),
      attempts: Object.fromEntries(attempts),
    } satisfies BatchReport);
  };
  const reportSoon = (): void => {
    const waitMs = reportedAt + REPORT_INTERVAL_MS - performance.now();
    if (waitMs <= 0) reportNow();
    else timer ??= setTimeout(reportNow, waitMs);
  };
  const transferOne = async (key: string, item: Item): Promise<void> => {
    const run: TransferRun = {
      signal,
      beganAt,
      lastHeartbeat: before.inProgress[key],
      heartbeat: (progress) => {
        inProgress.set(key, progress);
        reportSoon();
      },
      onStart: () => {
        // Another file may have failed while this one waited for a permit.
        if (failures.length > 0) throw failures[0];
        attempts.set(key, (attempts.get(key) ?? 0) + 1);
      },
    };
    if (key in before.inProgress) inProgress.set(key, before.inProgress[key]);
    try {
      done.set(key, await transfer(item, run, () => Math.max(1, attempts.get(key) ?? 0)));
      onDone(Object.fromEntries(done));
    } catch (error) {
      failures.push(error);
    }
    inProgress.delete(key);
    reportSoon();
  };
  onDone(Object.fromEntries(done));
  const waiting = items.map((item, index) => [String(index), item] as const).filter(([key]) => !done.has(key));
  const transferNext = async (): Promise<void> => {
    for (let next = waiting.shift(); next !== undefined && failures.length === 0; next = waiting.shift()) {
      // The other transfers are awaited, because what they have done must be known, and their files be left alone.
      if (signal.aborted) failures.push(signal.reason);
      else await transferOne(...next);
    }
  };
  try {
    await Promise.all(Array.from({ length: PARALLEL_FILES }, transferNext));
    if (failures.length > 0) throw failures[0];
  } catch (error) {
    // The next attempt goes on from here.
    reportNow();
    throw error;
  } finally {
    clearTimeout(timer);
  }
  return items.map((_, index) => done.get(String(index)) as Result);
}
