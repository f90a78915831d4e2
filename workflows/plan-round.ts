import { expectedOutputKey } from '../domain/task/expected-output';
import { restoreMatching, type Pairing } from '../domain/plan/matching';
import type { ExportGroup, Problem } from '../domain/plan/export-plan';
import { planRecord } from '../domain/plan/plan-record';
import { pluralise } from '../domain/shared/text';
import type { Brief } from './brief';
import { celtraRead, planning } from './profiles';
import type { TaskStory } from './task-story';

/** A Celtra request, and which of its outputs go out. */
export interface FoundGroup {
  readonly group: ExportGroup;
  readonly pairings: readonly Pairing[];
}

/** What a round would deliver, and what keeps it from that. */
export interface FoundRound {
  readonly found: readonly FoundGroup[];
  readonly problems: readonly Problem[];
}

/**
 * Decides what the round delivers, before anything is rendered: recipes are chosen, creatives are paired where the outputs
 * are read, and the plan is written down.
 */
export async function planRound(story: TaskStory, { facts, due }: Brief): Promise<FoundRound> {
  const { studio, taskId } = story.task;
  const { groups, problems } = await story.plan.resolvedFor(facts, due, () =>
    planning('Choose recipes').resolveRecipes({
      facts,
      dueKeys: due.map(({ expected }) => expectedOutputKey(expected)),
      decisions: story.inbox.decisions,
    }),
  );
  const matched = await Promise.all(
    groups.map(async (group) => {
      const summary = `Find ${pluralise(group.expected.length, 'creative')} by recipe ${group.recipe}`;
      const pairs = await celtraRead(studio, summary).pairCreatives({ studio, taskId, group });
      return { group, matching: restoreMatching(group, pairs) };
    }),
  );
  const record = planRecord(matched, problems);
  story.plan.record = record;
  return {
    found: matched.map(({ group, matching }) => ({ group, pairings: matching.pairings })),
    problems: record.problems,
  };
}
