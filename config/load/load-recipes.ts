import { readdir, readFile as readFileFromDisk } from 'node:fs/promises';

import { z } from 'zod';

import type { Recipe } from '../../domain/recipe/recipe';
import { ConfigError, pathText, type ConfigFault, type SettingPath } from './config-error';
import { toConfigFindings, type ConfigFinding } from './validation-messages';
import type { LoadConfigOptions } from './load-config';
import { expandRecipeFiles, type RecipeOrigin } from './recipe-files';
import { fileErrorCode, resolveReferences, type ResolvedReferences, type ReadFile } from './references';
import { recipesSchema as recipeList } from '../schema/studio-schema';
import { isObject } from '../shared/values';
import { readYaml, type YamlDocument } from './yaml-document';

/** The recipes of a configuration or of a recipe file. */
export interface LoadedRecipes {
  /** Absent for a recipe file, whose recipes apply to any studio. */
  readonly studios: readonly string[] | undefined;
  /** `undefined` for an unknown studio; without a name, those of the only studio. */
  recipesOf(studio?: string): readonly Recipe[] | undefined;
}

/** A recipe file is validated as the recipes of this placeholder studio. */
const WHATEVER_STUDIO = 'whatever';
/** Depth of `studios`, its name, `recipes` in a path. */
const DEPTH = 3;

/**
 * Reads only the recipes of an `extpost.yaml` or of a recipe file; other settings and secrets may be missing. Throws a
 * {@link ConfigError} that lists every fault with its file and line.
 */
export async function loadRecipes(options: LoadConfigOptions): Promise<LoadedRecipes> {
  const { path } = options;
  const readFile: ReadFile = options.readFile ?? ((file) => readFileFromDisk(file, 'utf8'));
  const yaml = readYaml(await readSource(path, readFile));
  const faults: ConfigFault[] = yaml.faults.map((fault) => ({ ...fault, path: '' }));
  if (!yaml.isReadable) throw new ConfigError(path, faults);
  const references = await resolveReferences(yaml.document, options.environment, readFile);
  const written: unknown = yaml.document.toJS({ maxAliasCount: 1000 });
  const isAlone = Array.isArray(written);
  const studios = isAlone ? { [WHATEVER_STUDIO]: { recipes: written as unknown } } : studiosOf(written);
  if (studios === undefined) {
    const message =
      'this is neither a list of recipes nor a configuration with studios; begin each recipe with "- name:"';
    throw new ConfigError(path, [...faults, { line: 1, column: 1, path: '', message }]);
  }
  const unfolded = await expandRecipeFiles({ studios }, yaml, path, {
    readFile,
    listFolder: options.listFolder ?? ((folder) => readdir(folder)),
  });
  faults.push(...unfolded.faults);
  const parsed = book.safeParse(unfolded.content);
  const unfilled = isAlone ? [] : references.faults.filter((fault) => isAboutRecipes(fault.path)).map(asFinding);
  const invalid = parsed.success ? [] : toConfigFindings(parsed.error.issues, unfolded.content);
  for (const finding of [...unfilled, ...invalid]) {
    const origin = unfolded.originOf(finding.path);
    faults.push(placed(finding, origin?.yaml === yaml ? undefined : origin, { yaml, references, isAlone }));
  }
  if (!parsed.success || faults.length > 0) throw new ConfigError(path, faults);

  const found = new Map(Object.entries(parsed.data.studios).map(([name, studio]) => [name, studio.recipes]));
  const [first, ...others] = [...found.values()];
  return {
    studios: isAlone ? undefined : [...found.keys()],
    recipesOf: (studio) => {
      if (isAlone || (studio === undefined && others.length === 0)) return first;
      return studio === undefined ? undefined : found.get(studio);
    },
  };
}

const book = z.object({ studios: z.record(z.string(), z.object({ recipes: recipeList })) });

async function readSource(path: string, readFile: ReadFile): Promise<string> {
  try {
    return await readFile(path);
  } catch (error) {
    const message = `the file cannot be read (${fileErrorCode(error)}); correct its name`;
    throw new ConfigError(path, [{ line: 1, column: 1, path: '', message }]);
  }
}

/** The studios with nothing but their recipes. */
function studiosOf(written: unknown): Record<string, unknown> | undefined {
  const studios = isObject(written) ? written['studios'] : undefined;
  if (!isObject(studios)) return undefined;
  return Object.fromEntries(
    Object.entries(studios).map(([name, studio]) => [
      name,
      isObject(studio) && 'recipes' in studio ? { recipes: studio['recipes'] } : {},
    ]),
  );
}

function isAboutRecipes([root, , setting]: SettingPath): boolean {
  return root === 'studios' && setting === 'recipes';
}

function asFinding({ path, message }: ResolvedReferences['faults'][number]): ConfigFinding {
  return { path, at: 'value', message, isAboutValue: false };
}

interface Source {
  readonly yaml: YamlDocument;
  readonly references: ResolvedReferences;
  readonly isAlone: boolean;
}

/** `origin`: the recipe file of the finding, if it is not the file that was asked for. */
function placed(finding: ConfigFinding, origin: RecipeOrigin | undefined, source: Source): ConfigFault {
  const yaml = origin?.yaml ?? source.yaml;
  const path = origin?.path ?? (source.isAlone ? finding.path.slice(DEPTH) : finding.path);
  const node = yaml.scalar(path);
  const value = node === undefined ? undefined : (source.references.filled.get(node)?.written ?? node.value);
  const subject = typeof value === 'string' ? `"${shortened(value)}" ` : 'this ';
  return {
    ...yaml.place(path, finding.at),
    path: pathText(path),
    message: (finding.isAboutValue ? subject : '') + finding.message,
    ...(origin !== undefined && { file: origin.file }),
  };
}

function shortened(text: string): string {
  return text.length > 80 ? `${text.slice(0, 79)}…` : text;
}
