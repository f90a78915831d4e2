import { GENESIS_HASH, parseAuditLine, type AuditLine, type ChainLink } from './audit-chain';

export interface ChainBreak {
  /** `file:line`, or an object's address. */
  readonly place: string;
  readonly message: string;
}

export interface StoredLine {
  readonly place: string;
  /** Absent when it is not valid UTF-8 or has no line end. */
  readonly text: string | undefined;
}

export interface ChainVerifierOptions {
  /** `2026-11`: lines of earlier months are skipped, and the chain may begin with that month. */
  readonly fromMonth?: string | undefined;
  /** The last line according to the head file; it must exist. */
  readonly end?: ChainLink | undefined;
  /** A hash that was noted elsewhere; a line with it must exist. */
  readonly expected?: string | undefined;
}

/** Verifies a chain line by line; the caller stops at the first break. */
export class ChainVerifier {
  lines = 0;
  last: AuditLine | undefined;
  private end: 'not seen' | 'seen';
  private expected: 'not seen' | 'seen';

  constructor(private readonly options: ChainVerifierOptions) {
    this.end = options.end === undefined ? 'seen' : 'not seen';
    this.expected = options.expected === undefined ? 'seen' : 'not seen';
  }

  check({ place, text }: StoredLine): ChainBreak | undefined {
    const line =
      text === undefined
        ? { fault: 'it is cut off, or not text: it has no line end or no valid UTF-8' }
        : parseAuditLine(text);
    if ('fault' in line) return { place, message: `This line cannot be trusted: ${line.fault}.` };
    const { fromMonth, end, expected } = this.options;
    if (this.last === undefined && fromMonth !== undefined && line.recordedAt.slice(0, 7) < fromMonth) return undefined;
    const message = this.faultBetween(line);
    if (message !== undefined) return { place, message };
    if (end?.sequence === line.sequence) {
      if (end.hash !== line.hash) {
        return {
          place,
          message: `Line ${line.sequence} is not the one that was written: it was replaced.`,
        };
      }
      this.end = 'seen';
    }
    if (expected === line.hash) this.expected = 'seen';
    this.lines++;
    this.last = line;
    return undefined;
  }

  /** Verifies that all required lines were seen. `place` names the chain's store. */
  finish(place: string): ChainBreak | undefined {
    const { end, expected } = this.options;
    if (this.end === 'not seen' && end !== undefined) {
      const found = this.last === undefined ? 'no line is here' : `the last one here is line ${this.last.sequence}`;
      const message = `Line ${end.sequence} was written, but ${found}: lines were removed at the end, or a worker was ended while it wrote.`;
      return { place, message };
    }
    if (end === undefined && this.last !== undefined) {
      const message = 'The head file is missing, so lines that were removed at the end would not be detected.';
      return { place, message };
    }
    if (this.expected === 'not seen' && expected !== undefined) {
      return { place, message: `No line has the hash ${expected}: the chain was rewritten, or is another one.` };
    }
    return undefined;
  }

  private faultBetween({ sequence, previous }: AuditLine): string | undefined {
    if (this.last === undefined) {
      if (this.options.fromMonth !== undefined) return undefined;
      if (sequence === 1 && previous === GENESIS_HASH) return undefined;
      return `The chain begins with line ${sequence}: the lines before it were removed. If that was you, name the month from which on it must be whole with --from.`;
    }
    const wanted = this.last.sequence + 1;
    if (sequence > wanted) return `Line ${wanted} was removed or moved: found line ${sequence}.`;
    if (sequence < wanted) return `Line ${sequence} is in the place of line ${wanted}: lines were moved or repeated.`;
    if (previous === this.last.hash) return undefined;
    return `Line ${sequence} does not follow the line before it: one of the two was replaced.`;
  }
}
