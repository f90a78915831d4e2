import type { CeltraAsset, CeltraOutput } from './celtra-output';
import type { AnnouncedFilm } from './film';
import type { MeasuredPicture } from '../preflight/picture';

/** A finished render without its address, which is a secret. Sizes are pixels. */
export interface RenderedAsset extends Pick<CeltraAsset, 'type' | 'extension' | 'blobHash'>, AnnouncedFilm {
  readonly outputId: string;
  readonly assetKey: string;
  /** The output's texts that the recipe wants to be kept, by name. */
  readonly texts?: Readonly<Record<string, string>> | undefined;
}

/** A render in a worker's spool with its measurements. */
export interface SpooledFile extends MeasuredPicture {
  /** The task queue of the worker that holds the file. */
  readonly queue: string;
  readonly fileId: string;
  readonly outputId: string;
  /** Lower-case hex. */
  readonly md5: string;
  readonly sha256: string;
  /** When the download finished (ISO 8601, UTC), and its number of attempts. */
  readonly fetchedAt?: string | undefined;
  readonly downloads?: number | undefined;
  /** Set when a recipe's conversion changed the render. */
  readonly conversion?: RenderConversion | undefined;
}

export interface RenderConversion {
  readonly steps: readonly string[];
  /** The original file; hashes in lower-case hex. */
  readonly before: { readonly bytes: number; readonly md5: string; readonly sha256: string };
}

/** Types of main assets in order of preference (docs/reference/celtra.md#asset-kinds). */
const mainTypes = ['image', 'video', 'html'] as const;

/**
 * The asset to deliver: `choice` if the recipe names one, else the main asset, else the only asset of a main type.
 * Texts and fallback files are never delivered. `undefined` when none or several are possible.
 */
export function deliverableAsset(output: CeltraOutput, choice?: string): CeltraAsset | undefined {
  if (choice !== undefined) return output.assets.find(({ key, type }) => key === choice && type !== 'text');
  for (const main of mainTypes) {
    const asset = output.assets.find(({ key, type }) => key === main && type === main);
    if (asset !== undefined) return asset;
  }
  const files = output.assets.filter(({ type }) => mainTypes.some((main) => main === type));
  return files.length === 1 ? files[0] : undefined;
}

/** Texts are for an audit, not for a book. */
const MAX_TEXT_LENGTH = 500;

/** The texts of these names: those of the asset's own card, else those of the whole output. */
export function textsOf(
  { assets }: Pick<CeltraOutput, 'assets'>,
  { key }: Pick<CeltraAsset, 'key'>,
  names: readonly string[],
): Record<string, string> {
  const card = key.slice(0, key.lastIndexOf('.') + 1);
  const texts = new Map(assets.flatMap(({ key: name, text }) => (text === undefined ? [] : [[name, text] as const])));
  return Object.fromEntries(
    names.flatMap((name) => {
      const text = texts.get(`${card}${name}`) ?? texts.get(name);
      return text === undefined ? [] : [[name, text.slice(0, MAX_TEXT_LENGTH)] as const];
    }),
  );
}

export function toRenderedAsset(
  output: Pick<CeltraOutput, 'outputId' | 'assets'>,
  asset: CeltraAsset,
  textNames: readonly string[] = [],
): RenderedAsset {
  const { outputId } = output;
  const texts = textsOf(output, asset, textNames);
  const { key: assetKey, type, extension, width, height, fps, duration, blobHash } = asset;
  const film = { ...(fps !== undefined && { fps }), ...(duration !== undefined && { duration }) };
  const kept = Object.keys(texts).length > 0 ? { texts } : {};
  return { outputId, assetKey, type, extension, width, height, ...film, blobHash, ...kept };
}
