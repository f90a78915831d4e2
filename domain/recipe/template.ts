import { Liquid, type LiquidError } from 'liquidjs';

import { registerTemplateFilters } from './template-filters';
import type { FilterTree, Template } from './recipe';

/** Strict: an unknown variable or filter is an error, never an empty string. No files, bounded work. */
const engine = new Liquid({
  strictVariables: true,
  strictFilters: true,
  lenientIf: true,
  ownPropertyOnly: true,
  relativeReference: false,
  dynamicPartials: false,
  templates: {},
  cache: 500,
  parseLimit: 20_000,
  renderLimit: 500,
  memoryLimit: 1_000_000,
});

registerTemplateFilters(engine);

export type TemplateScope = Readonly<Record<string, unknown>>;

/**
 * A template that could not be rendered; `variable` is the variable that this task does not have, if that is the
 * reason.
 */
export class TemplateError extends Error {
  override readonly name = 'TemplateError';
  constructor(
    message: string,
    readonly template: Template,
    readonly variable?: string,
  ) {
    super(message);
  }
}

/**
 * Renders a Liquid template. Throws {@link TemplateError} for an unknown variable, a broken template, or an empty
 * result, because empty keys would match by accident.
 */
export function renderTemplate(template: Template, scope: TemplateScope): string {
  let text: string;
  try {
    text = withoutOuterLines(String(engine.parseAndRenderSync(template.trim(), scope)));
  } catch (error) {
    throw toTemplateError(error, template);
  }
  if (text.trim() === '') throw new TemplateError(`The template ${quote(template)} came out empty.`, template);
  return text;
}

/** Trims white space that includes a line break, which is layout of the template; other spaces belong to values. */
function withoutOuterLines(text: string): string {
  return text.replace(/^\s*\n\s*/u, '').replace(/\s*\n\s*$/u, '');
}

/**
 * The variables of a template, as paths: `job.properties.Celtra project` is `['job', 'properties', 'Celtra project']`.
 */
export function mentionedVariables(template: Template): string[][] {
  return engine.globalVariableSegmentsSync(template).map((segments) => segments.map(String));
}

/** Every template in a filter tree: its text leaves, also inside operator objects. */
export function filterTemplates(filters: FilterTree): Template[] {
  return Object.values(filters).flatMap((value) => textsWithin(value));
}

function textsWithin(value: unknown): string[] {
  if (typeof value === 'string') return [value];
  if (value === null || typeof value !== 'object') return [];
  return Object.values(value).flatMap((inner) => textsWithin(inner));
}

/** The filter tree with every text leaf rendered. */
export function renderFilters(filters: FilterTree, scope: TemplateScope): FilterTree {
  return renderWithin(filters, scope) as FilterTree;
}

function renderWithin(value: unknown, scope: TemplateScope): unknown {
  if (typeof value === 'string') return renderTemplate(value, scope);
  if (Array.isArray(value)) return value.map((inner) => renderWithin(inner, scope));
  if (value === null || typeof value !== 'object') return value;
  return Object.fromEntries(Object.entries(value).map(([key, inner]) => [key, renderWithin(inner, scope)]));
}

function toTemplateError(error: unknown, template: Template): TemplateError {
  const liquid = error as Partial<LiquidError> & { originalError?: { variableName?: string } };
  const variable = liquid.originalError?.variableName;
  if (variable !== undefined) {
    return new TemplateError(`${quote(template)} mentions ${variable}, which is not known here.`, template, variable);
  }
  return new TemplateError(`${quote(template)} cannot be used: ${liquid.message ?? String(error)}.`, template);
}

function quote(template: Template): string {
  return `"${template}"`;
}
