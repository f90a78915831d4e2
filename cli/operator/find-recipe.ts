import { loadRecipes } from '../../config';
import type { Recipe } from '../../domain/recipe/recipe';
import { CommandError, exitCodes } from '../exit-codes';

/** A recipe by its name, which the task finds in its configuration; or, whole, from a file of recipes. Throws CommandError. */
export async function findRecipe(name: string, file: string | undefined): Promise<string | Recipe> {
  if (file === undefined) return name;
  const book = await loadRecipes({ path: file, environment: process.env });
  const recipes = book.recipesOf() ?? [];
  const found = recipes.find((recipe) => recipe.name === name);
  if (found !== undefined) return found;
  const known = recipes.map((recipe) => recipe.name).join(', ');
  throw new CommandError(
    `${file} has no recipe "${name}"${known === '' ? '' : `; it has ${known}`}.`,
    exitCodes.wrongUse,
  );
}
