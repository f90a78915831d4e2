import type { z } from 'zod';

import type { ContentCreationType } from '../../domain/task';
import { annotationSchema } from './annotation';
import { deliverableSchema } from './deliverable';
import { inputAssetSchema } from './input-asset';
import { jobSchema } from './job';
import { rowOfListing } from './listing';
import { outputSpecSchema } from './output-spec';
import { pageSchema } from './page';
import { productSchema } from './product';
import { projectSchema } from './project';
import { studioFileSchema } from './studio-file';
import { taskSchema } from './task';
import { uploadAddressesSchema } from './upload-addresses';

/** What an endpoint tells about. */
export type ProbeSubject =
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
export function adapterOf(
  subject: ProbeSubject,
  asked: { readonly taskId: string; readonly contentCreationType: ContentCreationType },
): z.ZodType {
  switch (subject) {
    case 'listing':
      return pageSchema(rowOfListing(asked.contentCreationType));
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
