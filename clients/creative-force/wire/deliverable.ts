import { z } from 'zod';

import type { Deliverable } from '../../../domain/task/task';
import { requiredId, text } from '../../wire-values';
import { propertiesSchema, type PropertyNames } from './properties';

/**
 * An editorial deliverable (docs/reference/creative-force.md#jobs-and-products,
 * docs/reference/assumptions.md#job-and-product).
 */
export function deliverableSchema(names?: PropertyNames) {
  return z
    .object({
      deliverableId: requiredId,
      deliverableCode: text,
      deliverableName: text,
      outputName: text,
      properties: propertiesSchema(names),
    })
    .transform((wire): Deliverable => ({
      code: wire.deliverableCode,
      name: wire.deliverableName,
      outputName: wire.outputName,
      properties: wire.properties,
    }));
}
