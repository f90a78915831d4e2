import type { Connection } from '@temporalio/client';

import { messageOf } from '../../domain/shared/text';
import { searchAttributes } from '../../workflows/search-attributes';
import { untilReady } from './until-ready';

const typeNames = { KEYWORD: 'Keyword', INT: 'Int', BOOL: 'Bool', DATETIME: 'Datetime' } as const;
type TypeName = (typeof typeNames)[keyof typeof typeNames];

/** The types of the search attributes by their names, as Temporal's own tools write them. */
export const searchAttributeTypes: Readonly<Record<string, TypeName>> = Object.fromEntries(
  Object.values(searchAttributes).map(({ name, type }) => [name, typeNames[type]]),
);
/** Their numbers in `temporal.api.enums.v1.IndexedValueType`. */
const typeNumbers = { Keyword: 2, Int: 3, Bool: 5, Datetime: 6 };
/** A value of each type, in a list filter. */
const anyValue = { Keyword: "'none'", Int: '0', Bool: 'true', Datetime: "'2000-01-01T00:00:00Z'" };

/** The namespace lacks search attributes and extpost cannot add them; the message says what to do. */
export class SearchAttributesError extends Error {
  override readonly name = 'SearchAttributesError';
}

/** Returns the names of what it adds; a cluster needs seconds until every server knows them. Safe to repeat. */
export async function ensureSearchAttributes(connection: Connection, namespace: string): Promise<string[]> {
  const missing = await missingSearchAttributes(connection, namespace);
  if (missing.length === 0) return [];
  const added = missing.map((name) => [name, typeNumbers[searchAttributeTypes[name] ?? 'Keyword']] as const);
  try {
    await connection.operatorService.addSearchAttributes({
      namespace,
      searchAttributes: Object.fromEntries<number>(added),
    });
  } catch (error) {
    // Another process may have added them in the meantime.
    const stillMissing = await missingSearchAttributes(connection, namespace);
    if (stillMissing.length === 0) return [];
    const list = stillMissing.map((name) => `${name} (${searchAttributeTypes[name] ?? ''})`).join(', ');
    throw new SearchAttributesError(
      `Namespace "${namespace}" lacks the search attributes ${list}, and the server does not allow extpost to add them ` +
        `(${messageOf(error)}). Add them with "temporal operator search-attribute create" ` +
        "or, on Temporal Cloud, in the namespace's settings.",
      { cause: error },
    );
  }
  return missing;
}

/** Waits until a query over all search attributes works, because servers cache which ones a namespace has. */
export async function awaitSearchAttributes(connection: Connection, namespace: string): Promise<void> {
  const query = Object.entries(searchAttributeTypes)
    .map(([name, type]) => `${name} = ${anyValue[type]}`)
    .join(' AND ');
  await untilReady(`The search attributes of namespace "${namespace}"`, () =>
    connection.workflowService.listWorkflowExecutions({ namespace, query, pageSize: 1 }),
  );
}

/** The names of the search attributes that a namespace lacks. Throws SearchAttributesError for one of another type. */
export async function missingSearchAttributes(connection: Connection, namespace: string): Promise<string[]> {
  const { customAttributes } = await connection.operatorService.listSearchAttributes({ namespace });
  return Object.entries(searchAttributeTypes).flatMap(([name, type]) => {
    const found: number | null | undefined = customAttributes[name];
    if (found === undefined) return [name];
    if (found === typeNumbers[type]) return [];
    throw new SearchAttributesError(
      `Search attribute "${name}" of namespace "${namespace}" has the wrong type; extpost needs ${type}. ` +
        'Use another namespace, or rename or remove that attribute.',
    );
  });
}
