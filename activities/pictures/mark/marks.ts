/** Dots per inch of both axes, or that the file says nothing. */
export type MarkedDensity = number | 'none';

/** What a copy of a picture says of itself. */
export interface Marks {
  /** Without it the copy keeps what the picture says. */
  readonly density?: MarkedDensity | undefined;
  /** An ICC profile of less than 64 KiB; without it the copy keeps what the picture has. */
  readonly profile?: Buffer | undefined;
}

/** The bytes before the pixels of a JPEG or PNG. */
export interface NewHead {
  readonly head: Buffer;
  /** The byte from which on the file is copied. */
  readonly rest: number;
}

/** Headers longer than this are damaged. */
export const MAX_HEAD_BYTES = 64 * 1024 * 1024;
