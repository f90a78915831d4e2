import type { ContentCreationType } from '../day/model';

/** `ContentCreationTypeId` (creative-force.md §8). */
export const contentCreationTypeIds: Readonly<Record<ContentCreationType, number>> = { ecom: 1, editorial: 2 };

/** Tasks and specs have paths of their own for editorial; assets, files and upload addresses do not (creative-force.md §15 row 5). */
export function flavourPath(type: ContentCreationType): string {
  return type === 'editorial' ? '/editorial' : '';
}

export function tasksPath(type: ContentCreationType): string {
  return `${flavourPath(type)}/extpost/tasks`;
}
