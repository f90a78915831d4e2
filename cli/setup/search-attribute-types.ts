import { searchAttributes } from '../../workflows/search-attributes';
import type { SearchAttributes } from '../temporal-server';

/** The search attributes that extpost relies on, in the words of the `temporal` command. */
export const searchAttributeTypes: SearchAttributes = Object.fromEntries(
  Object.values(searchAttributes).map(({ name, type }) => [name, type === 'INT' ? 'Int' : 'Keyword'] as const),
);
