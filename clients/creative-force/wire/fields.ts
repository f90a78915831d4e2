import { z } from 'zod';

import type { ContentCreationType, Specification, StepStatus } from '../../../domain/task/task';
import { isRecord, type Fields } from '../../record';
import { cutText, optionalObject, ownProperty, text } from '../../wire-values';

/** A field, with the names that it may have in an object of its own; a bare value there is the first field's. */
type NestedFields = Readonly<Record<string, readonly string[]>>;

/** Adds fields that stand in an object of their own: `{ job: { jobCode } }` reads as `{ jobCode }`. A field outside wins. */
export function withNested(value: unknown, nested: Readonly<Record<string, NestedFields>>): unknown {
  if (!isRecord(value)) return value;
  const added = Object.entries(nested).flatMap(([name, fields]) => {
    const inner = Object.hasOwn(value, name) ? value[name] : undefined;
    return Object.entries(fields).flatMap(([field, sources], index) => {
      // An object can have the name of its first field: `variant: { number: 1 }`.
      const isObject = field === name && isRecord(inner);
      const isKnown = !isObject && Object.hasOwn(value, field) && value[field] !== null && value[field] !== '';
      const isBare = index === 0 && (isText(inner) || typeof inner === 'number');
      const found = isRecord(inner) ? ownValue(inner, sources) : isBare ? inner : undefined;
      return isKnown || found === undefined ? [] : [[field, found] as const];
    });
  });
  return added.length === 0 ? value : { ...value, ...Object.fromEntries(added) };
}

/** Adds fields under the names that are read, where they have one of the other names and a value that fits. */
export function withSynonyms(
  value: unknown,
  synonyms: Readonly<Record<string, readonly string[]>>,
  fits: (found: unknown) => boolean = () => true,
): unknown {
  if (!isRecord(value)) return value;
  const added = Object.entries(synonyms).flatMap(([field, names]) => {
    const found = Object.hasOwn(value, field) ? undefined : ownValue(value, names);
    return found === undefined || !fits(found) ? [] : [[field, found] as const];
  });
  return added.length === 0 ? value : { ...value, ...Object.fromEntries(added) };
}

/** The schema of each field of an object, with the other names that it may have. */
type NamedFields = Readonly<Record<string, readonly [z.ZodType, ...string[]]>>;

/** An object whose fields may have other names. */
export function named<const Named extends NamedFields>(fields: Named) {
  const all = Object.entries<NamedFields[string]>(fields);
  const synonyms = Object.fromEntries(all.map(([name, [, ...others]]) => [name, others]));
  const shape = Object.fromEntries(all.map(([name, [schema]]) => [name, schema]));
  const object = z.object(shape as { -readonly [Name in keyof Named]: Named[Name][0] });
  return z.preprocess((value) => withSynonyms(value, synonyms), object);
}

export function ownValue(object: Fields, names: readonly string[]): unknown {
  const name = names.find((one) => Object.hasOwn(object, one));
  return name === undefined ? undefined : object[name];
}

function isText(value: unknown): value is string {
  return typeof value === 'string' && value.trim() !== '';
}

const contentCreationTypes: Readonly<Record<string, ContentCreationType>> = {
  1: 'ecom',
  ecom: 'ecom',
  ecommerce: 'ecom',
  2: 'editorial',
  editorial: 'editorial',
};

/** `ContentCreationTypeId` 1 and 2 (docs/reference/creative-force.md#enumerations), or their names; any other is unknown. */
export function parseContentCreationType(type: number | string | undefined): ContentCreationType | undefined {
  return ownProperty(contentCreationTypes, plainName(type));
}

/** Built-in production types by their names (docs/reference/creative-force.md#enumerations). */
const productionTypes: Readonly<Record<string, number>> = {
  onmodel: 1,
  mannequin: 2,
  flats: 3,
  overhead: 5,
  tabletop: 6,
  hanger: 7,
};

/** The number of a production type, or the name of one that the studio has made. */
export function parseProductionType(type: number | string | undefined): number | string | undefined {
  return typeof type === 'string' ? (ownProperty(productionTypes, plainName(type)) ?? type) : type;
}

/** A name without case, spaces and signs: "In Progress" and `InProgress` are one. */
function plainName(name: number | string | undefined): string {
  return String(name ?? '')
    .toLowerCase()
    .replace(/[^a-z0-9]/g, '');
}

/** The two documented numbers (docs/reference/creative-force.md#enumerations). */
const statusById: Readonly<Record<number, { readonly status: StepStatus; readonly name: string }>> = {
  2000: { status: 'to do', name: 'To Do' },
  9000: { status: 'done', name: 'Done' },
};
const statusByName: Readonly<Record<string, StepStatus>> = {
  new: 'to do',
  todo: 'to do',
  readytowork: 'to do',
  inprogress: 'in progress',
  done: 'done',
  bypassed: 'bypassed',
  cancelled: 'bypassed',
  canceled: 'bypassed',
  deleted: 'bypassed',
  skipped: 'bypassed',
};

/** `Rejected`, `QCRejected`, `Rejected by QC`, `ClientRejected`, but not `Not rejected`. */
export function soundsRejected(status: string): boolean {
  const name = plainName(status);
  return name.includes('reject') && !/(?:not|non|un|never)(?:been)?reject/.test(name);
}

/** Numbers and names of the studio's own statuses that say rejected; case and signs of a name do not count. */
export type RejectedStatuses = readonly (number | string)[];

/**
 * A step's status and the text to show for it (docs/reference/assumptions.md#status-numbers). The id can be a name. `rejected`
 * are the studio's own statuses that say so, beside the names that do.
 */
export function parseStepStatus(
  statusId: number | string | undefined,
  name: string | undefined,
  rejected: RejectedStatuses = [],
): { status: StepStatus; statusText: string } {
  const known = typeof statusId === 'number' ? statusById[statusId] : undefined;
  const printed = name ?? (typeof statusId === 'string' ? statusId : undefined);
  const own = rejected.map(plainName);
  const isRejected = [statusId, printed].some((one) => one !== undefined && own.includes(plainName(one)));
  return {
    status:
      isRejected || soundsRejected(printed ?? '')
        ? 'rejected'
        : // A name says more than a number.
          (ownProperty(statusByName, plainName(printed)) ?? known?.status ?? 'open'),
    statusText: printed ?? known?.name ?? statusId?.toString() ?? 'not stated',
  };
}

/** Also bare text (docs/reference/creative-force.md#specification-and-spec). Recipes ask for id or name. */
export const specificationSchema = optionalObject(
  z.union([
    z.string().transform(cutText),
    z.number().transform(String),
    z.object({ specificationId: text, name: text }),
  ]),
).transform((value): Specification | undefined => {
  if (value === undefined) return undefined;
  if (typeof value === 'string') return value.trim() === '' ? undefined : { id: value };
  const id = value.specificationId ?? value.name;
  return id === undefined ? undefined : { id, ...(value.name !== undefined && { name: value.name }) };
});
