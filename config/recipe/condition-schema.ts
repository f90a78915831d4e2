import { z } from 'zod';

import type { Condition, Pattern } from '../../domain/recipe/condition';
import type { RecipeConditions } from '../../domain/recipe/recipe';
import { oneOrMore, nonEmptyText } from '../shared/values';

const glob = z.strictObject({ glob: nonEmptyText().describe('Text with `*`, `?`, `[ab]` or `{a,b}`.') });
/** Numbers are allowed without quotes, because production types are numbers. */
const pattern = z.union([nonEmptyText(), z.number(), glob], { error: 'is neither text nor { glob: … }' });
const patterns = z.union([pattern, z.array(pattern).min(1)], {
  error: 'is neither text, a list of texts nor { glob: … }',
});
type Written = z.output<typeof patterns>;

const WAYS = 'takes exactly one of glob, not and present';

const demand = z
  .strictObject(
    {
      glob: glob.shape.glob.optional(),
      not: patterns.optional().describe('Holds when none of these is there, also when nothing is there.'),
      present: z.boolean().optional().describe('true: something must be there; false: nothing may be.'),
    },
    { error: ({ code }) => (code === 'unrecognized_keys' ? `a condition ${WAYS}` : undefined) },
  )
  .refine((written) => Object.keys(written).length === 1, {
    message: WAYS,
    // An unknown key is reported already.
    when: ({ issues }) => issues.length === 0,
  });

/** A named definition, so that the JSON Schema contains it only once. */
const written = z
  .union([nonEmptyText(), z.number(), z.array(pattern).min(1), demand], {
    error: 'is not text, a list of texts, { glob: … }, { not: … } or { present: true | false }',
  })
  .meta({ id: 'condition' });

function condition() {
  return z.codec(written, z.custom<Condition>(), {
    decode: toCondition,
    encode: (value) => value as z.output<typeof written>,
  });
}

function toCondition(value: z.output<typeof written>): Condition {
  if (typeof value !== 'object' || Array.isArray(value)) return toPatterns(value);
  if (value.present !== undefined) return { present: value.present };
  return value.not === undefined ? [{ glob: value.glob ?? '' }] : { not: toPatterns(value.not) };
}

function toPatterns(value: Written): Pattern[] {
  return (Array.isArray(value) ? value : [value]).map((each) => (typeof each === 'number' ? String(each) : each));
}

const properties = (owner: string) =>
  z
    .record(nonEmptyText(), condition().describe('What the property must be.'))
    .optional()
    .describe(`Custom properties of the ${owner}, by name.`);

/** The `when` of a recipe. */
export const conditionsSchema = z.strictObject({
  specification: condition().optional().describe("The specification's id or name."),
  contentCreationType: oneOrMore(z.enum(['ecom', 'editorial']))
    .optional()
    .describe('The kind of task.'),
  workspace: condition().optional().describe('The workspace, by id or name: what Creative Force calls client.'),
  productionType: condition().optional().describe("The production type's number."),
  position: condition().optional().describe("The name of the shot's position."),
  styleGuide: condition().optional().describe("The style guide's id or name."),
  spec: condition().optional().describe("The output spec's id or name."),
  properties: z
    .strictObject({
      job: properties('job'),
      product: properties('product'),
      project: properties('editorial project'),
      deliverable: properties('first deliverable'),
      styleGuide: properties('style guide'),
    })
    .optional()
    .describe('Custom properties of Creative Force; those that are mentioned are read.'),
}) satisfies z.ZodType<RecipeConditions>;
