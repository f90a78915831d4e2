import { z } from 'zod';

import { storeSchema } from './store-schema';

/** The audit log (docs/audit.md). */
export const auditSchema = z.strictObject({
  enabled: z.boolean().prefault(true).describe('Whether every delivery is written down.'),
  store: storeSchema()
    .prefault({ folder: '.extpost/audit' })
    .describe(
      'Where: a folder for the workers of one host, a bucket for those of several. extpost deletes nothing there.',
    ),
});
