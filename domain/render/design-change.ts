import type { CeltraOutput } from './celtra-output';
import type { WantedOutput } from './render-progress';
import { pluralise, summariseList } from '../shared/text';

/** Explains missing outputs (docs/reference/celtra.md#design-changes); `undefined` when nothing has changed. */
export function describeMissingOutputs(
  missing: readonly (WantedOutput & { readonly designFileId: string })[],
  found: readonly CeltraOutput[],
): string | undefined {
  const now = new Map(found.map((output) => [output.outputId, output]));
  const sentences = new Map<string, string[]>();
  for (const one of missing) {
    const output = now.get(one.outputId);
    const design = output?.designFile ?? found.find(({ designFile }) => designFile.id === one.designFileId)?.designFile;
    const isChanged =
      design?.contentHash !== undefined && one.contentHash !== undefined && design.contentHash !== one.contentHash;
    if (output !== undefined && !isChanged) continue;
    const title = design?.name ?? design?.id ?? one.designFileId;
    const what = isChanged
      ? `Design ${title} was changed in Celtra during rendering`
      : design === undefined
        ? `Celtra no longer finds any output of design ${title}`
        : `Celtra no longer has all outputs of design ${title}, although the design is unchanged`;
    const fate =
      output === undefined
        ? `${one.name ?? one.outputId} no longer exists`
        : `${one.name ?? one.outputId} is now another version`;
    sentences.set(what, [...(sentences.get(what) ?? []), fate]);
  }
  if (sentences.size === 0) return undefined;
  const words = [...sentences].map(([what, fates]) => `${what}: ${summariseList(fates)}.`).join(' ');
  return `${words} The recipe’s filters find ${pluralise(found.length, 'output')} now.`;
}
