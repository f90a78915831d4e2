import { isGuid } from '../../record';
import { zeroGuid } from '../../wire-values';

/**
 * The forms of docs/reference/assumptions.md#forms-of-any-answer that a body uses, in words and without a value. Custom
 * properties are left out, because people choose their names.
 */
export function formsOf(body: unknown): string[] {
  const forms = new Set<string>([bodyForm(body)]);
  const visit = (value: unknown, key?: string): void => {
    if (Array.isArray(value)) for (const part of value as unknown[]) visit(part, key);
    else if (typeof value === 'object' && value !== null) {
      for (const [name, part] of Object.entries(value) as [string, unknown][]) {
        const letters = keyForm(name);
        if (letters !== undefined) forms.add(letters);
        if (!/^(?:headers|properties|variantMapping)$/i.test(name)) visit(part, name);
      }
    } else for (const form of valueForms(value, key ?? '')) forms.add(form);
  };
  visit(body);
  return [...forms].sort();
}

function bodyForm(body: unknown): string {
  if (Array.isArray(body)) return 'body: bare list';
  if (typeof body !== 'object' || body === null) return body === undefined ? 'body: none' : 'body: a bare value';
  const containers = Object.entries(body).flatMap(([key, part]) =>
    typeof part === 'object' && part !== null ? key : [],
  );
  const around = containers.filter((key) =>
    /^(?:pageData|items|data|results?|value|rows|records|content|payload|response|metadata|pageInfo)$/i.test(key),
  );
  return around.length === 0 ? 'body: bare object' : `body: ${around.join(' and ')}`;
}

function keyForm(key: string): string | undefined {
  if (/^[A-Z]/.test(key)) return 'field names: PascalCase';
  if (key.includes('_')) return 'field names: snake_case';
  return /^[a-z][A-Za-z0-9]*$/.test(key) ? 'field names: camelCase' : undefined;
}

function valueForms(value: unknown, key: string): string[] {
  if (value === null) return ['nothing: null'];
  if (value === '') return ['nothing: empty text'];
  if (value === zeroGuid) return ['nothing: GUID of zeros'];
  const isInstant = /(?:utc|date|datetime)$/i.test(key);
  if (isInstant) return [`instants: ${instantForm(value)}`];
  if (typeof value !== 'string') return [];
  if (isGuid(value)) return [value === value.toLowerCase() ? 'GUIDs: small letters' : 'GUIDs: capitals'];
  if (/^(?:true|false)$/i.test(value)) return ['true and false: text'];
  return /^-?\d+(?:\.\d+)?$/.test(value) && /(?:id|count|number|size|length|width|height|dpi|variant)$/i.test(key)
    ? ['numbers: text']
    : [];
}

function instantForm(value: unknown): string {
  const number = Number(value);
  const text = typeof value === 'string' ? ' as text' : '';
  if (!Number.isNaN(number)) return (Math.abs(number) < 1e11 ? 'seconds' : 'milliseconds') + text;
  if (String(value).startsWith('/Date(')) return '/Date(…)/';
  return /(?:Z|[+-]\d\d:?\d\d)$/i.test(String(value)) ? 'ISO 8601 with zone' : 'ISO 8601 without zone';
}
