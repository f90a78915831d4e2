import { z } from 'zod';

import type { InputAsset } from '../../../domain/task/task';
import { optionalObject, requiredId, size, text } from '../../wire-values';

/**
 * An asset object (docs/reference/creative-force.md#assets). Sizes are 0 until a fresh upload is analysed, and both the
 * image and the video block can be present.
 */
export const inputAssetSchema = z
  .object({
    assetId: requiredId,
    fileName: text,
    length: size,
    imageInformation: optionalObject(z.object({ dimension: optionalObject(z.object({ width: size, height: size })) })),
    videoInformation: optionalObject(z.object({ videoWidthInPixel: size, videoHeightInPixel: size })),
  })
  .transform(({ assetId, fileName, length, imageInformation, videoInformation }): InputAsset => ({
    assetId,
    fileName,
    width: imageInformation?.dimension?.width ?? videoInformation?.videoWidthInPixel,
    height: imageInformation?.dimension?.height ?? videoInformation?.videoHeightInPixel,
    bytes: length,
  }));
