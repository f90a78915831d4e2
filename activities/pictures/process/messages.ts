import type { PictureConversion } from '../convert-picture';
import type { SmallPicture } from '../keep/shrink-picture';
import type { Examination } from '../examine-picture';
import type { ExaminationLimits } from '../picture-limits';

/** Messages from the worker to a process that decodes; it does one job at a time. */
export type ToDecoder =
  | {
      readonly task: 'examine';
      readonly path: string;
      readonly limits: ExaminationLimits;
      readonly memoryBytes: number;
    }
  | {
      readonly task: 'convert';
      readonly conversion: Omit<PictureConversion, 'signal' | 'onEncoding'>;
      readonly memoryBytes: number;
    }
  | {
      readonly task: 'shrink';
      readonly from: string;
      readonly to: string;
      readonly limits: ExaminationLimits;
      readonly memoryBytes: number;
    }
  /** The bytes that were asked for may be used. */
  | { readonly task: 'go on' };

/** Messages from a process that decodes. */
export type FromDecoder =
  | { readonly reserve: number }
  | { readonly encoding: string }
  | { readonly examined: Examination }
  | { readonly converted: string[] }
  | { readonly shrunk: SmallPicture }
  /** An Error would lose its code on the way. */
  | { readonly fault: { readonly message: string; readonly code?: string | undefined } };
