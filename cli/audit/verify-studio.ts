import type { AuditLog } from '../../activities';
import type { ChainLink } from '../../domain/audit/audit-chain';
import { ChainVerifier, type ChainBreak } from '../../domain/audit/audit-verifier';
import { pluralise } from '../../domain/shared/text';
import { onStandardError, showProgress } from '../shared/progress';

export interface StudioAudit {
  readonly studio: string;
  /** How many lines hold, up to the first that does not. */
  readonly lines: number;
  /** The last line that holds. */
  readonly last?: ChainLink | undefined;
  readonly broken?: ChainBreak | undefined;
}

/** Walks one studio's chain until its end or its first broken place. `from` is a month, `expect` a hash. */
export async function verifyStudio(
  log: AuditLog,
  studio: string,
  { from, expect }: { readonly from?: string; readonly expect?: string },
): Promise<StudioAudit> {
  // Before the lines: what is appended while we read may come or not.
  const end = await log.head(studio);
  const walk = new ChainVerifier({ fromMonth: from, end, expected: expect });
  const progress = showProgress(onStandardError, () => `Verifying ${studio}: ${pluralise(walk.lines, 'line')}`);
  let broken: ChainBreak | undefined;
  try {
    for await (const found of log.lines(studio, from)) {
      broken = walk.check(found);
      if (broken !== undefined) break;
    }
  } finally {
    progress.stop();
  }
  broken ??= walk.finish(log.place);
  const { last } = walk;
  return { studio, lines: walk.lines, last: last && { sequence: last.sequence, hash: last.hash }, broken };
}

export function auditResultText({ studio, lines, last, broken }: StudioAudit): string {
  if (broken !== undefined) {
    const upToThere = last === undefined ? 'from its beginning' : `after line ${last.sequence}`;
    return `${studio}: NOT WHOLE ${upToThere}; lines that hold: ${lines}.\n  ${broken.place}: ${broken.message}`;
  }
  if (last === undefined) return `${studio}: nothing recorded.`;
  return `${studio}: whole, ${pluralise(lines, 'line')}; the last is line ${last.sequence} with the hash ${last.hash}`;
}
