import { readdir, readFile as readFileFromDisk } from 'node:fs/promises';

import { settingAt } from '../reference/settings';
import { credentialGroupOf, credentialGroups, type CredentialGroup } from './credentials';
import { ConfigError, pathText, type ConfigFault, type SettingPath } from './config-error';
import { expandRecipeFiles, type ExpandedRecipes, type ListFolder } from './recipe-files';
import {
  fileErrorCode,
  resolveReferences,
  type ReadFile,
  type ResolvedReference,
  type ResolvedReferences,
} from './references';
import type { ConfigFinding } from './validation-messages';
import { readYaml, type YamlDocument } from './yaml-document';

export interface LoadConfigOptions {
  /** The file to read; faults contain this name. */
  readonly path: string;
  /** Environment for `${NAME}` and `NAME_FILE`; default: that of the process. */
  readonly environment?: NodeJS.ProcessEnv;
  /** Which credentials are resolved; default all. The others hold a text that is no credential. */
  readonly needs?: readonly CredentialGroup[] | undefined;
  readonly readFile?: ReadFile;
  readonly listFolder?: ListFolder;
}

export interface ConfigDocument {
  readonly yaml: YamlDocument;
  readonly references: ResolvedReferences;
  readonly faults: readonly ConfigFault[];
  /** The content with recipe files in place of their names. */
  readonly expand: (content: unknown) => Promise<ExpandedRecipes>;
}

/** Opens a configuration or a recipe file. Throws a {@link ConfigError} if it is unreadable; `advice` says what to do. */
export async function openConfigDocument(
  {
    path,
    environment = process.env,
    needs = credentialGroups,
    readFile = (file) => readFileFromDisk(file, 'utf8'),
    listFolder = (folder) => readdir(folder),
  }: LoadConfigOptions,
  advice: string,
): Promise<ConfigDocument> {
  const source = await readFile(path).catch((error: unknown) => {
    throw new ConfigError(path, [wholeFile(`the file cannot be read (${fileErrorCode(error)}); ${advice}`)]);
  });
  const yaml = readYaml(source);
  const faults = yaml.faults.map((fault) => ({ ...fault, path: '' }));
  if (!yaml.isReadable) throw new ConfigError(path, faults);
  const grantOf = (studio: string): unknown => yaml.document.getIn(['studios', studio, 'creativeForce', 'grant']);
  const isNeeded = (setting: SettingPath): boolean => {
    const group = credentialGroupOf(setting, grantOf);
    return group === undefined || needs.includes(group);
  };
  return {
    yaml,
    references: await resolveReferences(yaml.document, environment, readFile, isNeeded),
    faults,
    expand: (content) => expandRecipeFiles(content, yaml, path, { readFile, listFolder }),
  };
}

export function wholeFile(message: string): ConfigFault {
  return { line: 1, column: 1, path: '', message };
}

export function unresolved({ faults }: ResolvedReferences): ConfigFinding[] {
  return faults.map(({ path, message }) => ({ path, at: 'value', message, isAboutValue: false }));
}

/** A finding with its line. Values are shown as written in the file, so that resolved references stay secret. */
export function locateFinding(
  { path, at, message, isAboutValue }: ConfigFinding,
  yaml: YamlDocument,
  { filled }: ResolvedReferences,
  content?: unknown,
): ConfigFault {
  const node = yaml.scalar(path);
  const source = node === undefined ? undefined : filled.get(node);
  const subject = isAboutValue ? quoted(path, source, node?.value ?? content) : '';
  return { ...yaml.place(path, at), path: pathText(path), message: subject + withoutValues(message, source) };
}

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
