import { Liquid, type LiquidError, type Template as ParsedTemplate } from 'liquidjs';
import { LRUCache } from 'lru-cache';

import { withOptionalVariables } from './optional-variables';
import type { FilterTree, Template } from './recipe';

/** Strict: what is unknown is an error, never an empty string, unless a template provides for it. No files, bounded work. */
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

engine.registerFilter('slug', slug);
engine.registerFilter('ratio', ratio);
engine.registerFilter('pad', pad);

export type TemplateScope = Readonly<Record<string, unknown>>;

/** `variable` is the variable that this task does not have, if that is the reason. */
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

/** Far more than any key or filter needs; what is longer is a fault of the recipe or of what the task says. */
const LONGEST_RESULT = 1_000;
const LONGEST_SHOWN = 100;

/** A recipe's templates are rendered for every output, and parsing takes longer than that. */
const parsedTemplates = new LRUCache<Template, ParsedTemplate[]>({ max: 500 });

function parsed(template: Template): ParsedTemplate[] {
  const known = parsedTemplates.get(template);
  if (known !== undefined) return known;
  const now = engine.parse(template.trim());
  withOptionalVariables(now);
  parsedTemplates.set(template, now);
  return now;
}

/** Throws {@link TemplateError}, also for an empty result, because empty keys would match by accident, and a too long one. */
export function renderTemplate(template: Template, scope: TemplateScope): string {
  let text: string;
  try {
    text = withoutOuterLines(String(engine.renderSync(parsed(template), scope)));
  } catch (error) {
    throw toTemplateError(error, template);
  }
  if (text.trim() === '')
    throw new TemplateError(`The template ${quote(template)} rendered to an empty text.`, template);
  if (text.length > LONGEST_RESULT) {
    const message = `The template ${quote(template)} rendered to ${text.length} characters, and at most ${LONGEST_RESULT} can be used. It begins with ${JSON.stringify(text.slice(0, LONGEST_SHOWN))}.`;
    throw new TemplateError(message, template);
  }
  return text;
}

/** Trims white space that includes a line break, which is layout of the template; other spaces belong to values. */
function withoutOuterLines(text: string): string {
  const fromStart = text.trimStart();
  const before = text.slice(0, text.length - fromStart.length);
  const inner = fromStart.trimEnd();
  const after = fromStart.slice(inner.length);
  return (before.includes('\n') ? '' : before) + inner + (after.includes('\n') ? '' : after);
}

/** As paths: `job.properties.Celtra project` is `['job', 'properties', 'Celtra project']`. */
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
    return new TemplateError(
      `${quote(template)} mentions ${variable}, which this task does not have.`,
      template,
      variable,
    );
  }
  return new TemplateError(`${quote(template)} cannot be used: ${liquid.message ?? String(error)}.`, template);
}

function quote(template: Template): string {
  return `"${template}"`;
}

/** `Trail Runner (Größe 42)` → `trail-runner-grosse-42`: lower case, letters without accents, digits, hyphens. */
function slug(value: unknown): string {
  return (
    (isNothing(value) ? '' : String(value))
      .replaceAll('ß', 'ss')
      .normalize('NFKD')
      .replace(/\p{Mark}/gu, '')
      .toLowerCase()
      .replace(/[^\p{Letter}\p{Number}]+/gu, '-')
      // Several in a row are one already.
      .replace(/^-|-$/g, '')
  );
}

/** `{{ spec.width | ratio: spec.height }}` → `9:16`: integers, reduced. */
function ratio(width: unknown, height: unknown): string | undefined {
  if (isNothing(width)) return undefined;
  const [across, down] = [wholeNumber('ratio', width), wholeNumber('ratio', height)];
  const divisor = greatestCommonDivisor(across, down);
  return `${across / divisor}:${down / divisor}`;
}

/** `{{ expected.variant | pad: 3 }}` → `007`; padded with zeros unless another character is given. */
function pad(value: unknown, length: unknown, sign: unknown = '0'): string | undefined {
  if (isNothing(value)) return undefined;
  const wanted = wholeNumber('pad', length);
  if (wanted > 100) throw new Error(`pad accepts at most 100, not ${wanted}`);
  return String(value).padStart(wanted, String(sign));
}

/** What a filter gets of a missing variable, which a `default` behind it replaces. */
function isNothing(value: unknown): boolean {
  return value === undefined || value === null;
}

function wholeNumber(filter: string, value: unknown): number {
  const number = typeof value === 'string' && value.trim() !== '' ? Number(value) : value;
  if (typeof number !== 'number' || !Number.isInteger(number) || number <= 0) {
    throw new Error(
      `${filter} needs whole numbers above 0, not ${value === undefined ? 'nothing' : JSON.stringify(value).slice(0, LONGEST_SHOWN)}`,
    );
  }
  return number;
}

function greatestCommonDivisor(one: number, other: number): number {
  return other === 0 ? one : greatestCommonDivisor(other, one % other);
}
