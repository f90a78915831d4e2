import { z } from 'zod';

import type { Job } from '../../domain/task';
import { instant, requiredId, text } from '../wire';
import { propertiesSchema, type PropertyNames } from './properties';

/** A job (creative-force.md §13, assumed-wire.md). */
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
