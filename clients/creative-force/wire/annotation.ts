import { z } from 'zod';

import type { Annotation } from '../../../domain/task/task';
import { id, integer, requiredId, text } from '../../wire-values';

/**
 * An instruction or rejection note (docs/reference/assumptions.md#annotations); a kind nobody has heard of is `other`.
 */
export const annotationSchema = z
  .object({
    annotationId: requiredId,
    assetLifeCycleId: id,
    specId: id,
    variant: integer,
    assetId: id,
    kind: text,
    comment: text,
  })
  .transform((wire): Annotation => {
    const kind = wire.kind?.trim().toLowerCase();
    return {
      annotationId: wire.annotationId,
      kind: kind === 'instruction' || kind === 'rejection' ? kind : 'other',
      comment: wire.comment,
      shotId: wire.assetLifeCycleId,
      specId: wire.specId,
      variant: wire.variant,
      assetId: wire.assetId,
    };
  });
