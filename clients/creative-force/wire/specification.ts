import { z } from 'zod';

import type { Specification } from '../../../domain/task/task';
import { optionalObject, text } from '../../wire-values';

const specificationObject = z.object({ specificationId: text, name: text });

/**
 * The vendor's own recipe code (docs/reference/creative-force.md#specification-and-spec), also as bare text. Recipes
 * ask for the id or the name, so that a specification with a name only goes by its name.
 */
export const specificationSchema = optionalObject(z.union([z.string(), specificationObject])).transform(
  (value): Specification | undefined => {
    if (value === undefined) return undefined;
    if (typeof value === 'string') return value.trim() === '' ? undefined : { id: value };
    const known = value.specificationId ?? value.name;
    return known === undefined ? undefined : { id: known, ...(value.name !== undefined && { name: value.name }) };
  },
);
