import type { SettingPath } from '../load/config-error';
import { settingsSchema, type JsonSchema } from './json-schema';

/** One setting; in `segments`, `*` stands for a free key and `[]` for a list item. */
export interface Setting {
  readonly segments: readonly string[];
  /** The path for people: `studios.<studio>.celtra.secretKey`. */
  readonly path: string;
  readonly schema: JsonSchema;
  readonly required: boolean;
  readonly secret: boolean;
}

const ANY_KEY = '*';
const ANY_ITEM = '[]';

let all: readonly Setting[] | undefined;

/** Every setting of `extpost.yaml`, including groups and list items, derived from the JSON Schema. */
export function settings(): readonly Setting[] {
  all ??= settingsWithin(settingsSchema(), [], '');
  return all;
}

/** The setting at a path of the file; none inside Celtra's filter tree. */
export function settingAt(path: SettingPath): Setting | undefined {
  return settings().find(
    ({ segments }) =>
      segments.length === path.length && segments.every((segment, index) => stands(segment, path[index])),
  );
}

export function keysAt(path: SettingPath): string[] {
  return settings()
    .filter(isNamed)
    .filter(({ segments }) => segments.length === path.length + 1)
    .filter(({ segments }) => path.every((segment, index) => stands(segments[index], segment)))
    .map(({ segments }) => segments.at(-1) ?? '');
}

export function isNamed({ segments }: Setting): boolean {
  const last = segments.at(-1);
  return last !== ANY_KEY && last !== ANY_ITEM;
}

function stands(segment: string | undefined, found: string | number | undefined): boolean {
  if (segment === ANY_ITEM) return typeof found === 'number';
  return segment === found || (segment === ANY_KEY && typeof found === 'string');
}

function settingsWithin(schema: JsonSchema, segments: readonly string[], path: string): Setting[] {
  const inner: [segment: string, name: string, schema: JsonSchema][] = Object.entries(schema.properties ?? {}).flatMap(
    ([key, value]) => (typeof value === 'object' ? [[key, `${path === '' ? '' : '.'}${key}`, value]] : []),
  );
  const { additionalProperties, items, propertyNames } = schema;
  if (typeof additionalProperties === 'object') {
    const title = typeof propertyNames === 'object' ? propertyNames.title : undefined;
    inner.push([ANY_KEY, `.<${title ?? 'name'}>`, additionalProperties]);
  }
  if (typeof items === 'object' && !Array.isArray(items)) inner.push([ANY_ITEM, ANY_ITEM, items]);
  const own = inner.flatMap(([segment, name, value]) => {
    const setting: Setting = {
      segments: [...segments, segment],
      path: path + name,
      schema: value,
      required: schema.required?.includes(segment) ?? false,
      secret: value.writeOnly === true,
    };
    return [setting, ...settingsWithin(value, setting.segments, setting.path)];
  });
  const alternatives = [...(schema.anyOf ?? []), ...(schema.oneOf ?? [])].flatMap((each) =>
    typeof each === 'object' ? settingsWithin(each, segments, path) : [],
  );
  return distinct([...own, ...alternatives]);
}

/** Alternatives (jpeg or png) may share keys; these are merged into one setting with all allowed values. */
function distinct(found: readonly Setting[]): Setting[] {
  const merged = new Map<string, Setting>();
  for (const setting of found) {
    const key = setting.segments.join('\n');
    const earlier = merged.get(key);
    merged.set(key, earlier === undefined ? setting : { ...earlier, schema: choice(earlier.schema, setting.schema) });
  }
  return [...merged.values()];
}

function choice(one: JsonSchema, other: JsonSchema): JsonSchema {
  const values = [one, other].flatMap((schema) => schema.enum ?? (schema.const === undefined ? [] : [schema.const]));
  if (values.length === 0) return one;
  const { const: _fixed, ...rest } = one;
  return { ...rest, enum: [...new Set(values)] };
}
