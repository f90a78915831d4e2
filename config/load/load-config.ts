import { readdir, readFile as readFileFromDisk } from 'node:fs/promises';

import type { z } from 'zod';

import { configSchema, type ExtpostConfig } from '../schema/config-schema';
import { ConfigError, pathText, type ConfigFault, type SettingPath } from './config-error';
import { toConfigFindings, type ConfigFinding } from './validation-messages';
import {
  fileErrorCode,
  resolveReferences,
  type ResolvedReference,
  type ResolvedReferences,
  type ReadFile,
} from './references';
import { expandRecipeFiles, type ListFolder, type ExpandedRecipes } from './recipe-files';
import { settingAt } from '../reference/settings';
import { ONE_REFERENCE } from '../shared/values';
import { readYaml, type YamlDocument } from './yaml-document';

/** Maximum expansions of YAML aliases, nested ones included. */
const MOST_ALIASES = 1000;

export interface LoadConfigOptions {
  /** The file to read; faults contain this name. */
  readonly path: string;
  /** Environment for `${NAME}` and `NAME_FILE`, usually `process.env`. */
  readonly environment: NodeJS.ProcessEnv;
  /** Reads the configuration and `NAME_FILE` files; reads the disk by default. */
  readonly readFile?: ReadFile;
  /** Lists a folder of recipe files; reads the disk by default. */
  readonly listFolder?: ListFolder;
}

/** Reads `extpost.yaml`. Throws a {@link ConfigError} that lists all faults with their lines. */
export async function loadConfig(options: LoadConfigOptions): Promise<ExtpostConfig> {
  const readFile = options.readFile ?? ((path: string) => readFileFromDisk(path, 'utf8'));
  const source = await readSource(options.path, readFile);
  const yaml = readYaml(source);
  const faults: ConfigFault[] = yaml.faults.map((fault) => ({ ...fault, path: '' }));
  if (!yaml.isReadable) throw new ConfigError(options.path, faults);

  const references = await resolveReferences(yaml.document, options.environment, readFile);
  const unfolded = contentOf(yaml);
  if ('fault' in unfolded) throw new ConfigError(options.path, [...faults, wholeFile(unfolded.fault)]);
  const recipes = await expandRecipeFiles(unfolded.content, yaml, options.path, {
    readFile,
    listFolder: options.listFolder ?? ((folder) => readdir(folder)),
  });
  faults.push(...recipes.faults);
  const checked = check(yaml, references, recipes);
  faults.push(...checked.faults);
  if (checked.config === undefined || faults.length > 0) throw new ConfigError(options.path, faults);
  return checked.config;
}

async function readSource(path: string, readFile: ReadFile): Promise<string> {
  try {
    return await readFile(path);
  } catch (error) {
    const message = `the file cannot be read (${fileErrorCode(error)}); start from a copy of extpost.example.yaml`;
    throw new ConfigError(path, [wholeFile(message)]);
  }
}

function wholeFile(message: string): ConfigFault {
  return { line: 1, column: 1, path: '', message };
}

/** The file as plain data, or the reason why it cannot be converted: an invalid merge, or excessive aliases. */
function contentOf(yaml: YamlDocument): { content: unknown } | { fault: string } {
  try {
    const content: unknown = yaml.document.toJS({ maxAliasCount: MOST_ALIASES });
    return content === null ? { fault: 'the file is empty; start from a copy of extpost.example.yaml' } : { content };
  } catch (error) {
    const isTooMuch = error instanceof ReferenceError;
    if (isTooMuch) return { fault: 'the aliases (*name) unfold to far too much; use fewer' };
    return {
      fault: 'a merge (<<) can take only groups of settings or aliases of groups; correct the value of <<',
    };
  }
}

function check(
  yaml: YamlDocument,
  references: ResolvedReferences,
  recipes: ExpandedRecipes,
): { config?: ExtpostConfig; faults: ConfigFault[] } {
  const { content } = recipes;
  const unfilled: ConfigFinding[] = references.faults.map(({ path, message }) => ({
    path,
    at: 'value',
    message,
    isAboutValue: false,
  }));
  const bareSecrets = secretsInTheFile(content, yaml, references.filled);
  const result: z.ZodSafeParseResult<ExtpostConfig> = configSchema.safeParse(content);
  const invalid = result.success ? [] : toConfigFindings(result.error.issues, content);
  // One fault per value: unresolved references and literal secrets are not validated as well.
  const settled = new Set([...unfilled, ...bareSecrets].map(({ path }) => pathText(path)));
  const brokenNodes = new Set(references.faults.map(({ node }) => node));
  const judged = invalid.filter(({ path }) => {
    const node = yaml.scalar(path);
    return !settled.has(pathText(path)) && !(node !== undefined && brokenNodes.has(node));
  });
  const faults = [...unfilled, ...bareSecrets, ...judged].map((finding) => {
    const origin = recipes.originOf(finding.path);
    const fault = placed({ ...finding, path: origin?.path ?? finding.path }, origin?.yaml ?? yaml, references, content);
    return origin === undefined || origin.yaml === yaml ? fault : { ...fault, file: origin.file };
  });
  return result.success ? { config: result.data, faults } : { faults };
}

/** Secrets that are literals instead of references. */
function secretsInTheFile(content: unknown, yaml: YamlDocument, filled: ResolvedReferences['filled']): ConfigFinding[] {
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

function placed(
  { path, at, message, isAboutValue }: ConfigFinding,
  yaml: YamlDocument,
  { filled }: ResolvedReferences,
  content: unknown,
): ConfigFault {
  const node = yaml.scalar(path);
  const source = node === undefined ? undefined : filled.get(node);
  const subject = isAboutValue ? quoted(path, source, node?.value ?? content) : '';
  return { ...yaml.place(path, at), path: pathText(path), message: subject + withoutValues(message, source) };
}

/** The value as written in the file, so that resolved references are not shown. */
function quoted(path: SettingPath, source: ResolvedReference | undefined, value: unknown): string {
  if (settingAt(path)?.secret === true && source === undefined) return 'this value ';
  if (source !== undefined) return `"${shortened(source.written)}" (filled in) `;
  if (typeof value === 'string') return `"${shortened(value)}" `;
  return typeof value === 'number' || typeof value === 'boolean' ? `${value} ` : 'this ';
}

/** Shortens long text and hides user info in addresses, which may be a password. */
function shortened(written: string): string {
  const text = written.replace(/\/\/[^/@\s]*@/, '//••••@');
  return text.length > 80 ? `${text.slice(0, 79)}…` : text;
}

function withoutValues(message: string, source: ResolvedReference | undefined): string {
  return (source?.values ?? []).reduce((text, { name, value }) => text.replaceAll(value, `\${${name}}`), message);
}
