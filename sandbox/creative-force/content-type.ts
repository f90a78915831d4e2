import type { ContentCreationType } from '../day/model';

/** `ContentCreationTypeId` (docs/reference/creative-force.md#enumerations). */
export const contentCreationTypeIds: Readonly<Record<ContentCreationType, number>> = { ecom: 1, editorial: 2 };

/**
 * Tasks and specs have paths of their own for editorial; assets, files and upload addresses do not
 * (docs/reference/creative-force.md#flavours).
 */
export function contentTypePath(type: ContentCreationType): string {
  return type === 'editorial' ? '/editorial' : '';
}

export function tasksPath(type: ContentCreationType): string {
  return `${contentTypePath(type)}/extpost/tasks`;
}
