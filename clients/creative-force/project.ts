import { z } from 'zod';

import type { Project } from '../../domain/task';
import { instant, requiredId, text } from '../wire';
import { propertiesSchema, type PropertyNames } from './properties';

/** An editorial project (creative-force.md §13, assumed-wire.md). */
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
