import { renderTemplate, TemplateError } from '../recipe/template';
import type { CeltraOutput } from '../render/celtra-output';

/** What matching needs of a Celtra output: small enough for a history, and without file addresses. */
export interface Candidate {
  readonly outputId: string;
  readonly name?: string | undefined;
  readonly designFileId: string;
  /** The saved version of the design that was matched. */
  readonly contentHash?: string | undefined;
  /** The rendered `match.output`; absent when the output lacks a variable of the template. */
  readonly key?: string | undefined;
  readonly lacks?: string | undefined;
  /** Pixel size, if Celtra knows it before rendering. */
  readonly width?: number | undefined;
  readonly height?: number | undefined;
  readonly previewUrl?: string | undefined;
}

/** An output that lacks a template variable cannot match (docs/reference/assumptions.md#missing-keys). */
export function toCandidate(output: CeltraOutput, outputTemplate: string): Candidate {
  const picture = output.assets.find(({ type }) => type === 'image');
  const base = {
    outputId: output.outputId,
    name: output.name,
    designFileId: output.designFile.id,
    contentHash: output.designFile.contentHash,
    ...(picture?.width !== undefined && { width: picture.width }),
    ...(picture?.height !== undefined && { height: picture.height }),
    ...(output.previewUrl !== undefined && { previewUrl: output.previewUrl }),
  };
  try {
    return { ...base, key: renderTemplate(outputTemplate, { output: output.facts }) };
  } catch (error) {
    if (!(error instanceof TemplateError)) throw error;
    return { ...base, lacks: error.variable ?? error.message };
  }
}
