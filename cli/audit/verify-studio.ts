import type { AuditLog } from '../../activities';
import { ChainVerifier, type ChainBreak } from '../../domain/audit/audit-verifier';
import { pluralise } from '../../domain/shared/text';
import { onStandardError, showProgress } from '../shared/progress';
import type { OutsideNotes } from './noted-lines';

export interface VerifyStudioOptions {
  /** A month such as `2026-11`. */
  readonly from?: string;
  /** A hash that some line must have. */
  readonly expect?: string;
  readonly notes?: OutsideNotes | undefined;
}

/** Walks one studio's chain until its end or its first broken place. */
export async function verifyStudio(
  log: AuditLog,
  studio: string,
  { from, expect, notes: { noted, waiting } = { noted: [], waiting: 0 } }: VerifyStudioOptions,
) {
  // Before the lines: what is appended while we read may come or not.
  const end = await log.head(studio);
  const walk = new ChainVerifier({ studio, keys: log.keys, fromMonth: from, end, expected: expect, noted });
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
  const last = walk.last && { sequence: walk.last.sequence, hash: walk.last.hash };
  return {
    studio,
    /** How many lines hold, up to the first that does not. */
    lines: walk.lines,
    /** The last line that holds. */
    last,
    broken,
    /** How many notes from elsewhere the lines were compared with. */
    compared: noted.length,
    /** Entries that are not written yet. */
    waiting,
  };
}

type StudioAudit = Awaited<ReturnType<typeof verifyStudio>>;

export function auditResultText({ studio, lines, last, broken, compared, waiting }: StudioAudit): string {
  const later =
    waiting === 0
      ? ''
      : `\n  Not written yet: ${pluralise(waiting, 'line')}; Temporal will write them (workflows of the type lateAuditEntry).`;
  if (broken !== undefined) {
    const upToThere = last === undefined ? 'from its beginning' : `after line ${last.sequence}`;
    return `${studio}: BROKEN ${upToThere}; valid lines: ${lines}.\n  ${broken.place}: ${broken.message}${later}`;
  }
  if (last === undefined) return `${studio}: nothing recorded.${later}`;
  const notes = compared === 0 ? '' : `; ${pluralise(compared, 'note')} from elsewhere agree`;
  return `${studio}: intact, ${pluralise(lines, 'line')}; the last is line ${last.sequence} with the hash ${last.hash}${notes}${later}`;
}
