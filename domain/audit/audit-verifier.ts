import { GENESIS_HASH, parseAuditLine, type AuditLine, type ChainLink } from './audit-chain';
import type { AuditKeys } from './audit-keys';

export interface ChainBreak {
  /** `file:line`, or an object's address. */
  readonly place: string;
  readonly message: string;
}

export interface StoredLine {
  readonly place: string;
  /** Absent when it is not valid UTF-8 or has no line end. */
  readonly text: string | undefined;
  /** The month of the file that it was found in; absent where there are no such files. */
  readonly month?: string | undefined;
}

/** A line that must be there, because something outside of the audit has noted it. */
export interface NotedLine extends ChainLink {
  /** Who noted it, such as `the run 0b5f… in Temporal`. */
  readonly notedBy: string;
}

export interface ChainVerifierOptions {
  readonly studio: string;
  readonly keys: AuditKeys;
  /** `2026-11`: lines of earlier months are skipped, and the chain may begin with that month. */
  readonly fromMonth?: string | undefined;
  /** The last line according to the head file; it must exist. */
  readonly end?: ChainLink | undefined;
  /** A hash that was noted elsewhere; a line with it must exist. */
  readonly expected?: string | undefined;
  readonly noted?: readonly NotedLine[] | undefined;
}

/** Verifies a chain line by line; the caller stops at the first break. */
export class ChainVerifier {
  lines = 0;
  last: AuditLine | undefined;
  private end: 'not seen' | 'seen';
  private expected: 'not seen' | 'seen';
  private readonly noted: ReadonlyMap<number, readonly NotedLine[]>;

  constructor(private readonly options: ChainVerifierOptions) {
    this.end = options.end === undefined ? 'seen' : 'not seen';
    this.expected = options.expected === undefined ? 'seen' : 'not seen';
    const noted = new Map<number, NotedLine[]>();
    for (const one of options.noted ?? []) noted.set(one.sequence, [...(noted.get(one.sequence) ?? []), one]);
    this.noted = noted;
  }

  check({ place, text, month }: StoredLine): ChainBreak | undefined {
    const { studio, keys, fromMonth, end, expected } = this.options;
    const line =
      text === undefined
        ? { fault: 'it is cut off, or not text: it has no line end or no valid UTF-8' }
        : parseAuditLine(text, keys);
    if ('fault' in line) return { place, message: `This line cannot be trusted: ${line.fault}.` };
    const writtenIn = line.month ?? line.recordedAt.slice(0, 7);
    if (this.last === undefined && fromMonth !== undefined && writtenIn < fromMonth) return undefined;
    const message = this.misplaced(line, month) ?? this.faultBetween(line);
    if (message !== undefined) return { place, message };
    if (end?.sequence === line.sequence) {
      if (end.hash !== line.hash) {
        return { place, message: `Line ${line.sequence} is not the one that was written: it was replaced.` };
      }
      this.end = 'seen';
    }
    const other = this.noted.get(line.sequence)?.find(({ hash }) => hash !== line.hash);
    if (other !== undefined) {
      const hashes = `${other.notedBy} has noted the hash ${other.hash}, and this line has ${line.hash}`;
      return { place, message: `Line ${line.sequence} of ${studio} was replaced: ${hashes}.` };
    }
    if (expected === line.hash) this.expected = 'seen';
    this.lines++;
    this.last = line;
    return undefined;
  }

  /** Verifies that all required lines were seen. `place` names the chain's store. */
  finish(place: string): ChainBreak | undefined {
    const { end, expected } = this.options;
    const found = this.last === undefined ? 'no line is here' : `the last one here is line ${this.last.sequence}`;
    if (this.end === 'not seen' && end !== undefined) {
      const message = `Line ${end.sequence} was written, but ${found}: lines were removed at the end, or a worker was ended while it wrote.`;
      return { place, message };
    }
    const missing = [...this.noted.values()].flat().find(({ sequence }) => sequence > (this.last?.sequence ?? 0));
    if (missing !== undefined) {
      const { sequence, notedBy } = missing;
      const message = `Line ${sequence} was written, as ${notedBy} has noted, but ${found}: lines were removed at the end.`;
      return { place, message };
    }
    if (end === undefined && this.last !== undefined) {
      const message =
        'The head file is missing or was changed, so lines that were removed at the end would not be detected.';
      return { place, message };
    }
    if (this.expected === 'not seen' && expected !== undefined) {
      return { place, message: `No line has the hash ${expected}: the chain was rewritten, or is another one.` };
    }
    return undefined;
  }

  /** What is wrong with the place of a line that is true in itself. */
  private misplaced({ sequence, entry, month }: AuditLine, foundIn: string | undefined): string | undefined {
    const { studio } = this.options;
    if (entry.studio !== studio) {
      return `Line ${sequence} belongs to the studio ${entry.studio}: it was copied or moved here.`;
    }
    if (foundIn === undefined || foundIn === month) return undefined;
    return `Line ${sequence} was written into the file of ${month ?? 'no month'}: it was moved, or the file was renamed.`;
  }

  private faultBetween({ sequence, previous }: AuditLine): string | undefined {
    if (this.last === undefined) {
      if (this.options.fromMonth !== undefined) return undefined;
      if (sequence === 1 && previous === GENESIS_HASH) return undefined;
      return `The chain begins with line ${sequence}: the lines before it were removed. If that was you, name the first complete month with --from.`;
    }
    const wanted = this.last.sequence + 1;
    if (sequence > wanted) return `Line ${wanted} was removed or moved: found line ${sequence}.`;
    if (sequence < wanted) return `Line ${sequence} is where line ${wanted} should be: lines were moved or repeated.`;
    if (previous === this.last.hash) return undefined;
    return `Line ${sequence} does not follow the line before it: one of the two was replaced.`;
  }
}
