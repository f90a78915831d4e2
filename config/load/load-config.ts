import type { z } from 'zod';

import { settingAt } from '../reference/settings';
import { configSchema, type WrittenConfig } from '../schema/config-schema';
import { ONE_REFERENCE } from '../shared/values';
import {
  locateFinding,
  openConfigDocument,
  unresolved,
  wholeFile,
  type ConfigDocument,
  type LoadConfigOptions,
} from './config-document';
import { ConfigError, pathText, type ConfigFault, type SettingPath } from './config-error';
import type { ExpandedRecipes } from './recipe-files';
import type { ResolvedReferences } from './references';
import { withDerivedSettings, type ExtpostConfig } from './storage';
import { toConfigFindings, type ConfigFinding } from './validation-messages';
import type { YamlDocument } from './yaml-document';

/** Reads `extpost.yaml`. Throws a {@link ConfigError} that lists all faults with their lines. */
export async function loadConfig(options: LoadConfigOptions): Promise<ExtpostConfig> {
  const document = await openConfigDocument(options, 'start from a copy of extpost.example.yaml');
  const read = contentOf(document.yaml);
  if ('fault' in read) throw new ConfigError(options.path, [...document.faults, wholeFile(read.fault)]);
  const recipes = await document.expand(read.content);
  const checked = check(document, recipes);
  const faults = [...document.faults, ...recipes.faults, ...checked.faults];
  if (checked.config === undefined || faults.length > 0) throw new ConfigError(options.path, faults);
  return withDerivedSettings(checked.config);
}

function contentOf(yaml: YamlDocument): ReturnType<YamlDocument['plain']> {
  const read = yaml.plain();
  const isEmpty = 'content' in read && read.content === null;
  return isEmpty ? { fault: 'the file is empty; start from a copy of extpost.example.yaml' } : read;
}

function check(
  { yaml, references }: ConfigDocument,
  { content, originOf }: ExpandedRecipes,
): { config?: WrittenConfig; faults: ConfigFault[] } {
  const certain = [...unresolved(references), ...literalSecrets(content, yaml, references.filled)];
  const result: z.ZodSafeParseResult<WrittenConfig> = configSchema.safeParse(content);
  const invalid = result.success ? [] : toConfigFindings(result.error.issues, content);
  // One fault per value: unresolved references and literal secrets are not validated as well.
  const settled = new Set(certain.map(({ path }) => pathText(path)));
  const brokenNodes = new Set(references.faults.map(({ node }) => node));
  const judged = invalid.filter(({ path }) => {
    const node = yaml.scalar(path);
    return !settled.has(pathText(path)) && !(node !== undefined && brokenNodes.has(node));
  });
  const faults = [...certain, ...judged].map((finding) => {
    const origin = originOf(finding.path);
    const path = origin?.path ?? finding.path;
    const fault = locateFinding({ ...finding, path }, origin?.yaml ?? yaml, references, content);
    return origin === undefined || origin.yaml === yaml ? fault : { ...fault, file: origin.file };
  });
  return result.success ? { config: result.data, faults } : { faults };
}

function literalSecrets(content: unknown, yaml: YamlDocument, filled: ResolvedReferences['filled']): ConfigFinding[] {
  return scalarPaths(content, []).flatMap((path) => {
    if (settingAt(path)?.secret !== true) return [];
    const node = yaml.scalar(path);
    const written = node === undefined ? undefined : filled.get(node)?.written;
    if (written !== undefined && ONE_REFERENCE.test(written)) return [];
    const message = 'a secret must not be in the file; write ${NAME} and set NAME, or NAME_FILE, in the environment';
    return [{ path, at: 'value', message, isAboutValue: false } as const];
  });
}

function scalarPaths(value: unknown, path: SettingPath): SettingPath[] {
  if (value === null || value === undefined) return [];
  if (typeof value !== 'object') return [path];
  if (Array.isArray(value)) return value.flatMap((inner, index) => scalarPaths(inner, [...path, index]));
  return Object.entries(value).flatMap(([key, inner]) => scalarPaths(inner, [...path, key]));
}
