import { z } from 'zod';

import type { OutputSpec } from '../../../domain/task/task';
import { optionalObject, requiredId, size, text } from '../../wire-values';

/** A preset output (docs/reference/assumptions.md#spec): a missing or 0 value means "not asked for". */
export const outputSpecSchema = z
  .object({
    specId: requiredId,
    specName: text,
    fileExtension: text,
    dpi: size,
    colorProfileName: text,
    bitsPerChannel: size,
    backgroundColor: text,
    dimension: optionalObject(z.object({ width: size, height: size })),
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
    bitsPerChannel: wire.bitsPerChannel,
    backgroundColor: plainColor(wire.backgroundColor),
    maxBytes: wire.maxFileLength,
  }));

/** `.JPG` is `jpg`. */
function plainExtension(printed: string | undefined): string | undefined {
  const plain = printed?.trim().toLowerCase().replace(/^\.+/, '');
  return plain === '' ? undefined : plain;
}

/** `FFFFFF` is `#ffffff`; a background that is none is not asked for. */
function plainColor(printed: string | undefined): string | undefined {
  const plain = printed?.trim().toLowerCase();
  if (plain === undefined || plain === '' || plain === 'transparent' || plain === 'none') return undefined;
  return /^[0-9a-f]{6}$/.test(plain) ? `#${plain}` : plain;
}
