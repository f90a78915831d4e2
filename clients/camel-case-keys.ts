import { isGuid } from './record';

/** Objects whose keys are names that people or other systems chose. */
const keyedByNames: ReadonlySet<string> = new Set(['properties', 'variantMapping']);

/** A body with every field name in camelCase, however it is written. Of two the exact one counts. */
export function withCamelCaseKeys(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(withCamelCaseKeys);
  if (typeof value !== 'object' || value === null) return value;
  const entries = Object.entries(value).map(([printed, inner]: [string, unknown]) => {
    const key = toCamelCase(printed);
    const isKeyedByNames = keyedByNames.has(key) || /headers$/i.test(key);
    return { printed, key, inner: isKeyedByNames ? inner : withCamelCaseKeys(inner) };
  });
  const exact = new Set(entries.filter(({ printed, key }) => printed === key).map(({ key }) => key));
  const kept = entries.filter(({ printed, key }) => printed === key || !exact.has(key));
  // fromEntries defines keys rather than assigning them, so that `__proto__` is a key like any other.
  return Object.fromEntries(kept.map(({ key, inner }) => [key, inner]));
}

/** `TaskId`, `task_id`, `TASK-ID` and `taskID` are `taskId`. Keys with other characters, and GUIDs, stay. */
function toCamelCase(key: string): string {
  if (!/^[A-Za-z][A-Za-z0-9]*(?:[_-][A-Za-z0-9]+)*$/.test(key) || isGuid(key)) return key;
  const [first = '', ...others] = key.split(/[_-]/).map(withoutCapitals);
  return [lowerFirst(first), ...others.map((word) => word.slice(0, 1).toUpperCase() + word.slice(1))].join('');
}

/** A word whose abbreviations are written like words: `ID` is `Id`, and `productCFCode` is `productCfCode`. */
function withoutCapitals(word: string): string {
  return word
    .replace(/IDs$/, 'Ids')
    .replace(/[A-Z]{2,40}(?=[A-Z][a-z]|\d|$)/g, (letters) => letters.slice(0, 1) + letters.slice(1).toLowerCase());
}

function lowerFirst(word: string): string {
  return word.slice(0, 1).toLowerCase() + word.slice(1);
}
