import type { z } from 'zod';

import type { ContentCreationType } from '../../../domain/task/task';
import { annotationSchema } from '../wire/annotation';
import { deliverableSchema } from '../wire/deliverable';
import { inputAssetSchema } from '../wire/input-asset';
import { jobSchema } from '../wire/job';
import { listingRowSchema } from '../wire/listing';
import { outputSpecSchema } from '../wire/output-spec';
import { pageSchema } from '../wire/page';
import { productSchema } from '../wire/product';
import { projectSchema } from '../wire/project';
import { studioFileSchema } from '../wire/studio-file';
import { taskSchema } from '../wire/task';
import { uploadAddressesSchema } from '../wire/upload-addresses';

/** What an endpoint tells about. */
export type ProbeResource =
  | 'listing'
  | 'task'
  | 'annotations'
  | 'assets'
  | 'files'
  | 'specs'
  | 'job'
  | 'product'
  | 'project'
  | 'deliverable'
  | 'upload address';

/** The one file that the probe asks an upload address for, when it is told to. */
export const PROBE_LOCAL_ID = '1';

/** The adapter with which the client reads an answer about a subject; a task detail must be that of `taskId`. */
export function responseSchemaFor(
  subject: ProbeResource,
  asked: { readonly taskId: string; readonly contentCreationType: ContentCreationType },
): z.ZodType {
  switch (subject) {
    case 'listing':
      return pageSchema(listingRowSchema(asked.contentCreationType));
    case 'task':
      return taskSchema({ studio: '', ...asked });
    case 'annotations':
      return pageSchema(annotationSchema);
    case 'assets':
      return pageSchema(inputAssetSchema);
    case 'files':
      return pageSchema(studioFileSchema);
    case 'specs':
      return pageSchema(outputSpecSchema);
    case 'job':
      return jobSchema();
    case 'product':
      return productSchema();
    case 'project':
      return projectSchema();
    case 'deliverable':
      return deliverableSchema();
    case 'upload address':
      return uploadAddressesSchema([PROBE_LOCAL_ID]);
  }
}
