import type { Connection } from '@temporalio/client';
import { messageOf } from '../temporal-server/system-error';

/** `temporal.api.enums.v1.IndexedValueType`, by the names that the command line uses. */
const TYPE_NUMBERS = { Text: 1, Keyword: 2, Int: 3, Double: 4, Bool: 5, Datetime: 6, KeywordList: 7 } as const;

export type SearchAttributeTypeName = keyof typeof TYPE_NUMBERS;
export type SearchAttributes = Readonly<Record<string, SearchAttributeTypeName>>;

/** The namespace lacks search attributes and they cannot be added from here; the message says what to do. */
export class SearchAttributesError extends Error {
  override readonly name = 'SearchAttributesError';
}

/**
 * Adds what the namespace lacks; may run any number of times, and at the same time elsewhere. Returns the names added.
 * On a cluster an added attribute can take some seconds until every server knows it.
 * Throws a {@link SearchAttributesError} when a name stands for another type or the server does not let us add.
 */
export async function ensureSearchAttributes(
  connection: Connection,
  namespace: string,
  attributes: SearchAttributes,
): Promise<string[]> {
  const missing = await findMissing(connection, namespace, attributes);
  if (missing.length === 0) return [];
  try {
    await connection.operatorService.addSearchAttributes({
      namespace,
      searchAttributes: Object.fromEntries(missing.map(([name, type]) => [name, TYPE_NUMBERS[type]])),
    });
  } catch (error) {
    // Another process may have added them in between; then all is well.
    const stillMissing = await findMissing(connection, namespace, attributes);
    if (stillMissing.length === 0) return [];
    throw new SearchAttributesError(
      `Namespace "${namespace}" lacks the search attributes ${listed(stillMissing)}, and the server does not let extpost add ` +
        `them (${messageOf(error)}). Add them with "temporal operator search-attribute create" or, on Temporal Cloud, in the namespace's settings.`,
      { cause: error },
    );
  }
  return missing.map(([name]) => name);
}

async function findMissing(
  connection: Connection,
  namespace: string,
  attributes: SearchAttributes,
): Promise<[string, SearchAttributeTypeName][]> {
  const { customAttributes } = await connection.operatorService.listSearchAttributes({ namespace });
  return Object.entries(attributes).filter(([name, type]) => {
    const found: number | null | undefined = customAttributes[name];
    if (found === undefined) return true;
    if (found === TYPE_NUMBERS[type]) return false;
    throw new SearchAttributesError(
      `Search attribute "${name}" of namespace "${namespace}" has the type ${typeName(found)}, and extpost needs ${type}. ` +
        'Use another namespace, or rename or remove that attribute.',
    );
  });
}

function typeName(number: number | null): string {
  return Object.entries(TYPE_NUMBERS).find(([, value]) => value === number)?.[0] ?? `number ${number ?? 'none'}`;
}

function listed(attributes: readonly [string, SearchAttributeTypeName][]): string {
  return attributes.map(([name, type]) => `${name} (${type})`).join(', ');
}
