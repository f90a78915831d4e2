import { z } from 'zod';

import type { CeltraAsset, CeltraOutput } from '../../domain/celtra-output';
import { lookUp } from '../look-up';
import { number, requiredId, text } from '../wire';
import { factsOf } from './facts';

const statusSchema = z.enum(['pending', 'error', 'finished']);

const assetTypes: Readonly<Record<string, CeltraAsset['type']>> = {
  image: 'image',
  video: 'video',
  html: 'html',
  file: 'file',
  text: 'text',
};

const assetSchema = z
  .object({
    type: text,
    status: statusSchema.nullish(),
    width: number,
    height: number,
    extension: text,
    blobHash: text,
    error: text,
    errorMessage: text,
    url: text,
  })
  .transform((wire, context): Omit<CeltraAsset, 'key'> => {
    const type = lookUp(assetTypes, wire.type?.toLowerCase() ?? '') ?? 'other';
    const { width, height, extension, blobHash, url } = wire;
    if (url !== undefined && !(/^https?:\/\//i.test(url) && URL.canParse(url))) {
      context.addIssue({ code: 'custom', path: ['url'], message: 'expected an http address' });
    }
    const facts = { type, width, height, extension: extension?.replace(/^\.+/, ''), blobHash };
    // Texts are complete at once (celtra.md §6.3), and so is whatever has no status of its own.
    if (type === 'text' || (type === 'other' && !wire.status)) return { ...facts, status: 'finished', url };
    if (!wire.status) {
      context.addIssue({ code: 'custom', path: ['status'], message: 'expected pending, error or finished' });
      return z.NEVER;
    }
    const error = wire.error ?? wire.errorMessage ?? 'Celtra gave no reason';
    if (wire.status === 'error') return { ...facts, status: 'error', error };
    // Finished means that it can be fetched; without an address the next look decides (celtra.md §8.1 step 8).
    if (wire.status === 'finished' && url === undefined) return { ...facts, status: 'pending' };
    return { ...facts, status: wire.status, url };
  });

const outputSchema = z.object({
  id: requiredId,
  name: text,
  status: statusSchema,
  previewUrl: text,
  designFile: z.object({ id: requiredId, name: text, contentBlobHash: text }),
  assets: z.record(z.string(), assetSchema.nullish()),
});

/** One Output (celtra.md §6, §12): open to unknown keys; an unknown status is a fault, never "finished". */
const celtraOutputSchema = z.unknown().transform((printed, context): CeltraOutput => {
  const parsed = outputSchema.safeParse(printed);
  if (!parsed.success) {
    for (const { path, message } of parsed.error.issues) context.addIssue({ code: 'custom', path: [...path], message });
    return z.NEVER;
  }
  const { id, name, status, previewUrl, designFile, assets } = parsed.data;
  return {
    outputId: id,
    name,
    status,
    previewUrl,
    designFile: { id: designFile.id, name: designFile.name, contentHash: designFile.contentBlobHash },
    assets: Object.entries(assets).flatMap(([key, asset]) => (asset ? [{ key, ...asset }] : [])),
    facts: factsOf(printed as object),
  };
});

/** The answer of `/export`: a bare list. Outputs with the same id are the same (celtra.md §1), so each comes once. */
export const celtraOutputsSchema = z
  .array(celtraOutputSchema)
  .transform((outputs) => [...new Map(outputs.map((output) => [output.outputId, output])).values()]);
