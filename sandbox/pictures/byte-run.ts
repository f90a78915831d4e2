import { createHash } from 'node:crypto';

/** A piece of a file: plain bytes, or a unit repeated and cut to a length, so that large files need little memory. */
type Piece = Buffer | { readonly unit: Buffer; readonly length: number };

const CHUNK = 64 * 1024;

/** A file whose parts can be read without building the whole in memory. */
export class ByteRun {
  readonly length: number;

  constructor(private readonly pieces: readonly Piece[]) {
    this.length = pieces.reduce((sum, piece) => sum + piece.length, 0);
  }

  /** The bytes from `start` up to, not including, `end`, in chunks of at most 64 KiB. */
  *read(start = 0, end = this.length): Generator<Buffer> {
    let offset = 0;
    for (const piece of this.pieces) {
      const from = Math.max(0, start - offset);
      const to = Math.min(piece.length, end - offset);
      for (let at = from; at < to; at += CHUNK) yield partOf(piece, at, Math.min(to, at + CHUNK));
      offset += piece.length;
    }
  }

  /** The first `length` bytes. */
  beginning(length: number): ByteRun {
    let left = length;
    return new ByteRun(
      this.pieces.map((piece) => {
        const taken = Math.min(piece.length, left);
        left -= taken;
        return Buffer.isBuffer(piece) ? piece.subarray(0, taken) : { unit: piece.unit, length: taken };
      }),
    );
  }

  /** Lower-case hex. */
  sha256(): string {
    const hash = createHash('sha256');
    for (const chunk of this.read()) hash.update(chunk);
    return hash.digest('hex');
  }
}

function partOf(piece: Piece, from: number, to: number): Buffer {
  if (Buffer.isBuffer(piece)) return piece.subarray(from, to);
  const { unit } = piece;
  const first = from % unit.length;
  if (first + to - from <= unit.length) return unit.subarray(first, first + to - from);
  const part = Buffer.allocUnsafe(to - from);
  let written = unit.copy(part, 0, first);
  while (written < part.length) written += unit.copy(part, written, 0);
  return part;
}
