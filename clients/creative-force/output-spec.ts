import { z } from 'zod';

import type { OutputSpec } from '../../domain/task';
import { maybe, requiredId, size, text } from '../wire';

/** A preset output (assumed-wire.md, "Spec"): a missing or 0 value means "not asked for". */
export const outputSpecSchema = z
  .object({
    specId: requiredId,
    specName: text,
    fileExtension: text,
    dpi: size,
    colorProfileName: text,
    dimension: maybe(z.object({ width: size, height: size })),
    maxFileLength: size,
  })
  .transform((wire): OutputSpec => ({
    specId: wire.specId,
    name: wire.specName,
    width: wire.dimension?.width,
    height: wire.dimension?.height,
    extension: plainExtension(wire.fileExtension),
    dpi: wire.dpi,
    colorProfile: wire.colorProfileName,
    maxBytes: wire.maxFileLength,
  }));

/** `.JPG` is `jpg`. */
function plainExtension(printed: string | undefined): string | undefined {
  const plain = printed?.trim().toLowerCase().replace(/^\.+/, '');
  return plain === '' ? undefined : plain;
}
