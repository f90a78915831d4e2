import type { BriefTexts } from '../../domain/inputs/brief-document';
import { noDecisions } from '../../domain/operator/decisions';
import { candidateId } from '../../domain/plan/candidate-id';
import { deliverableAsset, textsOf } from '../../domain/render/rendered-asset';
import { messageOf } from '../../domain/shared/text';
import { expectedOutputKey, expectedOutputs } from '../../domain/task/expected-output';
import type { TaskFacts } from '../../domain/task/task-facts';
import { searchOutputs } from '../celtra/creative-search';
import { planHere } from '../planning/planning-work';
import type { ActivityStudio } from '../runtime/studios';

type TextStudio = Pick<ActivityStudio, 'name' | 'recipes' | 'celtra' | 'celtraCaller'>;

/**
 * The texts that recipes name (`celtra.texts`) of the creatives that Celtra has for a task now, by expected output. Without
 * such a recipe Celtra is not asked. A failure is returned in words, because a brief is useful without texts, too.
 */
export async function creativeTexts(
  studio: TextStudio,
  facts: TaskFacts,
  signal: AbortSignal,
  planner = planHere,
): Promise<BriefTexts | undefined> {
  const dueKeys = expectedOutputs(facts.task).map(({ expected }) => expectedOutputKey(expected));
  try {
    const { name, recipes } = studio;
    const request = { facts, dueKeys, decisions: noDecisions };
    const plan = await planner(name, 'plan', { recipes, request }, signal);
    const groups = plan.groups.filter(({ texts }) => texts);
    if (groups.length === 0) return undefined;
    const found = await Promise.all(
      groups.map(async (group) => {
        const { texts: names = [], asset: choice } = group;
        const outputs = await searchOutputs(studio, facts.task.taskId, group, signal);
        const byId = new Map(outputs.map((output) => [output.outputId, output]));
        const { pairings } = await planner(name, 'match', { group, outputs }, signal);
        return pairings.flatMap(({ expected, output: candidate }) => {
          const output = byId.get(candidate.outputId);
          const asset = output && deliverableAsset(output, candidate.assetKey ?? choice);
          if (output === undefined || asset === undefined) return [];
          const creative = candidate.name ?? candidateId(candidate);
          return [{ label: expected.label, creative, texts: textsOf(output, asset, names) }];
        });
      }),
    );
    return { found: found.flat() };
  } catch (error) {
    signal.throwIfAborted();
    return { found: [], why: messageOf(error) };
  }
}
