import { InvalidArgumentError } from 'commander';

import type { ExportRequest } from '../../clients';

type Formats = NonNullable<ExportRequest['assetFormats']>;

/** A requested format, and its undocumented words, which the user allows by writing them. */
export interface RequestedFormat {
  readonly formats: Formats;
  readonly undocumented: readonly string[];
}

const imageHelp = 'Write png, png:64 (colours), jpeg, jpeg:90 (quality), jpeg:200kb (largest size), tiff or webp.';

/** Reads `--image`: a format of docs/reference/celtra.md#asset-formats, with its one setting behind a colon. */
export function imageFormat(text: string): RequestedFormat {
  const [, name = '', setting] = /^([a-z]+)(?::(.+))?$/i.exec(text.trim()) ?? [];
  const format = name.toLowerCase() === 'jpg' ? 'jpeg' : name.toLowerCase();
  if (setting === undefined && (format === 'png' || format === 'tiff' || format === 'webp')) return image({ format });
  // Always explicit, because Celtra's documents differ about the default (docs/reference/celtra.md#jpeg-quality).
  if (setting === undefined && format === 'jpeg') return image({ format, quality: 100 });
  const [, digits, isSize] = /^(\d{1,6}(?:\.\d+)?)(kb)?$/i.exec(setting ?? '') ?? [];
  if (digits !== undefined && format === 'jpeg') {
    return image(isSize === undefined ? { format, quality: Number(digits) } : { format, maxSizeKb: Number(digits) });
  }
  if (digits !== undefined && format === 'png' && isSize === undefined)
    return image({ format, colors: Number(digits) });
  throw new InvalidArgumentError(imageHelp);
}

function image(settings: NonNullable<Formats['Image']>['image']): RequestedFormat {
  return { formats: { Image: { image: settings } }, undocumented: [] };
}

const presets = ['x264_hq', 'x264_optimized', 'prores_422_hq', 'prores_4444', 'gif'];
const presetOf: Readonly<Record<string, string>> = { mp4: 'x264_hq', mov: 'prores_422_hq' };

/** Reads `--video`: a preset of Celtra's types, `mp4` or `mov` (docs/reference/celtra.md#formats-of-types). */
export function videoFormat(text: string): RequestedFormat {
  const word = text.trim().toLowerCase();
  const preset = Object.hasOwn(presetOf, word) ? (presetOf[word] ?? word) : word;
  if (!presets.includes(preset)) {
    throw new InvalidArgumentError(`Write mp4, mov, or a preset of Celtra's: ${presets.join(', ')}.`);
  }
  return { formats: { Video: { video: { preset } } }, undocumented: [preset] };
}

/** Ad servers that only Celtra's types name (docs/reference/celtra.md#formats-of-types). */
const typedAdServers = ['dcStudioDcoVariant', 'celtraMab', 'demandbase', 'moloco'];

/** Parses `--html`: the ad server. The client knows the documented ones. */
export function htmlFormat(text: string): RequestedFormat {
  const adServer = text.trim();
  const undocumented = typedAdServers.includes(adServer) ? [adServer] : [];
  return { formats: { HTML: { html: { adServer } } }, undocumented };
}
