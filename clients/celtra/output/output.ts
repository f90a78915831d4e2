import { z } from 'zod';

import type { CeltraAsset, CeltraOutput } from '../../../domain/render/celtra-output';
import { possibleBodies } from '../../http/envelope';
import { addIssues, httpUrl, number, ownProperty, text } from '../../wire-values';
import { publicFields } from './addresses';
import { isRecord } from '../../record';

/** The documented words first; the others are those of common job queues (docs/reference/assumptions.md#celtra-answers). */
const statusWords = {
  pending: ['pending', 'processing', 'inprogress', 'queued', 'running', 'rendering', 'started', 'waiting'],
  finished: ['finished', 'done', 'complete', 'completed', 'ready', 'success', 'succeeded'],
  error: ['error', 'errored', 'failed', 'failure'],
} as const;

const statusSchema = z.preprocess(
  (value) => {
    const word = typeof value === 'string' ? value.toLowerCase().replace(/[^a-z]/g, '') : '';
    return Object.entries(statusWords).find(([, words]) => (words as readonly string[]).includes(word))?.[0] ?? value;
  },
  z.enum(['pending', 'error', 'finished']),
);

/** Case-sensitive, unlike Creative Force's ids (docs/reference/celtra.md#output-ids). */
const opaqueId = z.union([z.string().min(1).max(500), z.number().transform(String)], { error: 'expected an id' });

const assetTypes: Readonly<Record<string, CeltraAsset['type']>> = {
  image: 'image',
  video: 'video',
  html: 'html',
  file: 'file',
  text: 'text',
};

const assetFields = z.object({
  type: text,
  status: z.unknown().optional(),
  width: number,
  height: number,
  fps: number,
  duration: number,
  extension: text,
  blobHash: text,
  error: z.unknown().optional(),
  errorMessage: z.unknown().optional(),
  url: httpUrl,
  // An empty text counts too (docs/reference/celtra.md#asset-kinds).
  text: z.string().nullish().catch(undefined),
});

/** Other names of the address of a file; any other address in an asset may be that of a landing page, an editor or a preview. */
const urlName = /^(?:(?:download|file|asset|content|output|render|source)[_-]?)?(?:url|uri|href|link)$/i;

/** An address under another name, such as `downloadUrl`, where it is the only one. */
function withUrl(value: unknown): unknown {
  if (!isRecord(value) || typeof value['url'] === 'string') return value;
  const named = Object.entries(value).filter(([key, inner]) => urlName.test(key) && typeof inner === 'string');
  return named.length === 1 ? { ...value, url: named[0]?.[1] } : value;
}

const assetSchema = z.preprocess(withUrl, assetFields).transform((wire, context): Omit<CeltraAsset, 'key'> => {
  const type = ownProperty(assetTypes, wire.type?.toLowerCase() ?? '') ?? 'other';
  const { width, height, fps, duration, extension, blobHash, url } = wire;
  const times = { ...(fps !== undefined && { fps }), ...(duration !== undefined && { duration }) };
  const facts = { type, width, height, ...times, extension: extension?.replace(/^\.+/, ''), blobHash };
  // Texts are complete at once (docs/reference/celtra.md#status), as is an unknown type without a status.
  const isUnknownType = type === 'other' && (wire.status === undefined || wire.status === null);
  if (type === 'text' || isUnknownType) {
    return { ...facts, status: 'finished', url, ...(typeof wire.text === 'string' && { text: wire.text }) };
  }
  const status = statusSchema.safeParse(wire.status).data;
  if (status === undefined) {
    context.addIssue({ code: 'custom', path: ['status'], message: 'expected pending, error or finished' });
    return z.NEVER;
  }
  if (status === 'error') {
    // Two names are documented (docs/reference/celtra.md#asset-errors); the shape of the reason may vary.
    const error = reasonOf(wire.error) ?? reasonOf(wire.errorMessage) ?? 'Celtra gave no reason';
    return { ...facts, status, error };
  }
  // An asset without an address cannot be fetched yet (docs/reference/celtra.md#finished).
  if (status === 'finished' && url === undefined) return { ...facts, status: 'pending' };
  return { ...facts, status, url };
});

const errorObject = z.object({ message: z.string().min(1) });

function reasonOf(error: unknown): string | undefined {
  if (typeof error === 'string') return error.trim() === '' ? undefined : error;
  return errorObject.safeParse(error).data?.message;
}

/** Assets in a list, by their names, else by their types; those that share one are numbered, so that none takes the place of another. */
function byName(assets: readonly unknown[]): Record<string, unknown> {
  const names = assets.map((asset) => {
    const { key, name, type } = isRecord(asset) ? asset : {};
    const known = [key, name, type].find((one) => typeof one === 'string' && one !== '');
    return typeof known !== 'string' ? 'asset' : known === type ? known.toLowerCase() : known;
  });
  return Object.fromEntries(
    assets.map((asset, index) => {
      const given = names[index] ?? '';
      if (names.indexOf(given) === names.lastIndexOf(given)) return [given, asset];
      let name = `${given} ${index + 1}`;
      // Another asset may have just that name.
      while (names.includes(name)) name += ` ${index + 1}`;
      return [name, asset];
    }),
  );
}

const outputSchema = z.object({
  id: opaqueId,
  name: text,
  status: statusSchema,
  previewUrl: text,
  designFile: z.object({ id: opaqueId, name: text, contentBlobHash: text }),
  // A new output may have none yet.
  assets: z.preprocess(
    (value) => (Array.isArray(value) ? byName(value) : (value ?? {})),
    z.record(z.string(), assetSchema.nullish()),
  ),
});

/** One Output (docs/reference/celtra.md#output-fields) with unknown keys; an unknown status is a fault. */
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

/** "Finished" holds only when every asset can be fetched or is a text (docs/reference/celtra.md#finished). */
function statusOfAssets(assets: readonly CeltraAsset[]): CeltraOutput['status'] {
  if (assets.some(({ status }) => status === 'pending')) return 'pending';
  return assets.some(({ status }) => status === 'error') ? 'error' : 'finished';
}

/** The list of outputs in an answer: bare, in an envelope or keyed by id, then `{}` has none; `undefined` where there is no list. */
export function outputListOf(json: unknown): readonly unknown[] | undefined {
  const bodies = possibleBodies(json);
  const list: unknown[] | undefined = bodies.find(Array.isArray);
  return list ?? bodies.filter(isKeyedByOutputs).map((body) => Object.values(body))[0];
}

function isKeyedByOutputs(body: unknown): body is Readonly<Record<string, unknown>> {
  const rows = isRecord(body) ? Object.entries(body) : [];
  return isRecord(body) && rows.every(([key, row]) => isRecord(row) && row['id'] === key);
}

/** The list that `/export` returns, each output once (docs/reference/celtra.md#entities). */
export const celtraOutputsSchema = z
  .array(celtraOutputSchema)
  .transform((outputs) => [...new Map(outputs.map((output) => [output.outputId, output])).values()]);
