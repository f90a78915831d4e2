import path from 'node:path';

import picomatch from 'picomatch';

import type { ConfigFault, SettingPath } from './config-error';
import { fileErrorCode, type ReadFile } from './references';
import { isObject } from '../shared/values';
import { readYaml, type YamlDocument } from './yaml-document';

/** Test cases lie beside recipes (docs/recipes.md) and do not match a pattern for recipes. */
const CASES_FILE = /\.cases\.ya?ml$/;

export type ListFolder = (folder: string) => Promise<readonly string[]>;

export interface RecipeOrigin {
  readonly file: string;
  readonly yaml: YamlDocument;
  readonly path: SettingPath;
}

export interface ExpandedRecipes {
  readonly content: unknown;
  readonly faults: readonly ConfigFault[];
  /** The location of the setting at this path, if it is part of a recipe. */
  readonly originOf: (path: SettingPath) => RecipeOrigin | undefined;
}

interface Disk {
  readonly readFile: ReadFile;
  readonly listFolder: ListFolder;
}

/** Replaces file names in `recipes` (`./recipes/*.yaml`) by the recipes in these files, in order of file names. */
export async function expandRecipeFiles(
  content: unknown,
  yaml: YamlDocument,
  configFile: string,
  disk: Disk,
): Promise<ExpandedRecipes> {
  const origins = new Map<string, RecipeOrigin>();
  const faults: ConfigFault[] = [];
  const studios = isObject(content) ? content['studios'] : undefined;
  if (!isObject(content) || !isObject(studios)) return { content, faults, originOf: () => undefined };
  const unfolded: Record<string, unknown> = {};
  for (const [name, studio] of Object.entries(studios)) {
    const written = isObject(studio) ? studio['recipes'] : undefined;
    if (!isObject(studio) || !Array.isArray(written)) {
      unfolded[name] = studio;
      continue;
    }
    const recipes: unknown[] = [];
    for (const [index, entry] of (written as unknown[]).entries()) {
      const here: SettingPath = ['studios', name, 'recipes', index];
      if (typeof entry !== 'string') {
        origins.set(key(name, recipes.length), { file: configFile, yaml, path: here });
        recipes.push(entry);
        continue;
      }
      const found = await readRecipeFiles(entry, path.dirname(configFile), disk);
      faults.push(
        ...found.faults.map((fault) =>
          'file' in fault
            ? fault
            : { ...yaml.place(here, 'value'), path: `studios.${name}.recipes[${index}]`, ...fault },
        ),
      );
      for (const recipe of found.recipes) {
        origins.set(key(name, recipes.length), recipe.origin);
        recipes.push(recipe.content);
      }
    }
    unfolded[name] = { ...studio, recipes };
  }
  return {
    content: { ...content, studios: unfolded },
    faults,
    originOf: ([root, studio, setting, index, ...rest]) => {
      if (root !== 'studios' || setting !== 'recipes' || typeof index !== 'number') return undefined;
      const origin = origins.get(key(String(studio), index));
      return origin && { ...origin, path: [...origin.path, ...rest] };
    },
  };
}

function key(studio: string, index: number): string {
  return `${studio}/${index}`;
}

interface FoundRecipes {
  readonly recipes: readonly { readonly content: unknown; readonly origin: RecipeOrigin }[];
  readonly faults: readonly (ConfigFault | { readonly message: string })[];
}

async function readRecipeFiles(pattern: string, folder: string, disk: Disk): Promise<FoundRecipes> {
  const place = path.join(folder, path.dirname(pattern));
  const wanted = path.basename(pattern);
  let names: readonly string[] = [wanted];
  if (picomatch.scan(wanted).isGlob) {
    const isWanted = picomatch(wanted);
    try {
      const isRecipes = (name: string): boolean => isWanted(name) && !CASES_FILE.test(name);
      names = (await disk.listFolder(place)).filter(isRecipes).toSorted();
    } catch (error) {
      return failed(`names a folder that cannot be read (${fileErrorCode(error)})`);
    }
    if (names.length === 0) return failed('names no file; correct the name, or put recipes there');
  }
  const found = await Promise.all(names.map((name) => readRecipeFile(path.join(place, name), disk.readFile)));
  return { recipes: found.flatMap(({ recipes }) => recipes), faults: found.flatMap(({ faults }) => faults) };
}

async function readRecipeFile(file: string, readFile: ReadFile): Promise<FoundRecipes> {
  let source: string;
  try {
    source = await readFile(file);
  } catch (error) {
    return failed(`names the file ${file}, which cannot be read (${fileErrorCode(error)})`);
  }
  const yaml = readYaml(source);
  const faults = yaml.faults.map((fault) => ({ ...fault, file, path: '' }));
  if (!yaml.isReadable) return { recipes: [], faults };
  const unusable = (message: string): FoundRecipes => ({
    recipes: [],
    faults: [...faults, { line: 1, column: 1, file, path: '', message }],
  });
  const read = yaml.plain();
  if ('fault' in read) return unusable(read.fault);
  const { content } = read;
  if (!Array.isArray(content)) return unusable('a file of recipes must be a list; begin each recipe with "- name:"');
  return {
    recipes: (content as unknown[]).map((recipe, index) => ({
      content: recipe,
      origin: { file, yaml, path: [index] },
    })),
    faults,
  };
}

function failed(message: string): FoundRecipes {
  return { recipes: [], faults: [{ message }] };
}
