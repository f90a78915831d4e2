import { expectedOutputKey } from '../../domain/task/expected-output';
import type { Recipe } from '../../domain/recipe/recipe';
import {
  deliverFileUpdate,
  replaceRecipeUpdate,
  skipOutputUpdate,
  useOutputUpdate,
} from '../../workflows/external-post-task/messages/messages';
import { aRecipe } from '../support/facts';
import type { Decision } from './decided';
import type { Extpost } from './extpost';
import { specOf, type Output, type Outside } from './outside';

export const people = ['Ha', 'Bo'] as const;
export type Person = (typeof people)[number];

/** Recipes that a person may name or write: two that fit, one that nobody has, one of which no creative has the key. */
export const recipes: Readonly<Record<string, Recipe | string>> = {
  'the configured one': aRecipe.name,
  'one like it': { ...aRecipe, name: 'by hand' },
  'an unknown one': 'nobody has it',
  'one that finds nothing': {
    ...aRecipe,
    name: 'wrong',
    match: { ...aRecipe.match, expected: 'Nothing/{{ spec.name }}' },
  },
};

/** A person decides about one expected output of the running task; the model takes note when it is taken. */
export async function decide(
  outside: Outside,
  extpost: Extpost,
  by: Person,
  name: Output,
  decision: Decision,
): Promise<boolean> {
  const key = keyOf(outside, name);
  const common = { by, expected: key };
  let isTaken = false;
  await outside.decided.saying(key, decision, async () => {
    const runId = await extpost.attemptInOneRun((handle) => {
      switch (decision.kind) {
        case 'skip':
          return handle.executeUpdate(skipOutputUpdate, { args: [{ ...common, force: true }] });
        case 'use':
          return handle.executeUpdate(useOutputUpdate, { args: [{ ...common, outputId: decision.outputId }] });
        case 'file':
          return handle.executeUpdate(deliverFileUpdate, {
            args: [{ ...common, url: `https://files.example/${name}` }],
          });
      }
    });
    isTaken = runId !== undefined;
    return runId;
  });
  return isTaken;
}

/** A person takes another recipe for the whole task. */
export function replaceRecipe(extpost: Extpost, by: Person, which: string): Promise<boolean> {
  const recipe = recipes[which];
  if (recipe === undefined) throw new Error(`There is no recipe "${which}".`);
  return extpost.attempt((handle) => handle.executeUpdate(replaceRecipeUpdate, { args: [{ by, recipe }] }));
}

export function keyOf(outside: Outside, name: Output): string {
  const output = outside.task.shots[0]?.expectedOutputs.find(({ specId }) => specId === specOf(name));
  if (output === undefined) throw new Error(`The task has no ${name}.`);
  return expectedOutputKey(output);
}

/** The creative that is meant for this output. */
export function creativeOf(name: Output): string {
  return `output-Front/${name}`;
}
