import { z } from 'zod';

import type { CeltraAsset, CeltraOutput } from '../../../domain/render/celtra-output';
import { addIssues, httpUrl, number, ownProperty, text } from '../../wire-values';
import { publicFields } from './addresses';

const statusSchema = z.enum(['pending', 'error', 'finished']);

/**
 * Ids are opaque (docs/reference/celtra.md#output-ids), so unlike Creative Force's they keep their letters as they are.
 */
const opaqueId = z.union([z.string().min(1), z.number().transform(String)], { error: 'expected an id' });

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
    status: z.unknown().optional(),
    width: number,
    height: number,
    extension: text,
    blobHash: text,
    error: z.unknown().optional(),
    errorMessage: z.unknown().optional(),
    url: httpUrl,
    // An empty text is a text, too (docs/reference/celtra.md#asset-kinds).
    text: z.string().nullish().catch(undefined),
  })
  .transform((wire, context): Omit<CeltraAsset, 'key'> => {
    const type = ownProperty(assetTypes, wire.type?.toLowerCase() ?? '') ?? 'other';
    const { width, height, extension, blobHash, url } = wire;
    const facts = { type, width, height, extension: extension?.replace(/^\.+/, ''), blobHash };
    // Texts are complete at once (docs/reference/celtra.md#status), and so is whatever has no status of its own.
    const isUnheardOf = type === 'other' && (wire.status === undefined || wire.status === null);
    if (type === 'text' || isUnheardOf) {
      return { ...facts, status: 'finished', url, ...(typeof wire.text === 'string' && { text: wire.text }) };
    }
    const status = statusSchema.safeParse(wire.status).data;
    if (status === undefined) {
      context.addIssue({ code: 'custom', path: ['status'], message: 'expected pending, error or finished' });
      return z.NEVER;
    }
    // Both names are in print (docs/reference/celtra.md#asset-errors); what the reason looks like is no ground to
    // refuse an answer.
    const error = reasonOf(wire.error) ?? reasonOf(wire.errorMessage) ?? 'Celtra gave no reason';
    if (status === 'error') return { ...facts, status, error };
    // Finished means that it can be fetched; without an address the next look decides
    // (docs/reference/celtra.md#finished).
    if (status === 'finished' && url === undefined) return { ...facts, status: 'pending' };
    return { ...facts, status, url };
  });

function reasonOf(said: unknown): string | undefined {
  if (typeof said === 'string') return said.trim() === '' ? undefined : said;
  return z.object({ message: z.string().min(1) }).safeParse(said).data?.message;
}

const outputSchema = z.object({
  id: opaqueId,
  name: text,
  status: statusSchema,
  previewUrl: text,
  designFile: z.object({ id: opaqueId, name: text, contentBlobHash: text }),
  assets: z.record(z.string(), assetSchema.nullish()),
});

/**
 * One Output (docs/reference/celtra.md#output-fields): open to unknown keys; an unknown status is a fault, never
 * "finished".
 */
export const celtraOutputSchema = z.unknown().transform((printed, context): CeltraOutput => {
  const parsed = outputSchema.safeParse(printed);
  if (!parsed.success) {
    addIssues(context, parsed.error.issues);
    return z.NEVER;
  }
  const { id, name, status, previewUrl, designFile } = parsed.data;
  const assets = Object.entries(parsed.data.assets).flatMap(([key, asset]) => (asset ? [{ key, ...asset }] : []));
  return {
    outputId: id,
    name,
    status: status === 'finished' ? statusOfAssets(assets) : status,
    previewUrl,
    designFile: { id: designFile.id, name: designFile.name, contentHash: designFile.contentBlobHash },
    assets,
    facts: publicFields(printed as object),
  };
});

/** "Finished" is believed only when every asset can be fetched or is a text (docs/reference/celtra.md#finished). */
function statusOfAssets(assets: readonly CeltraAsset[]): CeltraOutput['status'] {
  if (assets.some(({ status }) => status === 'pending')) return 'pending';
  return assets.some(({ status }) => status === 'error') ? 'error' : 'finished';
}

/**
 * The answer of `/export`: a bare list. Outputs with the same id are the same (docs/reference/celtra.md#entities), so
 * each comes once.
 */
export const celtraOutputsSchema = z
  .array(celtraOutputSchema)
  .transform((outputs) => [...new Map(outputs.map((output) => [output.outputId, output])).values()]);
