import { z } from 'zod';

import type { Properties, PropertyValue } from '../../../domain/task/task';
import { normalizeGuid } from '../../wire-values';

/** Names for property GUIDs, from the studio's configuration. */
export type PropertyNames = Readonly<Record<string, string>>;

/**
 * Custom properties, keyed by GUID or by name (docs/reference/assumptions.md#properties). A GUID that the studio has
 * named is also there under its name. Values that are not scalars are left out, so that a template that uses one says
 * so instead of printing it.
 */
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
