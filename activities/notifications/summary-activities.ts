import { parseAuditLine } from '../../domain/audit/audit-chain';
import type { DailySummary, WaitingTasks } from '../../domain/notification/daily-summary';
import type { AuditLog } from '../audit/audit-log';
import { runActivity } from '../runtime/run-activity';
import { getStudio, type Studios } from '../runtime/studios';

/** Counts the open tasks of a studio that need somebody, and those that are late at this time (Unix milliseconds). */
export type CountWaiting = (studio: string, now: number) => Promise<WaitingTasks>;

interface SummarySources {
  /** Absent when the audit is switched off. */
  readonly audit: Pick<AuditLog, 'linesSince' | 'keys'> | undefined;
  readonly countWaiting: CountWaiting;
}

export function createSummaryActivities(studios: Studios, { audit, countWaiting }: SummarySources) {
  return {
    /** Counts what became of a studio's tasks between two times (Unix milliseconds). */
    summariseDay: (span: { studio: string; from: number; until: number }): Promise<DailySummary> =>
      runActivity(async ({ signal }) => {
        const { name: studio } = getStudio(studios, span.studio);
        const { from, until } = span;
        const delivered = audit === undefined ? {} : await countDeliveries(audit, { studio, from, until }, signal);
        return { studio, from, until, ...delivered, ...(await countWaiting(studio, until)) };
      }),
  };
}

/** Counts submissions by their time; a line that was changed or cut off is left out, as `extpost audit verify` reports it. */
async function countDeliveries(
  { linesSince, keys }: Pick<AuditLog, 'linesSince' | 'keys'>,
  { studio, from, until }: { readonly studio: string; readonly from: number; readonly until: number },
  signal: AbortSignal,
): Promise<{ delivered: number; corrected: number }> {
  let delivered = 0;
  let corrected = 0;
  for await (const { text = '' } of linesSince(studio, from)) {
    signal.throwIfAborted();
    const line = parseAuditLine(text.trimEnd(), keys);
    if ('fault' in line || line.entry.event !== 'delivered') continue;
    const at = Date.parse(line.entry.at);
    if (at < from || at >= until) continue;
    if (line.entry.round === 0) delivered += 1;
    else corrected += 1;
  }
  return { delivered, corrected };
}
