import { DURATION_PATTERN } from '../shared/duration';
import type { JsonSchema } from './json-schema';
import { isNamed, settings, type Setting } from './settings';

/** The tables of `docs/reference/settings.md`: every setting with description, format and default. */
export function settingsReference(): string {
  const groups = new Map<string, { heading: string; rows: string[] }>();
  for (const setting of settings().filter(isNamed)) {
    const parent = setting.path.slice(0, -(setting.segments.at(-1)?.length ?? 0) - 1);
    const group = groups.get(parent) ?? { heading: parent === '' ? 'Top level' : `\`${parent}\``, rows: [] };
    group.rows.push(row(setting));
    groups.set(parent, group);
  }
  return [...groups.values()].map(table).join('\n');
}

function table({ heading, rows }: { heading: string; rows: readonly string[] }): string {
  return [
    `### ${heading}`,
    '',
    '| key | what it is | written as | default |',
    '| --- | --- | --- | --- |',
    ...rows,
    '',
  ].join('\n');
}

function row({ segments, schema, required, secret }: Setting): string {
  const written = secret ? SECRET : form(schema);
  const cells = [`\`${segments.at(-1) ?? ''}\``, schema.description ?? '', written, defaultText(schema, required)];
  return `| ${cells.map((cell) => cell.replaceAll('|', '\\|')).join(' | ')} |`;
}

function defaultText(schema: JsonSchema, required: boolean): string {
  if (required) return '**required**';
  if (schema.default === undefined) return 'absent';
  return isGroup(schema) && schema.additionalProperties === false
    ? 'see below'
    : `\`${JSON.stringify(schema.default)}\``;
}

const SECRET = 'secret: `${NAME}` only';

function listForm(items: JsonSchema['items']): string {
  const isOfSecrets = typeof items === 'object' && !Array.isArray(items) && items.writeOnly === true;
  return isOfSecrets ? `list; each ${SECRET}` : 'list';
}

function form(schema: JsonSchema): string {
  const alternatives = schema.anyOf ?? schema.oneOf;
  if (schema.$ref !== undefined) return 'filter tree';
  if (alternatives !== undefined) return alternativesForm(alternatives);
  if (schema.const !== undefined) return `\`${JSON.stringify(schema.const)}\``;
  if (schema.enum !== undefined) return schema.enum.map((value) => `\`${String(value)}\``).join(', ');
  if (isGroup(schema)) return schema.propertyNames === undefined ? 'group' : 'group of your own names';
  if (schema.type === 'array') return listForm(schema.items);
  if (schema.type === 'boolean') return '`true` or `false`';
  if (schema.type === 'integer') return `whole number${range(schema)}`;
  if (schema.type === 'number') return `number${range(schema)}`;
  return schema.pattern === DURATION_PATTERN.source ? 'duration' : 'text';
}

function alternativesForm(alternatives: readonly unknown[]): string {
  const schemas = alternatives as readonly JsonSchema[];
  if (schemas.every(isGroup)) return 'group';
  const [one, many] = schemas;
  return one !== undefined && many?.type === 'array' ? `${form(one)}, or a list` : schemas.map(form).join(' or ');
}

function range({ minimum, maximum, exclusiveMinimum }: JsonSchema): string {
  const limits = [
    exclusiveMinimum === undefined ? undefined : `more than ${exclusiveMinimum}`,
    minimum === undefined ? undefined : `at least ${minimum}`,
    maximum === undefined || maximum === Number.MAX_SAFE_INTEGER ? undefined : `at most ${maximum}`,
  ].filter((limit) => limit !== undefined);
  return limits.length === 0 ? '' : `, ${limits.join(', ')}`;
}

function isGroup(schema: JsonSchema): boolean {
  return schema.type === 'object';
}
