import { z } from 'zod';

import { requiredId } from '../../wire-values';
import { fileWireFields, toStudioFile } from './studio-file';

/**
 * An asset object as the file that it is (docs/reference/creative-force.md#assets): `fileId` is the asset's own id
 * here, because that is what it is asked for by. Its address carries a signature, so this never goes into a history.
 */
export const assetFileSchema = z
  .object({ assetId: requiredId, ...fileWireFields })
  .transform(({ assetId, ...file }, context) => toStudioFile({ ...file, fileId: assetId }, context));
