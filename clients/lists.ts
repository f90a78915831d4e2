import { isErrorKey } from './http/error-body';
import { type Fields, isRecord, isGuid } from './record';

/** Names of the list of rows in a page; the first is documented (docs/reference/assumptions.md#paging). */
export const listNames = [
  ...['pageData', 'items', 'data', 'results', 'value', 'rows', 'records', 'content', 'nodes', '$values'],
  ...['tasks', 'annotations', 'notes', 'assets', 'files', 'specs'],
] as const;

/** The rows of a list in one of its forms: bare, keyed by id, or in an object under a usual name or alone; anything else as it is. */
export function toList(value: unknown): unknown {
  if (!isRecord(value)) return value;
  // A list by id that has no rows.
  if (Object.keys(value).length === 0) return [];
  if (isKeyedById(value)) return rowsById(value);
  const [[name, only] = [], ...others] = Object.entries(value);
  if (Array.isArray(only) && others.length === 0 && !isErrorKey(String(name))) return only;
  const usual = listNames.find((one) => Array.isArray(value[one]));
  return usual === undefined ? value : value[usual];
}

/** `{ "<id>": { … } }`, where an id is a GUID or a number. */
export function isKeyedById(value: unknown): value is Fields {
  if (!isRecord(value)) return false;
  const entries = Object.entries(value);
  return (
    entries.length > 0 &&
    entries.every(([key, row]) => (isGuid(key) || /^\d+$/.test(key)) && (isRecord(row) || row === null))
  );
}

/** Rows that are keyed by their ids, each with its id. */
function rowsById(fields: Fields): unknown[] {
  return Object.entries(fields).map(([id, row]) => (isRecord(row) ? { id, ...row } : row));
}
