import { z } from 'zod';

import type { FilterTree } from '../../domain/recipe/recipe';
import { closestMatch } from '../../domain/shared/edit-distance';
import { templateFaults } from './template-names';
import type { TemplateSide } from './template-names';
import { RUN_DESPITE_ISSUES, isObject, nonEmptyText } from '../shared/values';

/** A Liquid template, checked when the configuration is read. */
export function templateSchema(side: TemplateSide) {
  return nonEmptyText().superRefine((written, context) => {
    for (const message of templateFaults(written, side)) context.addIssue({ code: 'custom', message });
  });
}

const boundary = z.union([templateSchema('expected'), z.number()], { error: 'is neither text nor a number' });
const scalar = z.union([templateSchema('expected'), z.number(), z.boolean(), z.null()], {
  error: 'is not text, a number, true, false or null',
});

const OPERATORS = 'eq, gt, gte, lt, lte or object';

/** In Celtra's types, not in its help pages (docs/reference/celtra.md#operators-of-types). */
const UNDOCUMENTED = ['neq', 'in', 'nin'];

const scalars = z.array(scalar).min(1);

const operators = z
  .strictObject(
    {
      eq: scalar.optional().describe('Equal to this value.'),
      gt: boundary.optional().describe('Greater than this value.'),
      gte: boundary.optional().describe('Greater than this value, or equal.'),
      lt: boundary.optional().describe('Less than this value.'),
      lte: boundary.optional().describe('Less than this value, or equal.'),
      object: z
        .lazy(() => tree)
        .optional()
        .describe('A filter tree that one sub-object must pass completely.'),
      neq: scalar.optional().describe('Not equal to this value; needs celtra.undocumentedOperators.'),
      in: scalars.optional().describe('Equal to one of these values; needs celtra.undocumentedOperators.'),
      nin: scalars.optional().describe('Equal to none of these values; needs celtra.undocumentedOperators.'),
    },
    { error: ({ code }) => (code === 'unrecognized_keys' ? `an object in a list takes ${OPERATORS}` : undefined) },
  )
  .refine((written) => Object.keys(written).length > 0, {
    message: `names no operator; use ${OPERATORS}`,
    // An unknown operator is reported already.
    when: ({ issues }) => issues.length === 0,
  });

const leaf = z.union([templateSchema('expected'), z.number(), z.boolean(), z.null(), operators], {
  error: `is not text, a number, true, false, null or an object with ${OPERATORS}`,
});

/** Celtra's filter tree; a leaf is a non-empty list of accepted values (docs/reference/celtra.md#filter-grammar). */
const tree: z.ZodType<FilterTree, FilterTree> = z
  .record(
    z.string(),
    z.union([z.array(leaf).min(1), z.lazy(() => tree)], { error: 'is not a list; write the accepted values as [ … ]' }),
  )
  .meta({ id: 'filterTree' });

/** Paths that Celtra does not filter on (docs/reference/celtra.md#unfilterable-paths). */
const NOT_FILTERABLE = [
  ['output', 'status'],
  ['output', 'previewUrl'],
  ['output', 'assets'],
  ['designFile', 'name'],
  ['designFile', 'contentBlobHash'],
] as const;

const ROOTS = ['account', 'folder', 'designFile', 'output'];

/** The filters of a recipe: what a request needs and what cannot be filtered (docs/reference/celtra.md#filters). */
export const filtersSchema = tree.superRefine((written: unknown, context) => {
  if (!isObject(written)) return;
  for (const key of Object.keys(written).filter((root) => !ROOTS.includes(root))) {
    context.addIssue({ code: 'custom', path: [key], message: rootFault(key) });
  }
  for (const [root, key] of NOT_FILTERABLE.filter(([branch, name]) => has(written, branch, name))) {
    context.addIssue({ code: 'custom', path: [root, key], message: 'cannot be filtered on: Celtra refuses it' });
  }
  const account = has(written, 'account', 'id') && has(written, 'designFile', 'lastModificationTimestamp');
  if (!account && !has(written, 'designFile', 'id') && !has(written, 'folder', 'id')) {
    const message =
      'needs designFile.id, or folder.id, or account.id together with designFile.lastModificationTimestamp: Celtra refuses a search without';
    context.addIssue({ code: 'custom', message });
  }
}, RUN_DESPITE_ISSUES);

function rootFault(key: string): string {
  const close = closestMatch(key, ROOTS);
  const advice =
    close === undefined
      ? `use ${ROOTS.join(', ')} (a property of the Output itself goes under output)`
      : `did you mean ${close}?`;
  return `is not a place to filter on; ${advice}`;
}

/** Whether a filter names this property, also inside `object` operators. */
function has(written: Readonly<Record<string, unknown>>, root: string, key: string): boolean {
  const branch = written[root];
  const branches: readonly unknown[] = Array.isArray(branch)
    ? branch.map((each: unknown) => (isObject(each) ? each['object'] : undefined))
    : [branch];
  return branches.some((each) => isObject(each) && key in each);
}

/** Reports undocumented operators in a studio's recipes unless its Celtra account allows them. */
export function checkOperatorsAllowed(studio: unknown, context: z.core.$RefinementCtx): void {
  if (!isObject(studio) || !Array.isArray(studio['recipes'])) return;
  if (isObject(studio['celtra']) && studio['celtra']['undocumentedOperators'] === true) return;
  studio['recipes'].forEach((recipe: unknown, index) => {
    const celtra = isObject(recipe) && isObject(recipe['celtra']) ? recipe['celtra'] : {};
    for (const path of undocumentedOperators(celtra['filters'])) {
      const message = 'uses an operator that Celtra does not document; set celtra.undocumentedOperators to allow it';
      context.addIssue({
        code: 'custom',
        path: ['recipes', index, 'celtra', 'filters', ...path],
        message,
        params: { isAboutKey: true },
      });
    }
  });
}

function undocumentedOperators(node: unknown, path: readonly (string | number)[] = []): (string | number)[][] {
  if (Array.isArray(node)) {
    return node.flatMap((value: unknown, index) => {
      if (!isObject(value)) return [];
      const here = [...path, index];
      const found = Object.keys(value).filter((key) => UNDOCUMENTED.includes(key));
      return [...found.map((key) => [...here, key]), ...undocumentedOperators(value['object'], [...here, 'object'])];
    });
  }
  if (!isObject(node)) return [];
  return Object.entries(node).flatMap(([key, inner]) => undocumentedOperators(inner, [...path, key]));
}
