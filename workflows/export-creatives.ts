import { attentionForProblems } from '../domain/attention';
import type { Pairing } from '../domain/matching';
import type { ExportGroup, Problem } from '../domain/plan';
import type { AssetFormats } from '../domain/recipe';
import type { RenderedAsset } from '../domain/rendered-asset';
import type { StudioSettings } from '../domain/studio-settings';
import { counted } from '../domain/words';
import type { Brief } from './brief';
import { NeedsAttention } from './needs-attention';
import { celtraRead, celtraWait, planning } from './profiles';
import type { TaskStory } from './task-story';

/** A creative that was found for an expected output, and rendered. */
export interface RenderedPairing extends Pairing {
  readonly asset: RenderedAsset;
  readonly assetFormats: AssetFormats;
}

/** Finds the creative for each expected output and waits until all are rendered. Refuses to guess: any doubt parks the task. */
export async function exportCreatives(
  story: TaskStory,
  brief: Brief,
  settings: StudioSettings,
): Promise<RenderedPairing[]> {
  story.enter('Export', 'Finding the creatives in Celtra.', { expected: brief.due.length });
  const { facts, due } = brief;
  const { groups, problems } = await planning('Choose recipes').resolveRecipes({ facts, due });
  const found = await Promise.all(groups.map((group) => findPairings(story, group)));
  refuse([...problems, ...found.flatMap((one) => one.problems)]);

  const pairings = found.flatMap((one) => one.pairings);
  story.showFiles(
    pairings.map(({ expected, output }) => ({
      label: expected.label,
      creative: output.name ?? output.outputId,
      fileName: expected.fileName,
      state: 'rendering',
    })),
  );
  story.enter('Export', `Waiting until Celtra has rendered ${counted(pairings.length, 'creative')}.`);
  const rendered = await Promise.all(found.map((one) => awaitGroup(story, one, settings)));
  return rendered.flat();
}

interface FoundGroup {
  readonly group: ExportGroup;
  readonly pairings: Pairing[];
  readonly problems: Problem[];
}

async function findPairings(story: TaskStory, group: ExportGroup): Promise<FoundGroup> {
  const { studio, taskId } = story.task;
  const candidates = await celtraRead(studio, `Find creatives by recipe ${group.recipe}`).findCreatives({
    studio,
    taskId,
    group,
  });
  const matched = await planning(
    `Match ${counted(group.expected.length, 'creative')} of recipe ${group.recipe}`,
  ).matchCreatives({
    group,
    candidates,
  });
  return { group, ...matched };
}

async function awaitGroup(
  story: TaskStory,
  { group, pairings }: FoundGroup,
  settings: StudioSettings,
): Promise<RenderedPairing[]> {
  const { studio, taskId } = story.task;
  const { assetFormats } = group;
  const outputs = pairings.map(({ output: { outputId, designFileId, contentHash } }) => ({
    outputId,
    designFileId,
    contentHash,
  }));
  const summary = `Wait until Celtra has rendered ${counted(outputs.length, 'creative')}`;
  const assets = await celtraWait(studio, summary, settings.renderDeadlineMs).awaitRenders({
    studio,
    taskId,
    assetFormats,
    outputs,
  });
  const assetOf = new Map(assets.map((asset) => [asset.outputId, asset]));
  return pairings.flatMap((pairing) => {
    const asset = assetOf.get(pairing.output.outputId);
    return asset === undefined ? [] : [{ ...pairing, asset, assetFormats }];
  });
}

function refuse(problems: readonly Problem[]): void {
  const [first, ...others] = problems;
  if (first !== undefined) throw new NeedsAttention(attentionForProblems([first, ...others]));
}
