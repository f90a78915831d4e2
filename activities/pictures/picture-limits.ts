/** 16,383 pixels squared: enough for a poster at 300 dpi, but not for a decompression bomb. */
export const DEFAULT_MAX_PIXELS = 268_402_689;
/** The default of `worker.decodedBytes`. */
export const DEFAULT_MAX_DECODED_BYTES = 1024 ** 3;

export interface ExaminationLimits {
  readonly maxPixels?: number | undefined;
  readonly maxDecodedBytes?: number | undefined;
}
