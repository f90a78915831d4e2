/** A node of the tree that filters follow: a value, a saved version, or an object with named or arbitrary children. */
export type FilterField =
  | { readonly kind: 'value' }
  | { readonly kind: 'version' }
  | {
      readonly kind: 'object';
      readonly children: Readonly<Record<string, FilterField>>;
      readonly others?: FilterField;
    };

const value: FilterField = { kind: 'value' };
const object = (children: Readonly<Record<string, FilterField>>): FilterField => ({ kind: 'object', children });
const mapOf = (others: FilterField): FilterField => ({ kind: 'object', children: {}, others });
const named = object({ id: value, name: value });
const dimension = object({
  id: value,
  name: value,
  value: named,
  attributes: mapOf(object({ id: value, name: value, value: named })),
});

/**
 * Properties of an output that belong to no other entity; in `filters` they go under `output`
 * (docs/reference/celtra.md#ignored-filters).
 */
const output = object({
  id: value,
  name: value,
  customLayoutDimensions: mapOf(dimension),
  contentDimensions: mapOf(dimension),
  mediaLineItemAttributes: mapOf(dimension),
  customLayoutDimensionsByName: mapOf(value),
  contentDimensionsByName: mapOf(value),
  mediaLineItemAttributesByName: mapOf(value),
  contentAttributesByName: mapOf(mapOf(value)),
  activation: object({ id: value, name: value, markedAsTemplate: value }),
  mediaLineItem: object({ id: value, name: value, formatRegistrationId: value }),
});

/** Every path that a filter may use. */
export const filterFields: FilterField = object({
  account: named,
  folder: object({ id: value, name: value, customAttributesByName: mapOf(value) }),
  designFile: object({
    id: value,
    name: value,
    lastModificationTimestamp: value,
    contentBlobHash: value,
    customAttributesByName: mapOf(value),
    version: { kind: 'version' },
    output,
  }),
  output,
});

/** Paths that the help page and Celtra's types do not agree on (docs/reference/celtra.md#unfilterable-paths). */
export const disputedPaths: readonly string[] = ['designFile.name', 'designFile.contentBlobHash'];
