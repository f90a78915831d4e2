import { z } from 'zod';

import type { Project } from '../../../domain/task/task';
import { instant, requiredId, text } from '../../wire-values';
import { propertiesSchema, type PropertyNames } from './properties';

/**
 * An editorial project (docs/reference/creative-force.md#jobs-and-products,
 * docs/reference/assumptions.md#job-and-product).
 */
export function projectSchema(names?: PropertyNames) {
  return z
    .object({
      projectId: requiredId,
      projectCode: text,
      projectName: text,
      deadlineUtc: instant,
      properties: propertiesSchema(names),
    })
    .transform(({ projectCode, projectName, deadlineUtc, properties }): Project => ({
      code: projectCode,
      name: projectName,
      deadline: deadlineUtc,
      properties,
    }));
}
