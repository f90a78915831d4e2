import { z } from 'zod';

import { integer, requiredId, size, text } from '../../wire-values';

/** A file of the studio: an attachment of a style guide, a reference (docs/reference/assumptions.md#bulk-reads). */
export interface StudioFile {
  readonly fileId: string;
  readonly fileName?: string | undefined;
  readonly bytes?: number | undefined;
  readonly mediaTypeId?: number | undefined;
  /** Where it can be fetched for some hours. It carries a signature: it is a secret, and no token goes there. */
  readonly url?: string | undefined;
}

/** What files and assets say of themselves alike. */
export const fileWireFields = { fileName: text, fileUrl: text, length: size, mediaTypeId: integer };

export const studioFileSchema = z.object({ fileId: requiredId, ...fileWireFields }).transform(toStudioFile);

/** The value of an address that is none is not quoted: it may be an address all the same. */
export function toStudioFile(
  wire: {
    fileId: string;
    fileName?: string | undefined;
    fileUrl?: string | undefined;
    length?: number | undefined;
    mediaTypeId?: number | undefined;
  },
  context: z.RefinementCtx,
): StudioFile {
  const { fileId, fileName, fileUrl, length, mediaTypeId } = wire;
  if (fileUrl !== undefined && !(/^https?:\/\//i.test(fileUrl) && URL.canParse(fileUrl))) {
    context.addIssue({ code: 'custom', path: ['fileUrl'], message: 'expected an http address' });
    return z.NEVER;
  }
  return { fileId, fileName, bytes: length, mediaTypeId, url: fileUrl };
}
