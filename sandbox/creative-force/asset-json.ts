import { extname } from 'node:path';
import sharp from 'sharp';
import { storedFileAddress } from '../object-store/addresses';
import type { Upload, World } from '../world';
import { COLOUR_PROFILE } from './spec-json';

/** The result of analysing a picture. */
export interface Analysed {
  readonly dpi: string;
  readonly colorProfileName: string;
  readonly dimension: { readonly width: number; readonly height: number };
}

/** Before analysis: dimensions 0, dpi and profile empty (docs/reference/creative-force.md#assets). */
export const notAnalysed: Analysed = { dpi: '', colorProfileName: '', dimension: { width: 0, height: 0 } };

/** An asset that a vendor has uploaded. */
export async function returnedAsset(world: World, upload: Upload): Promise<Record<string, unknown>> {
  const age = world.now() - (upload.stored?.at ?? world.now());
  const isAnalysed = age >= world.settings.creativeForce.assetAnalysedAfterMs;
  return {
    assetId: upload.assetId,
    fileId: upload.fileId,
    fileName: upload.fileName,
    fileUrl: storedFileAddress(world, upload),
    length: upload.fileLength,
    imageInformation: {
      ...(isAnalysed ? await analyse(upload.stored?.bytes) : notAnalysed),
      fileExtension: extname(upload.fileName),
    },
    videoInformation: noVideo,
  };
}

/** Both blocks are present on a still (docs/reference/creative-force.md#assets). */
export const noVideo: Readonly<Record<string, unknown>> = {
  fileExtension: '',
  videoWidthInPixel: 0,
  videoHeightInPixel: 0,
  durationInSecond: 0,
  codec: null,
};

async function analyse(bytes: Buffer | undefined): Promise<Analysed> {
  try {
    const { width, height, density, icc } = await sharp(bytes).metadata();
    return {
      dpi: String(density ?? ''),
      colorProfileName: icc === undefined ? '' : COLOUR_PROFILE,
      dimension: { width, height },
    };
  } catch {
    // Bytes that are no picture have no dimensions.
    return notAnalysed;
  }
}
