import { z } from 'zod';

import { configSchema } from '../schema/config-schema';
import { recipeSchema } from '../recipe/recipe-schema';
import { isObject } from '../shared/values';

export type JsonSchema = z.core.JSONSchema.JSONSchema;

/** The JSON Schema of `extpost.yaml` after `${NAME}` references are resolved. */
export function settingsSchema(): JsonSchema {
  return z.toJSONSchema(configSchema, { io: 'input' });
}

/** The JSON Schema of a recipe file, for editors (`extpost.recipes.schema.json`). */
export function recipesJsonSchema(): JsonSchema {
  const recipes = z
    .array(recipeSchema)
    .meta({ title: 'recipes', description: 'Recipes of extpost, first match wins.' });
  return z.toJSONSchema(recipes, { io: 'input' });
}

/** `extpost.schema.json`, for editors: any value may be a `${NAME}`, and a recipe may be the name of a recipe file. */
export function configJsonSchema(): JsonSchema {
  const schema = admitReferences(
    z.toJSONSchema(configSchema, {
      io: 'input',
      override: ({ zodSchema, jsonSchema }) => {
        if (zodSchema !== recipeSchema) return;
        const written = { ...jsonSchema };
        for (const key of Object.keys(jsonSchema)) Reflect.deleteProperty(jsonSchema, key);
        jsonSchema.anyOf = [written, RECIPE_FILE];
      },
    }),
  ) as JsonSchema;
  return { ...schema, $defs: { ...schema.$defs, reference: REFERENCE } };
}

const REFERENCE: JsonSchema = {
  description: 'A value from the environment: ${NAME}, or the content of the file that NAME_FILE names.',
  type: 'string',
  pattern: String.raw`\$\{[A-Za-z_][A-Za-z0-9_]*\}`,
};

const RECIPE_FILE: JsonSchema = {
  type: 'string',
  description: 'A file of recipes beside this one, or several: ./recipes/*.yaml',
};

function admitReferences(node: unknown): unknown {
  if (Array.isArray(node)) return node.map((inner) => admitReferences(inner));
  if (!isObject(node)) return node;
  if (isRestrictedScalar(node)) {
    const { description, default: byDefault, ...rest } = node;
    const about = { description, default: byDefault };
    const known = Object.entries(about).filter(([, value]) => value !== undefined);
    return { ...Object.fromEntries(known), anyOf: [rest, { $ref: '#/$defs/reference' }] };
  }
  // References are not resolved in keys, such as studio names.
  return Object.fromEntries(
    Object.entries(node).map(([key, inner]) => [key, key === 'propertyNames' ? inner : admitReferences(inner)]),
  );
}

/** Whether a node restricts its text so that a reference would not match; secrets are references already. */
function isRestrictedScalar(node: Readonly<Record<string, unknown>>): boolean {
  if (node['writeOnly'] === true) return false;
  if (node['type'] === 'integer' || node['type'] === 'number') return true;
  return node['type'] === 'string' && (node['pattern'] !== undefined || node['enum'] !== undefined);
}
