import { z } from 'zod';

import type { Recipe } from '../../domain/recipe/recipe';
import { recipesSchema } from '../schema/studio-schema';
import { isObject } from '../shared/values';
import { locateFinding, openConfigDocument, unresolved, wholeFile, type LoadConfigOptions } from './config-document';
import { ConfigError, type SettingPath } from './config-error';
import type { ExpandedRecipes } from './recipe-files';
import { toConfigFindings } from './validation-messages';

export interface LoadedRecipes {
  /** Absent for a recipe file, whose recipes apply to any studio. */
  readonly studios: readonly string[] | undefined;
  /** `undefined` for an unknown studio; without a name, those of the only studio. */
  recipesOf(studio?: string): readonly Recipe[] | undefined;
}

/** A recipe file is validated as the recipes of this placeholder studio. */
const ANY_STUDIO = 'any';
/** Depth of `studios`, its name, `recipes` in a path. */
const DEPTH = 3;

const recipesOfStudios = z.object({ studios: z.record(z.string(), z.object({ recipes: recipesSchema })) });

/** Other settings and secrets may be missing. Throws a {@link ConfigError} that lists every fault. */
export async function loadRecipes(options: LoadConfigOptions): Promise<LoadedRecipes> {
  const { path } = options;
  const { yaml, references, faults, expand } = await openConfigDocument(options, 'correct its name');
  const read = yaml.plain();
  if ('fault' in read) throw new ConfigError(path, [...faults, wholeFile(read.fault)]);
  const { content: written } = read;
  const isRecipeFile = Array.isArray(written);
  const studios = isRecipeFile ? { [ANY_STUDIO]: { recipes: written as unknown } } : studiosOf(written);
  if (studios === undefined) {
    const message =
      'this is neither a list of recipes nor a configuration with studios; begin each recipe with "- name:"';
    throw new ConfigError(path, [...faults, wholeFile(message)]);
  }
  // A file of recipes names no other file, so a bare word in it is a recipe that is not one.
  const { content, faults: unreadable, originOf } = isRecipeFile ? asWritten({ studios }) : await expand({ studios });
  const parsed = recipesOfStudios.safeParse(content);
  const findings = [
    ...(isRecipeFile ? [] : unresolved(references).filter((finding) => isAboutRecipes(finding.path))),
    ...(parsed.success ? [] : toConfigFindings(parsed.error.issues, content)),
  ];
  const located = findings.map((finding) => {
    const origin = originOf(finding.path);
    if (origin !== undefined && origin.yaml !== yaml) {
      return { ...locateFinding({ ...finding, path: origin.path }, origin.yaml, references), file: origin.file };
    }
    const place = isRecipeFile ? finding.path.slice(DEPTH) : finding.path;
    return locateFinding({ ...finding, path: place }, yaml, references);
  });
  const all = [...faults, ...unreadable, ...located];
  if (!parsed.success || all.length > 0) throw new ConfigError(path, all);

  const found = new Map(Object.entries(parsed.data.studios).map(([name, studio]) => [name, studio.recipes]));
  const [first, ...others] = [...found.values()];
  return {
    studios: isRecipeFile ? undefined : [...found.keys()],
    recipesOf: (studio) => {
      if (isRecipeFile || (studio === undefined && others.length === 0)) return first;
      return studio === undefined ? undefined : found.get(studio);
    },
  };
}

function asWritten(content: unknown): ExpandedRecipes {
  return { content, faults: [], originOf: () => undefined };
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
