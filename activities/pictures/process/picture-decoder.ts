import type { PictureConversion } from '../convert-picture';
import type { Examination } from '../examine-picture';
import type { SmallPicture } from '../keep/shrink-picture';
import type { ExaminationLimits } from '../picture-limits';

/** Examines and converts pictures, in this process or in others. */
export interface PictureDecoder {
  /**
   * With the SHA-256 of the file's bytes, what was found in the same bytes before is remembered. Throws the file system's error, or
   * the signal's reason.
   */
  examine(path: string, limits: ExaminationLimits, signal: AbortSignal, sha256?: string): Promise<Examination>;
  /** Throws an Error with the reason, the file system's error, or the signal's reason. */
  convert(conversion: PictureConversion, signal: AbortSignal): Promise<string[]>;
  /** Writes a small picture. Throws like `shrinkPicture`, or the signal's reason. */
  shrink(from: string, to: string, limits: ExaminationLimits, signal: AbortSignal): Promise<SmallPicture>;
}

/**
 * For tests and single commands: a hostile file takes this process with it. The library that decodes is loaded with the first picture,
 * because a worker decodes in other processes and would lose 10 MB to it.
 */
export const decoderInThisProcess: PictureDecoder = {
  examine: async (path, limits) => (await import('../examine-picture.js')).examinePicture(path, limits),
  convert: async (conversion, signal) =>
    (await import('../convert-picture.js')).convertPicture({ ...conversion, signal }),
  shrink: async (from, to, limits) => (await import('../keep/shrink-picture.js')).shrinkPicture(from, to, limits),
};

/** What a process that decodes is asked to do; it does one job at a time, in so much memory. */
export type DecoderJob = { readonly memoryBytes: number } & (
  | { readonly task: 'examine'; readonly path: string; readonly limits: ExaminationLimits }
  | { readonly task: 'convert'; readonly conversion: Omit<PictureConversion, 'signal' | 'onEncoding'> }
  | { readonly task: 'shrink'; readonly from: string; readonly to: string; readonly limits: ExaminationLimits }
);

/** Messages from the worker to a process that decodes. `go on`: the bytes that were asked for may be used. */
export type ToDecoder = DecoderJob | { readonly task: 'go on' };

/** Messages from a process that decodes. */
export type FromDecoder =
  | { readonly reserve: number }
  | { readonly encoding: string }
  | { readonly examined: Examination }
  | { readonly converted: string[] }
  | { readonly shrunk: SmallPicture }
  /** An Error would lose its code on the way. */
  | { readonly fault: { readonly message: string; readonly code?: string | undefined } };
