import { z } from 'zod';

import type {
  ContentCreationType,
  Properties,
  PropertyValue,
  Specification,
  StepStatus,
} from '../../../domain/task/task';
import { normalizeGuid, optionalObject, ownProperty, text } from '../../wire-values';

export type PropertyNames = Readonly<Record<string, string>>;

/** `ContentCreationTypeId` 1 and 2 (docs/reference/creative-force.md#enumerations); any other number is unknown. */
export function parseContentCreationType(typeId: number | undefined): ContentCreationType | undefined {
  if (typeId === 1) return 'ecom';
  return typeId === 2 ? 'editorial' : undefined;
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
};

/** A step's status and the text to show for it (docs/reference/assumptions.md#status-numbers). */
export function parseStepStatus(
  statusId: number | undefined,
  name: string | undefined,
): { status: StepStatus; statusText: string } {
  const plainName = name?.toLowerCase().replace(/[^a-z]/g, '') ?? '';
  const known = statusId === undefined ? undefined : statusById[statusId];
  return {
    status: known?.status ?? ownProperty(statusByName, plainName) ?? 'open',
    statusText: name ?? known?.name ?? statusId?.toString() ?? 'not stated',
  };
}

/** Also bare text (docs/reference/creative-force.md#specification-and-spec). Recipes ask for id or name. */
export const specificationSchema = optionalObject(
  z.union([z.string(), z.object({ specificationId: text, name: text })]),
).transform((value): Specification | undefined => {
  if (value === undefined) return undefined;
  if (typeof value === 'string') return value.trim() === '' ? undefined : { id: value };
  const id = value.specificationId ?? value.name;
  return id === undefined ? undefined : { id, ...(value.name !== undefined && { name: value.name }) };
});

/** By GUID and by given name (docs/reference/assumptions.md#properties); only scalars can be printed by a template. */
export function propertiesSchema(names: PropertyNames = {}) {
  const nameOf = new Map(Object.entries(names).map(([guid, name]) => [normalizeGuid(guid), name]));
  return z.preprocess(
    (value) => (value === null || value === '' || (Array.isArray(value) && value.length === 0) ? undefined : value),
    z
      .custom<object>((value) => typeof value === 'object' && value !== null && !Array.isArray(value), {
        message: 'expected properties by GUID or name',
      })
      .transform((value): Properties => {
        const known = Object.entries(value)
          .filter((entry): entry is [string, PropertyValue] => isScalar(entry[1]))
          .map(([key, scalar]) => [normalizeGuid(key), scalar] as const);
        const named = known.flatMap(([key, scalar]) => {
          const name = nameOf.get(key);
          return name === undefined ? [] : [[name, scalar] as const];
        });
        // A name that Creative Force itself printed wins over one from the configuration.
        return Object.fromEntries([...named, ...known]);
      })
      .optional(),
  );
}

function isScalar(value: unknown): value is PropertyValue {
  return value === null || ['string', 'number', 'boolean'].includes(typeof value);
}
