import { z } from 'zod';

import { integer, requiredId, size, text } from '../wire';

/** A file of the studio: an attachment of a style guide, a reference (assumed-wire.md, "Bulk reads"). */
export interface StudioFile {
  readonly fileId: string;
  readonly fileName?: string | undefined;
  readonly bytes?: number | undefined;
  readonly mediaTypeId?: number | undefined;
  /** Where it can be fetched for some hours. It carries a signature: it is a secret, and no token goes there. */
  readonly url?: string | undefined;
}

export const studioFileSchema = z
  .object({ fileId: requiredId, fileName: text, fileUrl: text, length: size, mediaTypeId: integer })
  .transform(({ fileId, fileName, fileUrl, length, mediaTypeId }, context): StudioFile => {
    if (fileUrl !== undefined && !(/^https?:\/\//i.test(fileUrl) && URL.canParse(fileUrl))) {
      // Its value is not quoted: it may be an address all the same.
      context.addIssue({ code: 'custom', path: ['fileUrl'], message: 'expected an http address' });
      return z.NEVER;
    }
    return { fileId, fileName, bytes: length, mediaTypeId, url: fileUrl };
  });
