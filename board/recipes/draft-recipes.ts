import { ConfigError, loadRecipes } from '../../config';
import type { Recipe } from '../../domain/recipe/recipe';

const DRAFT = 'draft';

/** Recipes that somebody is trying, or what is wrong with them: a line for each fault, with its place. */
export type DraftRecipes = { readonly recipes: readonly Recipe[] } | { readonly faults: readonly string[] };

/** Reads a list of recipes from YAML. It can name no file and no variable of the environment. */
export async function readDraft(text: string): Promise<DraftRecipes> {
  const absent = (): Promise<never> => Promise.reject(Object.assign(new Error('no files'), { code: 'ENOENT' }));
  try {
    const loaded = await loadRecipes({
      path: DRAFT,
      environment: {},
      readFile: (file) => (file === DRAFT ? Promise.resolve(text) : absent()),
      listFolder: absent,
    });
    return { recipes: loaded.recipesOf() ?? [] };
  } catch (error) {
    if (!(error instanceof ConfigError)) throw error;
    return { faults: error.faults.map(faultText) };
  }
}

function faultText({ line, column, path, message }: ConfigError['faults'][number]): string {
  return `Line ${line}, column ${column}${path === '' ? '' : `, ${path}`}: ${message}`;
}
