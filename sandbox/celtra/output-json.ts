import { outputIdOf, revisionOf } from '../day/model';
import { FRAMES, FRAMES_PER_SECOND } from '../pictures/animation';
import { assetPlansOf, type AssetPlan } from './asset-plans';
import { assetStateOf, type AssetState } from './asset-state';
import type { ResponseContext, OutputVersion } from './output-version';
import { entityJson } from './entity-json';
import { fileFormatOf, type Render } from './media';
import type { CeltraOptions } from './options';

/** An output as a response shows it, with its assets for archives and TSV files. */
export interface RenderedOutput {
  readonly outputVersion: OutputVersion;
  readonly json: Record<string, unknown>;
  readonly status: 'pending' | 'error' | 'finished';
  readonly assets: readonly RenderedAsset[];
  readonly texts: Readonly<Record<string, string>>;
}

export interface RenderedAsset {
  readonly render: Render;
  readonly state: AssetState;
  readonly extension: string;
}

/** Renders an output and its assets for one response; this counts as one poll of each asset. */
export function renderOutput(outputVersion: OutputVersion, context: ResponseContext): RenderedOutput {
  const { design, creative, version } = outputVersion;
  const options = context.world.settings.celtra;
  const { rendered, texts } = assetPlansOf(creative);
  const renderOf = (asset: AssetPlan): Render => ({
    design,
    creative,
    outputId: outputIdOf(version, creative),
    revision: revisionOf(version, creative),
    asset,
    formats: context.formats,
    htmlFile: options.htmlFiles,
  });
  const states = rendered.map((asset): RenderedAsset => {
    const render = renderOf(asset);
    return { render, state: assetStateOf(outputVersion, render, context), extension: extensionOf(render, options) };
  });
  const [lead] = rendered;
  // `behindPending`: a second asset stays pending, so that the output as a whole never says "error".
  const hasShadow = states.some(({ state }) => state.kind === 'error' && state.behindPending);
  const shadow: RenderedAsset[] =
    hasShadow && lead !== undefined && states.every(({ state }) => state.kind !== 'pending')
      ? [
          {
            render: renderOf({ ...lead, key: 'background', label: 'background' }),
            state: { kind: 'pending' },
            extension: '',
          },
        ]
      : [];
  const assets = [...states, ...shadow];
  const status = assets.some(({ state }) => state.kind === 'pending')
    ? 'pending'
    : assets.some(({ state }) => state.kind === 'error')
      ? 'error'
      : 'finished';
  const json = {
    ...entityJson(outputVersion, options, context.paths),
    status,
    assets: {
      ...Object.fromEntries(assets.map((asset) => [asset.render.asset.key, assetJson(asset, context)])),
      ...Object.fromEntries(Object.entries(texts).map(([key, text]) => [key, { type: 'Text', text }])),
    },
  };
  return { outputVersion, json, status, assets, texts };
}

function assetJson(
  { render, state, extension }: RenderedAsset,
  { world, renders }: ResponseContext,
): Record<string, unknown> {
  const { asset, formats, creative } = render;
  const { extraFields, errorField } = world.settings.celtra;
  const ratio = asset.type === 'Image' ? formats.pixelRatio : 1;
  const size = { width: Math.round(asset.width * ratio), height: Math.round(asset.height * ratio) };
  const shape = {
    type: asset.type,
    ...(asset.type === 'File' ? (creative.kind === 'custom' ? { name: `${asset.label}.png`, ...size } : {}) : size),
    ...(asset.type === 'Video' || asset.type === 'HTML'
      ? { fps: FRAMES_PER_SECOND, duration: FRAMES / FRAMES_PER_SECOND }
      : {}),
    ...(extraFields ? { colorSpace: 'sRGB' } : {}),
  };
  switch (state.kind) {
    case 'pending':
      return { ...shape, status: 'pending' };
    case 'error': {
      const single = creative.shapeVariant % 2 === 0 ? 'error' : 'errorMessage';
      const names = errorField === 'both' ? ['error', 'errorMessage'] : [errorField === 'mixed' ? single : errorField];
      return { ...shape, status: 'error', ...Object.fromEntries(names.map((name) => [name, state.message])) };
    }
    case 'finished': {
      const overrides = state.overrides;
      const url = overrides?.url === undefined ? renders.issueAddress(render) : overrides.url;
      return {
        ...shape,
        status: 'finished',
        ...(overrides?.width === undefined ? {} : { width: overrides.width }),
        ...(overrides?.height === undefined ? {} : { height: overrides.height }),
        ...(url === null ? {} : { url }),
        blobHash: renders.blobHash(render),
        extension: overrides?.extension ?? extension,
      };
    }
  }
}

/** Without a dot; a JPEG is called either way (docs/reference/celtra.md#asset-kinds). */
function extensionOf(render: Render, options: CeltraOptions): string {
  const format = fileFormatOf(render);
  if (format !== 'jpeg') return format;
  return options.fixtures === 'mixed' && render.creative.shapeVariant === 3 ? 'jpeg' : 'jpg';
}
