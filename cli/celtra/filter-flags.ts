import { readFile } from 'node:fs/promises';

import { InvalidArgumentError } from 'commander';
import ms, { type StringValue } from 'ms';
import { parse, YAMLParseError } from 'yaml';

import { messageOf } from '../../domain/shared/text';
import type { FilterLeaf, FilterTree } from '../../domain/recipe/recipe';
import { usageError } from '../exit-codes';
import { IncompatibleFiltersError, joinFilters } from './join-filters';

export interface FilterFlags {
  readonly project?: readonly string[] | undefined;
  readonly folder?: readonly string[] | undefined;
  readonly account?: readonly string[] | undefined;
  /** As `parseDateTime` returns them. */
  readonly changedSince?: string | undefined;
  readonly changedBefore?: string | undefined;
  readonly format?: readonly string[] | undefined;
  /** Name to accepted values. */
  readonly dimension?: ReadonlyMap<string, readonly string[]> | undefined;
  readonly output?: readonly string[] | undefined;
  /** A file with a filter tree, in YAML or JSON. */
  readonly filters?: string | undefined;
}

/** Combines the options and the filter file: both must hold. Throws CommandError. */
export async function filtersOf(flags: FilterFlags): Promise<FilterTree> {
  const trees = [treeOf(flags), ...(flags.filters === undefined ? [] : [await readFilters(flags.filters)])];
  try {
    const joined = joinFilters(trees);
    if (Object.keys(joined).length > 0) return joined;
  } catch (error) {
    if (!(error instanceof IncompatibleFiltersError)) throw error;
    throw usageError(`The filters cannot be combined: ${error.message}.`);
  }
  throw usageError(
    'Name the outputs: --project ID, --folder ID, --account ID with --changed-since WHEN, or --filters FILE.',
  );
}

function treeOf(flags: FilterFlags): FilterTree {
  const { project, folder, account, format, output, dimension } = flags;
  const window = {
    ...(flags.changedSince !== undefined && { gte: flags.changedSince }),
    ...(flags.changedBefore !== undefined && { lt: flags.changedBefore }),
  };
  const designFile = {
    ...(project !== undefined && { id: project }),
    // Half open, so that windows that follow one another neither overlap nor leave a gap
    // (docs/reference/celtra.md#time-windows).
    ...(Object.keys(window).length > 0 && { lastModificationTimestamp: [window] }),
  };
  const outputBranch = {
    ...(output !== undefined && { id: output }),
    ...(format !== undefined && { mediaLineItem: { formatRegistrationId: format } }),
    ...(dimension !== undefined && { contentDimensionsByName: Object.fromEntries(dimension) }),
  };
  return {
    ...(account !== undefined && { account: { id: account } }),
    ...(folder !== undefined && { folder: { id: folder } }),
    ...(Object.keys(designFile).length > 0 && { designFile }),
    ...(Object.keys(outputBranch).length > 0 && { output: outputBranch }),
  };
}

/** Reads a filter tree, or a request body with `filters`. JSON is valid YAML. */
async function readFilters(path: string): Promise<FilterTree> {
  const refuse = (why: string) => usageError(`${path}: ${why}.`);
  const text = await readFile(path, 'utf8').catch((error: unknown) => {
    throw refuse(`the file cannot be read (${String((error as NodeJS.ErrnoException).code)})`);
  });
  let content: unknown;
  try {
    content = parse(text, { maxAliasCount: 100 });
  } catch (error) {
    const place = error instanceof YAMLParseError ? error.linePos?.[0] : undefined;
    const where = place === undefined ? '' : ` in line ${place.line}, column ${place.col}`;
    const [why = ''] = messageOf(error).split('\n');
    throw refuse(`this is not YAML or JSON${where}: ${why.replace(/[.:]? at line .*$/, '')}`);
  }
  const tree = isTree(content) && isTree(content['filters']) ? content['filters'] : content;
  const fault = faultOfShape(tree, []);
  if (fault !== undefined) throw refuse(fault);
  return tree as FilterTree;
}

/** Checks only the shape; the client checks the rules of Celtra before it sends the request. */
function faultOfShape(node: unknown, path: readonly string[]): string | undefined {
  const place = ['filters', ...path].join('.');
  if (!isTree(node)) {
    if (path.length === 0) return 'a filter tree is expected, such as { designFile: { id: [d1m6jqpdaglh] } }';
    return `${place} must be a list of accepted values, also when there is only one`;
  }
  for (const [key, inner] of Object.entries(node)) {
    const fault = Array.isArray(inner) ? undefined : faultOfShape(inner, [...path, key]);
    if (fault !== undefined) return fault;
  }
  return undefined;
}

function isTree(value: unknown): value is Record<string, FilterTree | readonly FilterLeaf[]> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

const agePattern = /^\d{1,6}(?:m|h|d)$/;
const dateTimePattern = /^(\d{4}-\d\d-\d\d)(?:[ T]\d\d:\d\d(?::\d\d(?:\.\d+)?)?(?:Z|[+-]\d\d:?\d\d)?)?$/;

/** `6h` means six hours ago; no zone means Celtra's (docs/reference/celtra.md#timestamps). */
export function parseDateTime(text: string, now: number = Date.now()): string {
  const trimmed = text.trim();
  if (agePattern.test(trimmed)) return new Date(now - ms(trimmed as StringValue)).toISOString();
  const [whole, day = ''] = dateTimePattern.exec(trimmed) ?? [];
  if (whole !== undefined && isCalendarDay(day) && !Number.isNaN(Date.parse(whole.replace(' ', 'T')))) return whole;
  throw new InvalidArgumentError(
    'Write a moment like 2026-03-01, "2026-03-01 14:30", 2026-03-01T14:30:00Z, or 6h or 14d for a time in the past.',
  );
}

/** `Date` would read 31 February as 3 March. */
function isCalendarDay(day: string): boolean {
  const milliseconds = Date.parse(`${day}T00:00:00Z`);
  return !Number.isNaN(milliseconds) && new Date(milliseconds).toISOString().startsWith(day);
}
