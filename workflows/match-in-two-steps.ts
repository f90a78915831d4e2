import type { Pairing } from '../domain/matching';
import type { ExportGroup, Problem } from '../domain/plan';
import { counted } from '../domain/words';
import type { Brief } from './brief';
import type { FoundRound } from './plan-round';
import { celtraRead, planning } from './profiles';
import type { TaskStory } from './task-story';

/** As {@link planRound} was in 0.1.0: every output travels through the history. For tasks that began that way. */
export async function matchInTwoSteps(story: TaskStory, { facts, due }: Brief): Promise<FoundRound> {
  const { groups, problems } = await planning('Choose recipes').resolveRecipes({ facts, due });
  const found = await Promise.all(groups.map((group) => findPairings(story, group)));
  return { found, problems: [...problems, ...found.flatMap((one) => one.problems)] };
}

async function findPairings(
  story: TaskStory,
  group: ExportGroup,
): Promise<{ group: ExportGroup; pairings: Pairing[]; problems: Problem[] }> {
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
