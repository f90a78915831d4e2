import type { z } from 'zod';

import type { SettingPath } from './config-error';
import { closestMatch } from '../../domain/shared/edit-distance';
import { keysAt, settingAt, settings } from '../reference/settings';

/** A fault at a path of the configuration, before its line in the file is known. */
export interface ConfigFinding {
  readonly path: SettingPath;
  readonly at: 'key' | 'value';
  /** Follows the value, if `isAboutValue`: `is not a duration; …`. */
  readonly message: string;
  /** Whether the message needs the value as its subject. */
  readonly isAboutValue: boolean;
}

type Issue = z.core.$ZodIssue;

/** The prefix of zod's default messages, which are replaced. */
const ZODS_OWN = 'Invalid input';

/** Nobody reads more, and each is looked up in the file. */
const MAX_FINDINGS = 100;

/** Translates zod's issues into plain messages; of very many, the first. `content` is the checked input. */
export function toConfigFindings(issues: readonly Issue[], content: unknown): ConfigFinding[] {
  const findings = issues.slice(0, MAX_FINDINGS + 1).flatMap((issue) => findingsOfIssue(issue, [], content));
  if (findings.length <= MAX_FINDINGS) return findings;
  const message = `these are the first ${MAX_FINDINGS} faults; correct them to see the others`;
  return [...findings.slice(0, MAX_FINDINGS), { path: [], at: 'value', message, isAboutValue: false }];
}

function findingsOfIssue(issue: Issue, parent: SettingPath, content: unknown): ConfigFinding[] {
  const path = [...parent, ...issue.path.map((segment) => (typeof segment === 'symbol' ? String(segment) : segment))];
  const about = (message: string): ConfigFinding[] => [{ path, at: 'value', message, isAboutValue: true }];
  const value = valueAt(content, path);
  if (issue.code === 'custom') return [customFinding(path, issue)];
  if (value === undefined && path.length > 0 && issue.code !== 'unrecognized_keys') return [missing(path)];
  if (value === null) return about('is empty; give it a value or remove the line');
  switch (issue.code) {
    case 'unrecognized_keys':
      return issue.keys.slice(0, MAX_FINDINGS + 1).map((key) => unknownKey(path, key, issue.message));
    case 'invalid_key':
      return [aboutKey(path, issue.issues.map(({ message }) => message).join('; '))];
    case 'invalid_union':
      return (
        likeliestBranch(issue, value)?.flatMap((inner) => findingsOfIssue(inner, path, content)) ?? about(issue.message)
      );
    case 'invalid_type':
      return about(issue.message.startsWith(ZODS_OWN) ? wrongType(issue.expected, value) : issue.message);
    case 'invalid_value':
      return about(notOneOf(issue.values.map(String), value));
    case 'too_small':
      return about(tooSmall(issue.origin, Number(issue.minimum), issue.inclusive ?? true));
    case 'too_big':
      return about(`is too large; at most ${String(issue.maximum)}`);
    default:
      return about(issue.message);
  }
}

/** Issues of our own checks; `params` say whether they are about the key, or are complete sentences. */
function customFinding(path: SettingPath, { message, params }: Extract<Issue, { code: 'custom' }>): ConfigFinding {
  if (params?.['isAboutKey'] === true) return aboutKey(path, message);
  return { path, at: 'value', message, isAboutValue: params?.['isSentence'] !== true };
}

function missing(path: SettingPath): ConfigFinding {
  const description = settingAt(path)?.schema.description;
  const what = description === undefined ? '' : ` (${description.replace(/\.$/, '')})`;
  return { path, at: 'key', message: `this setting is missing${what}`, isAboutValue: false };
}

function unknownKey(parent: SettingPath, key: string, otherwise: string): ConfigFinding {
  return {
    path: [...parent, key],
    at: 'key',
    message: `unknown key; ${keyAdvice(parent, key) ?? otherwise}`,
    isAboutValue: false,
  };
}

function keyAdvice(parent: SettingPath, key: string): string | undefined {
  const known = keysAt(parent);
  const close = closestMatch(key, known);
  if (close !== undefined) return `did you mean "${close}"?`;
  // The one that is nested least is what is meant most often.
  const elsewhere = settings()
    .filter(({ segments }) => segments.at(-1) === key)
    .sort((one, other) => one.segments.length - other.segments.length)[0];
  if (elsewhere !== undefined) return `there is ${elsewhere.path}: is it in the wrong group?`;
  return known.length === 0 ? undefined : `known here: ${known.join(', ')}`;
}

function aboutKey(path: SettingPath, message: string): ConfigFinding {
  return { path, at: 'key', message: `"${String(path.at(-1))}" ${message}`, isAboutValue: false };
}

/** The most likely intended alternative of a union: the one that fails deepest inside. */
function likeliestBranch(
  issue: Extract<Issue, { code: 'invalid_union' }>,
  value: unknown,
): readonly Issue[] | undefined {
  const deeper = issue.errors.find((branch) => branch.length > 0 && branch.every(({ path }) => path.length > 0));
  if (deeper !== undefined) return deeper;
  return issue.errors.find((branch) =>
    branch.every(({ code, path }) => path.length > 0 || (code !== 'invalid_type' && fitsKind(code, value))),
  );
}

function fitsKind(code: Issue['code'], value: unknown): boolean {
  return code !== 'invalid_value' || typeof value !== 'object';
}

function wrongType(expected: string, value: unknown): string {
  switch (expected) {
    case 'string':
      return isScalar(value) ? `is a ${typeof value} where text is expected; put it in quotes` : 'is not text';
    case 'int':
      return 'is not a whole number';
    case 'number':
      return 'is not a number';
    case 'array':
      return 'is not a list; write [ … ], or one line with "- " for each item';
    case 'object':
    case 'record':
      return 'is not a group of settings; write "key: value" lines below it';
    default:
      return `is not ${expected}`;
  }
}

function notOneOf(accepted: readonly string[], value: unknown): string {
  const close = typeof value === 'string' ? closestMatch(value, accepted) : undefined;
  const choice = accepted.length === 1 ? `is not ${accepted.join('')}` : `is not one of ${accepted.join(', ')}`;
  return close === undefined ? choice : `${choice}; did you mean ${close}?`;
}

function tooSmall(origin: string, minimum: number, inclusive: boolean): string {
  if (origin === 'string') return 'is empty; give it a value';
  if (origin === 'array') return 'is an empty list; give at least one value';
  return `is too small; ${inclusive ? 'at least' : 'more than'} ${minimum}`;
}

function isScalar(value: unknown): boolean {
  return typeof value === 'number' || typeof value === 'boolean';
}

function valueAt(content: unknown, path: SettingPath): unknown {
  let value: unknown = content;
  for (const segment of path) {
    if (typeof value !== 'object' || value === null) return undefined;
    value = (value as Readonly<Record<string | number, unknown>>)[segment];
  }
  return value;
}
