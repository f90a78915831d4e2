import { convertPicture, type PictureConversion } from '../convert-picture';
import { shrinkPicture, type SmallPicture } from '../keep/shrink-picture';
import { examinePicture, type Examination, type ExaminationLimits } from '../examine-picture';

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

/** For tests and single commands: a hostile file takes this process with it. */
export const decoderInThisProcess: PictureDecoder = {
  examine: (path, limits) => examinePicture(path, limits),
  convert: (conversion, signal) => convertPicture({ ...conversion, signal }),
  shrink: (from, to, limits) => shrinkPicture(from, to, limits),
};
