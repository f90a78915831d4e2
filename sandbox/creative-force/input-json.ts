import { extname } from 'node:path';
import { presignedRead } from '../object-store/addresses';
import type { StudioAsset, StudioFile } from '../object-store/studio-files';
import type { World } from '../world';
import { notAnalysed, noVideo } from './asset-json';
import { COLOUR_PROFILE } from './spec-json';

const fileExtensionIds: Readonly<Record<string, number>> = { '.jpg': 1, '.tif': 3 };

/** An asset of a shot, as `bulk-get-assets` prints it. */
export async function studioAssetJson(world: World, { assetId, file }: StudioAsset): Promise<Record<string, unknown>> {
  const fileExtension = extname(file.fileName);
  const analysed = {
    dpi: '72',
    colorProfileName: COLOUR_PROFILE,
    dimension: { width: file.edge, height: file.edge },
  };
  return {
    assetId,
    ...(await studioFileJson(world, file)),
    imageInformation: {
      ...(world.settings.creativeForce.inputsAnalysed ? analysed : notAnalysed),
      fileExtension,
      fileExtensionId: fileExtensionIds[fileExtension],
    },
    videoInformation: noVideo,
  };
}

/** A file, as `bulk-get-files` prints it (docs/reference/creative-force.md#assets). */
export async function studioFileJson(world: World, file: StudioFile): Promise<Record<string, unknown>> {
  const bytes = await file.bytes();
  return {
    fileId: file.fileId,
    fileName: file.fileName,
    fileUrl: presignedRead(world, `/inputs/${file.fileId}/${encodeURIComponent(file.fileName)}`),
    length: bytes.length,
    mediaTypeId: file.isPicture ? 1 : 3,
  };
}
