import { z } from 'zod';

import type { Job } from '../../domain/task';
import { requiredId, text } from '../wire';
import { propertiesSchema, type PropertyNames } from './properties';

/** A job (creative-force.md §13, assumed-wire.md). */
export function jobSchema(names?: PropertyNames) {
  return z
    .object({ jobId: requiredId, jobCode: text, jobName: text, properties: propertiesSchema(names) })
    .transform(({ jobCode, jobName, properties }): Job => ({ code: jobCode, name: jobName, properties }));
}
