import { z } from 'zod';

import type { Job } from '../../../domain/task/task';
import { instant, requiredId, text } from '../../wire-values';
import { propertiesSchema, type PropertyNames } from './properties';

/** A job (docs/reference/creative-force.md#jobs-and-products, docs/reference/assumptions.md#job-and-product). */
export function jobSchema(names?: PropertyNames) {
  return z
    .object({
      jobId: requiredId,
      jobCode: text,
      jobName: text,
      deadlineUtc: instant,
      properties: propertiesSchema(names),
    })
    .transform(({ jobCode, jobName, deadlineUtc, properties }): Job => ({
      code: jobCode,
      name: jobName,
      deadline: deadlineUtc,
      properties,
    }));
}
