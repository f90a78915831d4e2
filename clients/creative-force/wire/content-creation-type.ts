import type { ContentCreationType } from '../../../domain/task/task';

/**
 * `ContentCreationTypeId` 1 and 2 (docs/reference/creative-force.md#enumerations); any other number says nothing we
 * know.
 */
export function parseContentCreationType(typeId: number | undefined): ContentCreationType | undefined {
  if (typeId === 1) return 'ecom';
  return typeId === 2 ? 'editorial' : undefined;
}
