import { describeCondition, conditionHolds, type Condition } from './condition';
import type { ShotOutput } from '../task/expected-output';
import type { PropertyOwner, Recipe } from './recipe';
import { specOf, type TaskFacts } from '../task/task-facts';
import type { Properties } from '../task/task';

export interface ConditionResult {
  /** The condition's name in the recipe: `position`, `job.properties.Season`. */
  readonly condition: string;
  readonly wanted: string;
  /** The task's values; empty when it has none. */
  readonly found: readonly string[];
  readonly holds: boolean;
}

/** A recipe without conditions fits everything. */
export function evaluateConditions(recipe: Recipe, facts: TaskFacts, output: ShotOutput): ConditionResult[] {
  const { when } = recipe;
  const { task } = facts;
  const { shot, expected } = output;
  const spec = specOf(facts, output);
  const judged = (condition: string, wanted: Condition | undefined, ...names: (string | number | undefined)[]) => {
    if (wanted === undefined) return [];
    const found = names.flatMap((name) => (name === undefined || name === '' ? [] : String(name)));
    return [{ condition, wanted: describeCondition(wanted), found, holds: conditionHolds(wanted, found) }];
  };
  return [
    ...judged('specification', when.specification, expected.specification?.id, expected.specification?.name),
    ...judged('contentCreationType', when.contentCreationType, task.contentCreationType),
    ...judged('workspace', when.workspace, task.workspace.id, task.workspace.name),
    ...judged('productionType', when.productionType, task.productionTypeId),
    ...judged('position', when.position, shot.position),
    ...judged('styleGuide', when.styleGuide, task.styleGuide?.id, task.styleGuide?.name),
    ...judged('spec', when.spec, spec?.id, spec?.name),
    ...Object.entries(when.properties ?? {}).flatMap(([owner, wanted]) =>
      Object.entries(wanted ?? {}).flatMap(([name, condition]) =>
        judged(`${owner}.properties.${name}`, condition, propertyText(facts, owner as PropertyOwner, name)),
      ),
    ),
  ];
}

export function fittingRecipes(recipes: readonly Recipe[], facts: TaskFacts, output: ShotOutput): Recipe[] {
  return recipes.filter((recipe) => evaluateConditions(recipe, facts, output).every((judged) => judged.holds));
}

function propertyText({ task, ...facts }: TaskFacts, owner: PropertyOwner, name: string): string | undefined {
  const owners: Record<PropertyOwner, Properties | undefined> = {
    job: facts.job?.properties,
    product: facts.product?.properties,
    project: facts.project?.properties,
    // Of several, the first is used (docs/reference/assumptions.md#several-deliverables).
    deliverable: facts.deliverables?.[0]?.properties,
    styleGuide: task.styleGuide?.properties,
  };
  const properties = owners[owner];
  const value = properties !== undefined && Object.hasOwn(properties, name) ? properties[name] : undefined;
  return value === undefined || value === null ? undefined : String(value);
}
