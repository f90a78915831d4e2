import { z } from 'zod';

import type { Properties, PropertyValue } from '../../../domain/task/task';
import { withCamelCaseKeys } from '../../camel-case-keys';
import { madeOnce } from '../../made-once';
import { isRecord } from '../../record';
import { cutText, normalizeGuid } from '../../wire-values';
import { ownValue } from './fields';

/** Names by GUID. */
export type PropertyNames = Readonly<Record<string, string>>;

const keysOfProperty = ['id', 'propertyId', 'guid', 'key', 'code'] as const;
const namesOfProperty = ['name', 'propertyName', 'label', 'displayName'] as const;
const valuesOfProperty = ['value', 'propertyValue'] as const;

/**
 * By GUID and by given name (docs/reference/assumptions.md#properties): an object, whose values can be objects with a `value`,
 * or a list of objects with name or key and a value. Only scalars can be printed by a template.
 */
export function propertiesSchema(names: PropertyNames) {
  const nameOf = new Map(Object.entries(names).map(([guid, name]) => [normalizeGuid(guid), name]));
  return z.preprocess(
    (value) => (value === null || value === '' || (Array.isArray(value) && value.length === 0) ? undefined : value),
    z
      .custom<object>((value) => isRecord(value) || (Array.isArray(value) && value.every(isNamedProperty)), {
        message: 'expected properties by GUID or name, or a list with name or key and value',
      })
      .transform((value): Properties => {
        const known = (Array.isArray(value) ? value.flatMap((one) => ownEntries('', one)) : entriesOf(value)).map(
          ([key, scalar]) => [normalizeGuid(key), typeof scalar === 'string' ? cutText(scalar) : scalar] as const,
        );
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

const NO_NAMES: PropertyNames = {};

/** A schema that depends on what a studio calls its properties. */
export function forNames<Schema>(make: (names: PropertyNames) => Schema): (names?: PropertyNames) => Schema {
  const made = madeOnce(make);
  return (names = NO_NAMES) => made(names);
}

type PropertyEntry = readonly [key: string, value: PropertyValue];

function entriesOf(properties: object): PropertyEntry[] {
  return Object.entries(properties).flatMap(([key, value]: [string, unknown]) =>
    isScalar(value) ? [[key, value] as const] : ownEntries(key, value),
  );
}

/** A property that is an object: under the key that it stands at, its own key and its own name. */
function ownEntries(key: string, property: unknown): PropertyEntry[] {
  const fields = withCamelCaseKeys(property);
  const value = isRecord(fields) ? ownValue(fields, valuesOfProperty) : undefined;
  if (!isRecord(fields) || !isScalar(value)) return [];
  const keys = [key, ownValue(fields, keysOfProperty), ownValue(fields, namesOfProperty)];
  return keys.flatMap((one) =>
    (typeof one === 'string' && one !== '') || typeof one === 'number' ? [[String(one), value] as const] : [],
  );
}

/** Whether a member of a list says which property it is; its value may be missing, or none that can be printed. */
function isNamedProperty(property: unknown): boolean {
  const fields = withCamelCaseKeys(property);
  return isRecord(fields) && ownValue(fields, [...keysOfProperty, ...namesOfProperty]) !== undefined;
}

function isScalar(value: unknown): value is PropertyValue {
  return value === null || ['string', 'number', 'boolean'].includes(typeof value);
}
