import { mentionedVariables, renderTemplate, TemplateError, type TemplateScope } from '../recipe/template';
import type { CeltraAsset, CeltraOutput } from '../render/celtra-output';
import { deliverableAsset } from '../render/rendered-asset';

/** What matching needs of a Celtra output, or of one of its assets: small enough for a history, and without addresses. */
export interface Candidate {
  readonly outputId: string;
  /** Set when each asset of an output is a candidate of its own; absent: the output's main asset. */
  readonly assetKey?: string | undefined;
  readonly name?: string | undefined;
  readonly designFileId: string;
  /** The saved version of the design that was matched. */
  readonly contentHash?: string | undefined;
  /** The rendered `match.output`; absent when the output lacks a variable of the template. */
  readonly key?: string | undefined;
  readonly lacks?: string | undefined;
  /** The type of the asset, if it is clear before rendering. */
  readonly type?: CeltraAsset['type'] | undefined;
  /** Pixel size, if Celtra knows it before rendering. */
  readonly width?: number | undefined;
  readonly height?: number | undefined;
  readonly previewUrl?: string | undefined;
}

/** How a recipe tells candidates apart, and which asset it chooses. */
export interface CandidateRules {
  /** The recipe's `match.output`. */
  readonly outputTemplate: string;
  readonly asset?: string | undefined;
}

/** Assets that can be files of a task; a page is an archive, and a text is no file. */
const fileTypes: readonly CeltraAsset['type'][] = ['image', 'video', 'file'];

/** The candidates of outputs. A template that mentions `asset` makes each asset a candidate of its own. */
export function toCandidates(outputs: readonly CeltraOutput[], { outputTemplate, asset }: CandidateRules): Candidate[] {
  if (!mentionsAsset(outputTemplate)) return outputs.map((output) => toCandidate(output, outputTemplate, asset));
  return outputs.flatMap((output) => {
    const files = output.assets.filter(({ type }) => fileTypes.includes(type));
    return files.flatMap((file, index) => {
      if (asset !== undefined && asset !== file.key) return [];
      const name = [output.name ?? output.outputId, file.key].join(', ');
      const scope = { output: output.facts, asset: assetScope(output, file, index + 1) };
      return [{ ...candidateOf(output, file), name, assetKey: file.key, ...keyOf(outputTemplate, scope) }];
    });
  });
}

/** An output that lacks a template variable cannot match (docs/reference/assumptions.md#missing-keys). */
export function toCandidate(output: CeltraOutput, outputTemplate: string, asset?: string): Candidate {
  const picture = deliverableAsset(output, asset) ?? output.assets.find(({ type }) => type === 'image');
  return { ...candidateOf(output, picture), ...keyOf(outputTemplate, { output: output.facts }) };
}

function mentionsAsset(template: string): boolean {
  return mentionedVariables(template).some(([root]) => root === 'asset');
}

function candidateOf(output: CeltraOutput, asset: CeltraAsset | undefined): Candidate {
  return {
    outputId: output.outputId,
    name: output.name,
    designFileId: output.designFile.id,
    contentHash: output.designFile.contentHash,
    ...(asset !== undefined && { type: asset.type }),
    ...(asset?.width !== undefined && { width: asset.width }),
    ...(asset?.height !== undefined && { height: asset.height }),
    ...(output.previewUrl !== undefined && { previewUrl: output.previewUrl }),
  };
}

function keyOf(template: string, scope: TemplateScope): Pick<Candidate, 'key' | 'lacks'> {
  try {
    return { key: renderTemplate(template, scope) };
  } catch (error) {
    if (!(error instanceof TemplateError)) throw error;
    return { lacks: error.variable ?? error.message };
  }
}

/** `position` counts from 1, in Celtra's order; `texts` are those of the same card. */
function assetScope({ assets }: CeltraOutput, file: CeltraAsset, position: number): Record<string, unknown> {
  const { key: name, type, width, height } = file;
  const card = name.slice(0, name.lastIndexOf('.') + 1);
  const texts = assets.flatMap(({ key, text }) => {
    const own = key.startsWith(card) ? key.slice(card.length) : '';
    return text === undefined || own === '' || own.includes('.') ? [] : [[own, text] as const];
  });
  return {
    ...{ name, position, type, texts: Object.fromEntries(texts) },
    ...(width !== undefined && { width }),
    ...(height !== undefined && { height }),
  };
}
