import { z } from 'zod';

import type { Product } from '../../../domain/task/task';
import { optionalObject, requiredId, text } from '../../wire-values';
import { propertiesSchema, type PropertyNames } from './properties';

/** A product (docs/reference/creative-force.md#jobs-and-products, docs/reference/assumptions.md#job-and-product). */
export function productSchema(names?: PropertyNames) {
  return z
    .object({
      productId: requiredId,
      productCode: text,
      productCfCode: text,
      productName: text,
      brand: text,
      color: text,
      styleCode: text,
      category: optionalObject(z.object({ categoryName: text })),
      properties: propertiesSchema(names),
    })
    .transform((wire): Product => ({
      code: wire.productCode,
      cfCode: wire.productCfCode,
      name: wire.productName,
      brand: wire.brand,
      color: wire.color,
      styleCode: wire.styleCode,
      category: wire.category?.categoryName,
      properties: wire.properties,
    }));
}
