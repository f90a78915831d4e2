import type { ShotOutput } from '../domain/task/expected-output';
import type { ExportPlan } from '../domain/plan/export-plan';
import { planBasis } from '../domain/task/task-fingerprint';
import type { PlanRecord } from '../domain/plan/plan-record';
import type { TaskFacts } from '../domain/task/task-facts';

/** What a later run of the workflow has to know of it. */
export interface CarriedPlan {
  readonly record?: PlanRecord | undefined;
  /** For which facts (`planBasis`), and what came of it. */
  readonly resolved?: { readonly basis: string; readonly plan: ExportPlan } | undefined;
}

/**
 * What a round has decided: the recipes as they were resolved, and the plan made by them. A recipe that is edited meanwhile
 * changes nothing here: only an operator's word, or a task that asks for something else, has recipes resolved again.
 */
export class RoundPlan {
  /** The newest plan of the round. */
  record: PlanRecord | undefined;
  private resolved: CarriedPlan['resolved'];

  constructor({ record, resolved }: CarriedPlan = {}) {
    this.record = record;
    this.resolved = resolved;
  }

  /** The recipes as resolved for these facts: those of before if there are any, else what `resolve` finds. */
  async resolvedFor(
    facts: TaskFacts,
    due: readonly ShotOutput[],
    resolve: () => Promise<ExportPlan>,
  ): Promise<ExportPlan> {
    const basis = planBasis(facts, due);
    if (this.resolved?.basis === basis) return this.resolved.plan;
    const plan = await resolve();
    this.resolved = { basis, plan };
    return plan;
  }

  toCarry(): CarriedPlan {
    return { record: this.record, resolved: this.resolved };
  }

  /** An operator has said to go on: the recipes of today count. */
  forget(): void {
    this.resolved = undefined;
    this.record = undefined;
  }
}
